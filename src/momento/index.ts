export {
  ApiKeys,
  type ApiKey,
  type ApiKeysOptions,
  type KeyRequest,
  type MadeKey,
  type Principal,
} from './auth/api-keys.js';
export type { KeyRecord } from './auth/key-file.js';
export type { Permission, Role, Scope } from './auth/scope.js';
export { wrapKey } from './auth/signed-key.js';
export type { CacheBackend, Element, ElementPage, ItemType, KeyPage } from './backend.js';
export type { Cache } from './memory/cache.js';
export type { CacheStatistics } from './memory/cache-statistics.js';
export type { CacheCounts, CacheHandle, Caches } from './caches.js';
export { openCacheStore, type CacheStore, type CacheStoreOptions } from './memory/cache-store.js';
export {
  createMomentoHttp,
  type MomentoHttp,
  type MomentoHttpOptions,
} from './http/momento-http.js';
export { createMomentoGrpc, type MomentoGrpc, type MomentoGrpcOptions } from './momento-grpc.js';
export { MomentoError, type MomentoStatus } from './momento-error.js';
export { ServiceLimits } from './service-limits.js';
export type { TopicMessage, TopicRead, TopicValue } from './topic.js';
export { Topics, type TopicSubscription } from './topics.js';
export type { Post } from './webhooks/webhook-line.js';
export { Webhooks, type WebhooksOptions } from './webhooks/webhooks.js';
export { openValkeyCaches, type ValkeyCachesOptions } from './valkey/valkey-caches.js';
