import { systemClock, type Clock } from '../../lib/clock.js';
import { silentLog, type Log } from '../../lib/log.js';
import type { CacheResource, Collection } from '../../state/index.js';
import type { Caches } from '../caches.js';
import { Cache } from './cache.js';
import type { CacheLoader } from './cache-loader.js';
import type { CacheStatistics } from './cache-statistics.js';
import { checkCacheName, DEFAULT_CACHE_BYTES, MAX_CACHES, MIN_CACHE_BYTES } from '../limits.js';
import { Mirror } from './mirror.js';
import { cacheNotFound, MomentoError } from '../momento-error.js';

/** Steps of reclaiming before others get to run: about a millisecond's work. */
const RECLAIM_BUDGET = 1000;
const RECLAIM_EVERY_MS = 100;
/** Definitions that are read at a time. */
const PAGE = 100;

export interface CacheStoreOptions {
  /** Where the definitions of the caches are kept. Without it the store keeps them with the items. */
  caches?: Collection<CacheResource>;
  /** Folder that keeps the items over a restart; without it they are in memory only. */
  directory?: string;
  /** Memory of each cache, index included, in bytes; at least 1 MiB. Default 1 GiB. */
  maxBytesPerCache?: number;
  clock?: Clock;
  log?: Log;
}

/**
 * Opens a store with all caches and items that were there before. Throws RangeError on a memory bound that
 * is too small, and lmdb's own error when the folder cannot be opened.
 */
