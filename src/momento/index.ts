export { ApiKeys, type Action, type ApiKey, type Role, type Verdict } from './api-keys.js';
export type { Cache, CacheStatistics } from './memory/cache.js';
export { openCacheStore, type CacheStore, type CacheStoreOptions } from './memory/cache-store.js';
export {
  createMomentoHttp,
  type MomentoHttp,
  type MomentoHttpOptions,
} from './http/momento-http.js';
export { MomentoError, type MomentoStatus } from './momento-error.js';
export { Topics, type TopicMessage, type TopicRead, type TopicValue } from './topics.js';
