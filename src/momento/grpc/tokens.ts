import type { ApiKeys, KeyRequest } from '../auth/api-keys.js';
import type { Permission, Role, Scope } from '../auth/scope.js';
import { invalidArgument } from '../momento-error.js';
import { auth, token, type Of } from './messages.js';
import type { Unary } from './service.js';

type Permissions = Of<typeof auth._GenerateApiTokenRequest>['permissions'];
type PermissionsType = Permissions['explicit']['permissions'][number];

/** In the order of the protocol's numbers; 0 permits nothing. */
const ROLES: readonly (Role | undefined)[] = [undefined, 'readwrite', 'readonly', 'writeonly'];

/** Momento's Auth service: API keys. The credential comes in the message, not in the metadata (recorded). */
export function authOperations(keys: ApiKeys): Record<string, Unary> {
  return {
    GenerateApiToken: async (message, _metadata, host) => {
      const request = message as Of<typeof auth._GenerateApiTokenRequest>;
      const made = keys.make(keys.authenticate(request.auth_token), {
        scope: scopeOf(request.permissions),
        ...(request.has_expires && { validForSeconds: request.expires.valid_for_seconds }),
        tokenId: request.token_id,
        description: request.description,
      });
      return new auth._GenerateApiTokenResponse({
        api_key: made.key,
        refresh_token: made.refreshToken,
        endpoint: endpointOf(host),
        ...(made.expiresAt !== undefined && { valid_until: made.expiresAt }),
      });
    },
    RefreshApiToken: async (message, _metadata, host) => {
      const request = message as Of<typeof auth._RefreshApiTokenRequest>;
      const made = keys.refresh(request.api_key, request.refresh_token);
      return new auth._RefreshApiTokenResponse({
        api_key: made.key,
        refresh_token: made.refreshToken,
        endpoint: endpointOf(host),
        ...(made.expiresAt !== undefined && { valid_until: made.expiresAt }),
      });
    },
  };
}

/** Momento's Token service: disposable tokens. */
export function tokenOperations(keys: ApiKeys): Record<string, Unary> {
  return {
    GenerateDisposableToken: async (message, _metadata, host) => {
      const request = message as Of<typeof token._GenerateDisposableTokenRequest>;
      const made = keys.makeDisposable(keys.authenticate(request.auth_token), {
        scope: scopeOf(request.permissions),
        validForSeconds: request.has_expires ? request.expires.valid_for_seconds : 0,
        tokenId: request.token_id,
      } satisfies KeyRequest);
      return new token._GenerateDisposableTokenResponse({
        api_key: made.key,
        endpoint: endpointOf(host),
        valid_until: made.expiresAt!,
      });
    },
  };
}

/** What clients put `cache.`, `control.` and `token.` before: the name they have come by, without these. */
function endpointOf(host: string): string {
  return host.replace(/^(cache|control|token)\./, '');
}

function scopeOf(permissions: Permissions | undefined): Scope {
  if (permissions?.has_super_user) return 'super';
  const explicit = permissions?.has_explicit ? permissions.explicit.permissions : [];
  return explicit.flatMap((each) => {
    if (each.has_cache_permissions) return [cachePermission(each.cache_permissions)];
    if (each.has_topic_permissions) return [topicPermission(each.topic_permissions)];
    // Functions are not served, so whether they may be called makes no difference.
    return [];
  });
}

function cachePermission(given: PermissionsType['cache_permissions']): Permission {
  const { item_selector: items } = given;
  return {
    on: 'caches',
    role: roleOf(given.role),
    ...(given.has_cache_selector && { cache: given.cache_selector.cache_name }),
    ...(given.has_item_selector && {
      only: items.has_key ? { name: base64Of(items.key) } : { prefix: base64Of(items.key_prefix) },
    }),
  };
}

function topicPermission(given: PermissionsType['topic_permissions']): Permission {
  const { topic_selector: topics } = given;
  return {
    on: 'topics',
    role: roleOf(given.role),
    ...(given.has_cache_selector && { cache: given.cache_selector.cache_name }),
    ...(given.has_topic_selector && {
      only: topics.has_topic_name
        ? { name: topics.topic_name }
        : { prefix: topics.topic_name_prefix },
    }),
  };
}

function roleOf(role: number): Role {
  const known = ROLES[role];
  if (known !== undefined) return known;
  throw invalidArgument('A permission permits nothing; give it a role, or leave it out.');
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
