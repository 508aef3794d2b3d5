import { invalidArgument, MomentoError } from '../momento-error.js';

/** What a request wants to do. */
export type Action = 'read' | 'write';
/** Momento's roles for caches and topics: write is to store, and to publish; read is to get, and to subscribe. */
export type Role = 'readwrite' | 'readonly' | 'writeonly';

/** One permission of a key. */
export interface Permission {
  on: 'caches' | 'topics';
  role: Role;
  /** Name of a cache; absent: all caches. */
  cache?: string;
  /** Items or topics that it is restricted to, by name (of items: base64) or by how the name begins. */
  only?: { name: string } | { prefix: string };
}

/**
 * What a key may do: everything, also making such keys (`owner`: the server's own key); everything but that
 * (`super`); or what a list of permissions says, which never includes making caches or keys.
 */
export type Scope = 'owner' | 'super' | readonly Permission[];

/** What a request needs. */
export type Need =
  | { on: 'control' }
  | { on: 'caches'; action: Action; cache: string; keys: readonly Uint8Array[] }
  | { on: 'topics'; action: Action; cache: string; topic: string };

/** Whether a scope allows what a request needs: each of its keys by some permission. */
export function allows(scope: Scope, need: Need): boolean {
  if (typeof scope === 'string') return true;
  if (need.on === 'control') return false;
  const relevant = scope.filter(
    ({ on, role, cache }) =>
      on === need.on &&
      (role === 'readwrite' || role === `${need.action}only`) &&
      (cache === undefined || cache === need.cache),
  );
  if (need.on === 'topics')
    return relevant.some(({ only }) => matches(only, need.topic, (text) => text));
  // An operation without keys (none has any) would touch no item.
  return (
    relevant.length > 0 &&
    need.keys.every((key) => {
      const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
      return relevant.some(({ only }) => matches(only, text, fromBase64));
    })
  );
}

/** Whether a key of one scope may make a key of another. */
export function mayGrant(scope: Scope, granted: Scope): boolean {
  return scope === 'owner' || (scope === 'super' && typeof granted !== 'string');
}

/** Throws INVALID_ARGUMENT when a list of permissions is empty, or names the same thing twice. */
export function checkScope(scope: Scope): void {
  if (typeof scope === 'string') return;
  if (scope.length === 0)
    throw invalidArgument('The key would have no permission at all; give it at least one.');
  const seen = new Set<string>();
  for (const { on, cache, only } of scope) {
    const selector = JSON.stringify([on, cache ?? null, only ?? null]);
    if (seen.has(selector))
      throw invalidArgument(
        `Two permissions are for the same ${on}${cache === undefined ? '' : ` of cache '${cache}'`}; leave one role for them.`,
      );
    seen.add(selector);
  }
}

function matches(
  only: Permission['only'],
  text: string,
  decode: (selector: string) => string,
): boolean {
  if (only === undefined) return true;
  return 'name' in only ? text === decode(only.name) : text.startsWith(decode(only.prefix));
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}

/** Throws PERMISSION_DENIED unless the scope allows what the request needs. */
export function demand(scope: Scope, need: Need): void {
  if (allows(scope, need)) return;
  const what = need.on === 'control' ? 'make, list, flush or delete caches' : `${need.action} here`;
  // Clients look for the first two words (recorded).
  throw new MomentoError(
    'PERMISSION_DENIED',
    `Insufficient permissions: the API key is valid but may not ${what}. Use a key with that permission.`,
  );
}
