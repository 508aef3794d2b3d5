import type { Clock } from '../lib/clock.js';
import { ItemTable, NONE } from './item-table.js';
import { MAX_ITEM_BYTES, MAX_ITEM_SHARE, MAX_KEY_BYTES, MAX_TTL_MS } from './limits.js';
import type { Mirror } from './mirror.js';
import { invalidArgument, MomentoError } from './momento-error.js';

/** How a cache does. The counts begin with the process. */
export interface CacheStatistics {
  items: number;
  /** Bytes of the items: keys, values and a header each. */
  bytes: number;
  /** Bytes of memory held for items and index; never more than `maxBytes`. */
  memoryBytes: number;
  maxBytes: number;
  hits: number;
  misses: number;
  /** Items that went for want of memory. */
  evictions: number;
  /** Items that went because their time was over. */
  expirations: number;
}

/** Where a cache is kept on the disk. */
export interface CacheHome {
  mirror: Mirror;
  cacheId: number;
}

const DONE = Promise.resolve();

/**
 * One cache: items by key bytes, each with a time to live. Reads are served from memory; what is written is
 * there for readers at once, and acknowledged when the mirror has it.
 */
export class Cache {
  readonly name: string;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #maxItemBytes: number;
  #home: CacheHome | undefined;
  #table: ItemTable;
  #hits = 0;
  #misses = 0;
  #evictions = 0;
  #expirations = 0;

  /** `home` is absent for a cache in memory only. */
  constructor(name: string, maxBytes: number, clock: Clock, home?: CacheHome) {
    this.name = name;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#maxItemBytes = Math.min(MAX_ITEM_BYTES, Math.floor(maxBytes * MAX_ITEM_SHARE));
    this.#home = home;
    this.#table = this.#makeTable();
  }

  /** The value under a key, as the caller's own copy; undefined when there is none (any more). */
  get(key: Uint8Array): Buffer | undefined {
    const slot = this.#findLive(this.#table.hash(key), key);
    if (slot === NONE) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#table.touch(slot);
    return this.#table.value(slot);
  }

  /** Milliseconds that the item under a key has still to live; undefined when there is none. */
  remainingTtlMs(key: Uint8Array): number | undefined {
    const slot = this.#findLive(this.#table.hash(key), key);
    return slot === NONE ? undefined : this.#table.expiresAt(slot) - this.#clock.now();
  }

