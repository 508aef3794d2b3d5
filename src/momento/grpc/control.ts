import { demand } from '../auth/scope.js';
import { MAX_ITEM_BYTES, MAX_MESSAGE_BYTES, MAX_SUBSCRIPTIONS, MAX_TTL_MS } from '../limits.js';
import { cacheNotFound, MomentoError } from '../momento-error.js';
import { principalOf, type Rooms } from './call.js';
import type { Unary } from './service.js';
import { control, type Of } from './messages.js';

const KB = 1024;

/** Momento's control plane: which caches there are. */
export function controlOperations(rooms: Rooms): Record<string, Unary> {
  const { store, keys, limits } = rooms;
  const controlled =
    <Request>(run: (request: Request) => Promise<unknown>): Unary =>
    async (request, metadata) => {
      demand(principalOf(keys, metadata).scope, { on: 'control' });
      limits.admitControl();
      return run(request as Request);
    };
  return {
    CreateCache: controlled(async ({ cache_name }: Of<typeof control._CreateCacheRequest>) => {
      if (!(await store.createCache(cache_name)))
        throw new MomentoError(
          'ALREADY_EXISTS',
          `There is a cache named '${cache_name}' already. Use it, or choose another name.`,
        );
      return new control._CreateCacheResponse();
    }),
    DeleteCache: controlled(async ({ cache_name }: Of<typeof control._DeleteCacheRequest>) => {
      if (!(await store.deleteCache(cache_name))) throw cacheNotFound(cache_name);
      return new control._DeleteCacheResponse();
    }),
    FlushCache: controlled(async ({ cache_name }: Of<typeof control._FlushCacheRequest>) => {
      if (!(await store.flushCache(cache_name))) throw cacheNotFound(cache_name);
      return new control._FlushCacheResponse();
    }),
    // In one page: the SDK never asks for a second (recorded).
    ListCaches: controlled(async () => {
      const names = await store.listCaches();
      return new control._ListCachesResponse({
        cache: names.map(
          (cache_name) =>
            new control._Cache({
              cache_name,
              cache_limits: CACHE_LIMITS,
              topic_limits: TOPIC_LIMITS,
            }),
        ),
      });
    }),
  };
}

/** Rates are not limited here, so none is told. */
const CACHE_LIMITS = new control._CacheLimits({
  max_item_size_kb: MAX_ITEM_BYTES / KB,
  max_ttl_seconds: MAX_TTL_MS / 1000,
});
const TOPIC_LIMITS = new control._TopicLimits({
  max_subscription_count: MAX_SUBSCRIPTIONS,
  max_publish_message_size_kb: Math.floor(MAX_MESSAGE_BYTES / KB),
});
