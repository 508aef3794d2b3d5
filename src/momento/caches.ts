import type { CacheBackend } from './backend.js';
import type { TopicLog } from './topic-log.js';

/** A cache, and what it accepts. */
export interface CacheHandle extends CacheBackend {
  /** The most bytes that key and value of one item may have together. */
  readonly maxItemBytes: number;
}

/** How a cache does. The counts begin with the process. */
export interface CacheCounts {
  hits: number;
  misses: number;
  /** The rest is known only of caches in memory. */
  items?: number;
  bytes?: number;
  memoryBytes?: number;
  maxBytes?: number;
  evictions?: number;
  expirations?: number;
}

/** All caches of a server, whatever keeps them: the core under its doors. */
export interface Caches {
  /** The cache of this name; undefined when there is none. */
  find(name: string): CacheHandle | undefined;
  /** The cache of this name; throws NOT_FOUND when there is none. */
  cache(name: string): CacheHandle;
  /** Makes a cache; false when the name is taken. Rejects with INVALID_ARGUMENT, RESOURCE_EXHAUSTED. */
  createCache(name: string): Promise<boolean>;
  /** Deletes a cache and all its items; false when there is none. */
  deleteCache(name: string): Promise<boolean>;
  /** Removes all items of a cache; false when there is no such cache. */
  flushCache(name: string): Promise<boolean>;
  /** The names of all caches, ascending. */
  listCaches(): Promise<string[]>;
  /** How a cache does; throws NOT_FOUND when there is none of this name. */
  statistics(name: string): CacheCounts;
  /** Where servers that share the caches share messages of topics; without it these stay in the process. */
  readonly topicLog?: TopicLog;
  /** Calls `listener` with the name of each cache that is deleted. Returns what ends it. */
  onDeleted(listener: (name: string) => void): () => void;
  /** Ends the work in the background, once everything is written. */
  close(): Promise<void>;
}
