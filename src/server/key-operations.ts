import { AwsError } from '../lib/aws-error.js';
import {
  wrapKey,
  type ApiKeys,
  type KeyRecord,
  type Permission,
  type Role,
} from '../momento/index.js';

const ROLES: readonly unknown[] = ['readwrite', 'readonly', 'writeonly'];

/** Keys of the embedded caches, as Freshet's own API shows them. */
export interface KeyOperations {
  listKeys(): Promise<{ keys: readonly KeyRecord[] }>;
  /** `document`: `{role, caches?, validForSeconds?, description?}`. */
  createKey(document: unknown): Promise<object>;
  revokeKey(id: string): Promise<void>;
}

/** `endpoint`: host and port that wrapped keys name. */
export function keyOperations(keys: ApiKeys, endpoint: () => string): KeyOperations {
  return {
    async listKeys() {
      return { keys: keys.list() };
    },
    async createKey(document) {
      const { role, caches, validForSeconds, description = '' } = checked(document);
      const scope = role === 'all' ? 'super' : permissions(role, caches);
      const made = keys.make(
        { scope: 'owner' },
        { scope, description, ...(validForSeconds !== undefined && { validForSeconds }) },
      );
      const { id, key, expiresAt } = made;
      return { id, key, wrapped: wrapKey(key, endpoint()), expiresAt };
    },
    async revokeKey(id) {
      if (!keys.revoke(id))
        throw new AwsError(
          'NotFound',
          `There is no key '${id}'; 'freshet momento list-keys' shows what there is.`,
          { status: 404 },
        );
    },
  };
}

function permissions(role: Role, caches: readonly string[] | undefined): Permission[] {
  const of = (on: Permission['on']): Permission[] =>
    caches === undefined ? [{ on, role }] : caches.map((cache) => ({ on, role, cache }));
  return [...of('caches'), ...of('topics')];
}

interface KeyDocument {
  role: Role | 'all';
  caches?: string[];
  validForSeconds?: number;
  description?: string;
}

function checked(document: unknown): KeyDocument {
  const { role, caches, validForSeconds, description } = (document ?? {}) as Record<
    string,
    unknown
  >;
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
  const holds =
    (role === 'all' ? caches === undefined : ROLES.includes(role)) &&
    (caches === undefined || isList(caches)) &&
    (validForSeconds === undefined || typeof validForSeconds === 'number') &&
    (description === undefined || typeof description === 'string');
  if (holds) return document as KeyDocument;
  throw new AwsError(
    'BadRequest',
    'Send a JSON object with the member "role" (readwrite, readonly, writeonly; or all, without caches) and perhaps "caches" (a list of names), "validForSeconds" and "description".',
  );
}
