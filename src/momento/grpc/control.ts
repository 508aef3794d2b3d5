import { demand } from '../auth/scope.js';
import { cacheNotFound, MomentoError } from '../momento-error.js';
import { principalOf, type Rooms } from './call.js';
import type { Unary } from './service.js';
import { control, type Of } from './messages.js';

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
      const { told } = limits;
      const cacheLimits = new control._CacheLimits({
        max_traffic_rate: told.maxTrafficRate ?? 0,
        max_item_size_kb: told.maxItemSizeKb,
        max_ttl_seconds: told.maxTtlSeconds,
      });
      const topicLimits = new control._TopicLimits({
        max_publish_rate: told.maxPublishRate ?? 0,
        max_subscription_count: told.maxSubscriptions,
        max_publish_message_size_kb: told.maxMessageSizeKb,
      });
      return new control._ListCachesResponse({
        cache: names.map(
          (cache_name) =>
            new control._Cache({
              cache_name,
              cache_limits: cacheLimits,
              topic_limits: topicLimits,
            }),
        ),
      });
    }),
  };
}
