import { AwsError } from '../lib/aws-error.js';
import type { CacheHandle, Caches } from '../momento/index.js';
import { shownBytes } from './shown-bytes.js';

/** Keys of one answer, when the caller does not say. */
const DEFAULT_KEYS = 100;

/** The caches, as Freshet's own API shows them. */
export interface CacheOperations {
  listCaches(): Promise<object>;
  createCache(name: string): Promise<object>;
  deleteCache(name: string): Promise<void>;
  listCacheKeys(
    cache: string,
    page: { limit: number | undefined; cursor: string | undefined },
  ): Promise<object>;
  showCacheItem(cache: string, key: Buffer): Promise<object>;
}

export function cacheOperations(store: Caches): CacheOperations {
  const cacheNamed = (name: string): CacheHandle => cacheOf(store, name);
  return {
    async listCaches() {
      const names = await store.listCaches();
      return { caches: names.map((name) => ({ name, ...store.statistics(name) })) };
    },
    async createCache(name) {
      if (!(await store.createCache(name)))
        throw new AwsError('AlreadyExists', `The cache '${name}' exists already.`, { status: 409 });
      return { name };
    },
    async deleteCache(name) {
      if (!(await store.deleteCache(name))) throw noCache(name);
    },
    async listCacheKeys(name, { limit = DEFAULT_KEYS, cursor }) {
      const page = await cacheNamed(name).items.scan(cursor, limit);
      return {
        keys: page.keys.map(shownBytes),
        ...(page.cursor !== undefined && { cursor: page.cursor }),
      };
    },
    async showCacheItem(name, key) {
      const { items } = cacheNamed(name);
      const [type, ttlMs] = [await items.type(key), await items.ttl(key)];
      if (type !== undefined && ttlMs !== undefined) return { type, ttlMs };
      throw noItem(name);
    },
  };
}

/** The cache of this name. Throws NotFound. */
export function cacheOf(store: Caches, name: string): CacheHandle {
  const cache = store.find(name);
  if (cache !== undefined) return cache;
  throw noCache(name);
}

export function noItem(cache: string): AwsError {
  return new AwsError(
    'NotFound',
    `The cache '${cache}' has no item under this key: it was never set, or its time is over.`,
    { status: 404 },
  );
}

function noCache(name: string): AwsError {
  return new AwsError(
    'NotFound',
    `There is no cache '${name}'; 'freshet caches list' shows what there is.`,
    { status: 404 },
  );
}