  /**
   * Stores a value for `ttlMs` milliseconds, over any older one. Key and value are copied, so that the caller
   * may use their memory again. Resolves when the change outlives the process; throws (INVALID_ARGUMENT,
   * RESOURCE_EXHAUSTED) before anything is changed, and rejects (INTERNAL) when the disk fails.
   */
  set(key: Uint8Array, value: Uint8Array, ttlMs: number): Promise<void> {
    checkTtl(ttlMs);
    this.#checkSize(key.length, value.length);
    const expiresAt = this.#clock.now() + ttlMs;
    const recordId = this.#store(key, value, expiresAt);
    if (this.#home === undefined) return DONE;
    return this.#home.mirror.put(this.#home.cacheId, recordId, expiresAt, key, value);
  }

  /** Removes the item under a key, if there is one. Resolves when that outlives the process. */
  delete(key: Uint8Array): Promise<void> {
    const slot = this.#table.find(this.#table.hash(key), key);
    if (slot === NONE) return DONE;
    const recordId = this.#table.recordId(slot);
    this.#table.remove(slot);
    return this.#home?.mirror.remove(this.#home.cacheId, recordId) ?? DONE;
  }

  /** The most bytes that key and value of one item may have together. */
  get maxItemBytes(): number {
    return this.#maxItemBytes;
  }

  statistics(): CacheStatistics {
    return {
      items: this.#table.items,
      bytes: this.#table.liveBytes,
      memoryBytes: this.#table.memoryBytes,
      maxBytes: this.#maxBytes,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
      expirations: this.#expirations,
    };
  }

  /** Frees items whose time is over, in at most `budget` steps; true when there is more to do at once. */
  reclaim(budget: number): boolean {
    return this.#table.reclaim(this.#clock.now(), budget);
  }

  /** Removes all items. Resolves when that outlives the process. */
  async flush(): Promise<void> {
    this.#table = this.#makeTable();
    if (this.#home === undefined) return;
    const { mirror, cacheId } = this.#home;
    const renewed = mirror.renewCache(cacheId, this.name);
    this.#home = { mirror, cacheId: renewed.cacheId };
    await renewed.written;
  }

  /** Removes all items and the cache itself; it must not be used any more. Resolves as {@link flush} does. */
  async abandon(): Promise<void> {
    const home = this.#home;
    this.#home = undefined;
    this.#table = this.#makeTable();
    await home?.mirror.removeCache(home.cacheId);
  }

  /** Takes an item over from the mirror; false when it is not wanted there any more. */
  load(recordId: number, expiresAt: number, key: Uint8Array, value: Uint8Array): boolean {
    if (expiresAt <= this.#clock.now()) return false;
    if (key.length + value.length > this.#maxItemBytes) return false;
    const hash = this.#table.hash(key);
    // Each key has one record, unless the disk failed to remove an older one.
    const older = this.#table.find(hash, key);
    if (older !== NONE) {
      this.#forget(this.#table.recordId(older));
      this.#table.remove(older);
    }
    this.#table.add(hash, key, value, expiresAt, recordId);
    return true;
  }

  #checkSize(keyBytes: number, valueBytes: number): void {
    if (keyBytes > MAX_KEY_BYTES)
      throw invalidArgument(
        `The key has ${keyBytes} bytes; use one of at most ${MAX_KEY_BYTES} bytes.`,
      );
    if (keyBytes + valueBytes > this.#maxItemBytes) throw itemTooLarge(this.#maxItemBytes);
  }

  #store(key: Uint8Array, value: Uint8Array, expiresAt: number): number {
    const hash = this.#table.hash(key);
    const slot = this.#findLive(hash, key);
    if (slot !== NONE) {
      const recordId = this.#table.recordId(slot);
      this.#table.replace(slot, key, value, expiresAt);
      return recordId;
    }
    const recordId = this.#home?.mirror.newRecordId() ?? 0;
    this.#table.add(hash, key, value, expiresAt, recordId);
    return recordId;
  }

  /** The slot of a key whose time is not over; one whose time is over is removed. */
  #findLive(hash: number, key: Uint8Array): number {
    const slot = this.#table.find(hash, key);
    if (slot === NONE || this.#table.expiresAt(slot) > this.#clock.now()) return slot;
    this.#expirations += 1;
    this.#forget(this.#table.recordId(slot));
    this.#table.remove(slot);
    return NONE;
  }

  #forget(recordId: number): void {
    this.#home?.mirror.removeBehind(this.#home.cacheId, recordId);
  }

  #makeTable(): ItemTable {
    const table = new ItemTable(this.#maxBytes, this.#clock.now(), {
      evicted: (slot) => {
        this.#evictions += 1;
        this.#forget(table.recordId(slot));
      },
      expired: (slot) => {
        this.#expirations += 1;
        this.#forget(table.recordId(slot));
      },
    });
    return table;
  }
}

/** Hosted Momento answers 429 when a size limit is exceeded (documented). */
export function itemTooLarge(maxBytes: number): MomentoError {
  return new MomentoError(
    'RESOURCE_EXHAUSTED',
    `Key and value of an item may have ${maxBytes} bytes together; this one is larger. Store less under the key, or split it.`,
    'item_size_limit_exceeded',
  );
}

function checkTtl(ttlMs: number): void {
  if (Number.isSafeInteger(ttlMs) && ttlMs > 0 && ttlMs <= MAX_TTL_MS) return;
  throw invalidArgument(
    `The TTL is ${ttlMs} ms; it must be a whole number from 1 to ${MAX_TTL_MS} (ten years).`,
  );
}