export async function openCacheStore(options: CacheStoreOptions = {}): Promise<CacheStore> {
  const store = new CacheStore(options);
  try {
    await store.load();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** All caches of a server: the core under its doors. Made by {@link openCacheStore}. */
export class CacheStore implements Caches {
  readonly #caches = new Map<string, Cache>();
  readonly #definitions: Collection<CacheResource> | undefined;
  readonly #mirror: Mirror | undefined;
  readonly #maxCacheBytes: number;
  readonly #clock: Clock;
  readonly #deletedListeners = new Set<(name: string) => void>();
  readonly #timer: NodeJS.Timeout;
  /** Changes of definitions, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();
  #reclaiming = false;
  #closed: Promise<void> | undefined;

  constructor(options: CacheStoreOptions) {
    this.#definitions = options.caches;
    this.#maxCacheBytes = options.maxBytesPerCache ?? DEFAULT_CACHE_BYTES;
    this.#clock = options.clock ?? systemClock;
    if (!(this.#maxCacheBytes >= MIN_CACHE_BYTES))
      throw new RangeError(
        `A cache needs ${MIN_CACHE_BYTES} bytes of memory at least, not ${this.#maxCacheBytes}; raise its bound.`,
      );
    this.#mirror =
      options.directory === undefined
        ? undefined
        : new Mirror(options.directory, this.#clock, options.log ?? silentLog);
    this.#timer = setInterval(() => this.#reclaim(), RECLAIM_EVERY_MS).unref();
  }

  /** Brings back what the folder and the definitions hold; {@link openCacheStore} calls it. */
  async load(): Promise<void> {
    const mirror = this.#mirror;
    const kept = mirror?.readNames() ?? new Map<number, string>();
    const defined = new Set((await this.#definedNames()) ?? kept.values());
    const loaders = new Map<number, CacheLoader>();
    for (const [cacheId, name] of kept) {
      if (mirror === undefined) break;
      // A number without a definition is left of a deletion that was cut short.
      if (!defined.has(name)) await mirror.removeCache(cacheId);
      else loaders.set(cacheId, this.#open(name, cacheId).loader());
    }
    await mirror?.load({
      item: (item) => loaders.get(item.cacheId)?.item(item) ?? false,
      element: (element) => loaders.get(element.cacheId)?.element(element) ?? false,
    });
    for (const loader of loaders.values()) loader.end();
    for (const name of defined) if (!this.#caches.has(name)) await this.#openNew(name);
  }

  /** The cache of this name, for reading and writing items; undefined when there is none. */
  find(name: string): Cache | undefined {
    return this.#caches.get(name);
  }

  /** The cache of this name, for reading and writing items; throws NOT_FOUND when there is none. */
  cache(name: string): Cache {
    const cache = this.#caches.get(name);
    if (cache === undefined) throw cacheNotFound(name);
    return cache;
  }

  /**
   * Makes a cache; false when the name is taken. Rejects with INVALID_ARGUMENT for a name that is not
   * accepted, RESOURCE_EXHAUSTED when there are too many.
   */
  createCache(name: string): Promise<boolean> {
    return this.#change(async () => {
      checkCacheName(name);
      if (this.#caches.has(name)) return false;
      if (this.#caches.size >= MAX_CACHES)
        throw new MomentoError(
          'RESOURCE_EXHAUSTED',
          `There are ${MAX_CACHES} caches already, the most there can be. Delete one that is not needed.`,
        );
      // The definition may be there while the cache is not, if making it failed half-way before.
      await this.#definitions?.create({ name, creationTime: this.#clock.now() });
      await this.#openNew(name);
      return true;
    });
  }

  /** Deletes a cache and all its items; false when there is none. */
  deleteCache(name: string): Promise<boolean> {
    return this.#change(async () => {
      const cache = this.#caches.get(name);
      if (cache === undefined) return false;
      await this.#definitions?.delete(name);
      this.#caches.delete(name);
      for (const listener of this.#deletedListeners) listener(name);
      await cache.abandon();
      return true;
    });
  }

  /** Removes all items of a cache; false when there is no such cache. */
  flushCache(name: string): Promise<boolean> {
    return this.#change(async () => {
      const cache = this.#caches.get(name);
      if (cache === undefined) return false;
      await cache.flush();
      return true;
    });
  }

  /** The names of all caches, ascending. */
  async listCaches(): Promise<string[]> {
    return [...this.#caches.keys()].sort();
  }

  /** How a cache does; throws NOT_FOUND when there is none of this name. */
  statistics(name: string): CacheStatistics {
    return this.cache(name).statistics();
  }

  /** Calls `listener` with the name of each cache that is deleted. Returns what ends it. */
  onDeleted(listener: (name: string) => void): () => void {
    this.#deletedListeners.add(listener);
    return () => void this.#deletedListeners.delete(listener);
  }

  /** Ends the work in the background and closes the files, once everything is written. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#changes;
    await this.#mirror?.close();
  }

  async #definedNames(): Promise<string[] | undefined> {
    if (this.#definitions === undefined) return undefined;
    const names: string[] = [];
    for (;;) {
      const after = names.at(-1);
      const page = await this.#definitions.list({
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      if (page.length === 0) return names;
      names.push(...page.map(({ name }) => name));
    }
  }

  #open(name: string, cacheId: number | undefined): Cache {
    const home =
      this.#mirror && cacheId !== undefined ? { mirror: this.#mirror, cacheId } : undefined;
    const cache = new Cache(name, this.#maxCacheBytes, this.#clock, home);
    this.#caches.set(name, cache);
    return cache;
  }

  async #openNew(name: string): Promise<void> {
    this.#open(name, await this.#mirror?.addCache(name));
  }

  #change<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(action);
    // The next change runs whatever becomes of this one; its caller sees what became of it.
    this.#changes = result.then(nothing, nothing);
    return result;
  }

  #reclaim(): void {
    if (this.#closed !== undefined || this.#reclaiming) return;
    this.#mirror?.retryRemovals();
    this.#reclaimFrom([...this.#caches.values()]);
  }

  /** Reclaims cache after cache, letting others run in between as long as there is more to do. */
  #reclaimFrom(caches: Cache[]): void {
    this.#reclaiming = false;
    if (this.#closed !== undefined) return;
    while (caches.length > 0) {
      if (caches.at(-1)!.reclaim(RECLAIM_BUDGET)) {
        this.#reclaiming = true;
        setImmediate(() => this.#reclaimFrom(caches));
        return;
      }
      caches.pop();
    }
  }
}

function nothing(): void {
  // Only the fact counts.
}
