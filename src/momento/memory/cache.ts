import type { Clock } from '../../lib/clock.js';
import type { CacheBackend, CollectionTtl, ItemType } from '../backend.js';
import { checkTtl, MAX_ITEM_BYTES, MAX_ITEM_SHARE, MAX_KEY_BYTES } from '../limits.js';
import { invalidArgument, itemTooLarge, wrongType } from '../momento-error.js';
import { CacheLoader } from './cache-loader.js';
import type { CacheStatistics } from './cache-statistics.js';
import { makeCollection, type CollectionKind, type CollectionOf } from './collections/kinds.js';
import { ItemTable, NONE } from './item-table.js';
import { MemoryDictionaries } from './dictionaries.js';
import { MemoryItems } from './items.js';
import { MemoryLists } from './lists.js';
import { Records, type CacheHome } from './records.js';
import { MemoryScalars } from './scalars.js';
import { MemorySets } from './sets.js';
import { MemorySortedSets } from './sorted-sets.js';
import { Writes } from './writes.js';

const DONE = Promise.resolve();
const NO_VALUE = Buffer.alloc(0);

/**
 * One cache: items by key bytes, each with a time to live. Reads are served from memory; what is written is
 * there for readers at once, and acknowledged when the mirror has it.
 */
export class Cache implements CacheBackend {
  readonly name: string;
  readonly items = new MemoryItems(this);
  readonly scalars = new MemoryScalars(this);
  readonly dictionaries = new MemoryDictionaries(this);
  readonly sets = new MemorySets(this);
  readonly lists = new MemoryLists(this);
  readonly sortedSets = new MemorySortedSets(this);
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #maxItemBytes: number;
  readonly #maxCollectionBytes: number;
  readonly #records: Records;
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
    this.#maxCollectionBytes = Math.floor(maxBytes * MAX_ITEM_SHARE);
    this.#maxItemBytes = Math.min(MAX_ITEM_BYTES, this.#maxCollectionBytes);
    this.#records = new Records(home);
    this.#table = this.#makeTable();
  }

  /**
   * The value under a key, as the caller's own copy; undefined when there is none (any more). Throws
   * FAILED_PRECONDITION when the item is a collection.
   */
  get(key: Uint8Array): Buffer | undefined {
    const slot = this.#findRead(key);
    if (slot === NONE) return undefined;
    const collection = this.#table.collection(slot);
    if (collection !== undefined) throw wrongType('scalar', collection.type);
    return this.#table.value(slot);
  }

  /** The type of the item under a key; undefined when there is none. */
  type(key: Uint8Array): ItemType | undefined {
    const slot = this.#findLive(this.#table.hash(key), key);
    return slot === NONE ? undefined : (this.#table.collection(slot)?.type ?? 'scalar');
  }

  /**
   * The collection under a key, for reading; undefined when there is none. Throws FAILED_PRECONDITION when
   * the item is of another type.
   */
  collection<K extends CollectionKind>(kind: K, key: Uint8Array): CollectionOf<K> | undefined {
    const slot = this.#findRead(key);
    return slot === NONE ? undefined : this.#collectionAt(kind, slot);
  }

  /** As {@link collection}, for somebody who looks: it counts as no hit, and keeps nothing from eviction. */
  peek<K extends CollectionKind>(kind: K, key: Uint8Array): CollectionOf<K> | undefined {
    const slot = this.#findLive(this.#table.hash(key), key);
    return slot === NONE ? undefined : this.#collectionAt(kind, slot);
  }

  /**
   * Changes the collection under a key, made when there is none, and resolves to what `change` returns when
   * the change outlives the process. `addedBytes`: at most so many bytes of elements are added.
   */
  async change<K extends CollectionKind, R>(
    kind: K,
    key: Uint8Array,
    { ttlMs, refresh }: CollectionTtl,
    addedBytes: number,
    change: (collection: CollectionOf<K>) => R,
  ): Promise<R> {
    checkTtl(ttlMs);
    this.#checkSize(key.length, 0);
    const expiresAt = this.#clock.now() + ttlMs;
    const hash = this.#table.hash(key);
    let slot = this.#findLive(hash, key);
    const present = slot === NONE ? undefined : this.#collectionAt(kind, slot);
    if ((present?.bytes ?? 0) + addedBytes > this.#maxCollectionBytes)
      throw itemTooLarge(this.#maxCollectionBytes);
    const writes = new Writes();
    if (present === undefined) {
      const recordId = this.#records.newId();
      slot = this.#table.add(hash, key, NO_VALUE, expiresAt, recordId);
      this.#table.attach(slot, makeCollection(kind, this.#records.elementLog(recordId)));
      writes.add(this.#records.putCollection(recordId, expiresAt, kind, key));
    } else if (refresh) this.#expireAt(slot, key, expiresAt, writes);
    return this.#changeAt(kind, slot, writes, change);
  }

  /**
   * As {@link change}, for what only takes elements away: undefined when there is no collection. One that
   * is empty afterwards is removed.
   */
  async shrink<K extends CollectionKind, R>(
    kind: K,
    key: Uint8Array,
    change: (collection: CollectionOf<K>) => R,
    ttl?: CollectionTtl,
  ): Promise<R | undefined> {
    const slot = this.#findLive(this.#table.hash(key), key);
    if (slot === NONE) return undefined;
    this.#collectionAt(kind, slot);
    const writes = new Writes();
    if (ttl?.refresh) this.#expireAt(slot, key, this.#clock.now() + ttl.ttlMs, writes);
    return this.#changeAt(kind, slot, writes, change);
  }

  /** Sets the time of the item under a key to live anew. Resolves when that outlives the process. */
  setRemainingTtl(key: Uint8Array, ttlMs: number): Promise<void> {
    checkTtl(ttlMs);
    const slot = this.#findLive(this.#table.hash(key), key);
    if (slot === NONE) return DONE;
    const writes = new Writes();
    this.#expireAt(slot, key, this.#clock.now() + ttlMs, writes);
    return writes.written();
  }

  /** Up to `limit` keys from a place on, and the place to go on from, if there may be more. */
  scan(place: number, limit: number): { keys: Buffer[]; next: number | undefined } {
    const keys: Buffer[] = [];
    const now = this.#clock.now();
    const next = this.#table.visit(place, limit, (slot) => {
      if (this.#table.expiresAt(slot) > now) keys.push(this.#table.key(slot));
    });
    return { keys, next };
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
    return this.#records.put(recordId, expiresAt, key, value);
  }

  /** Removes the item under a key, if there is one. Resolves when that outlives the process. */
  delete(key: Uint8Array): Promise<void> {
    const slot = this.#table.find(this.#table.hash(key), key);
    return slot === NONE ? DONE : this.#removeAt(slot);
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
  flush(): Promise<void> {
    this.#table = this.#makeTable();
    return this.#records.renew(this.name);
  }

  /** Removes all items and the cache itself; it must not be used any more. Resolves as {@link flush} does. */
  abandon(): Promise<void> {
    this.#table = this.#makeTable();
    return this.#records.abandon();
  }

  /** What takes the items of this cache over from the mirror, when the process starts. */
  loader(): CacheLoader {
    return new CacheLoader({
      table: this.#table,
      records: this.#records,
      clock: this.#clock,
      maxItemBytes: this.#maxItemBytes,
      drop: (slot) => this.#drop(slot),
    });
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
    let slot = this.#findLive(hash, key);
    if (slot !== NONE && this.#table.collection(slot) !== undefined) {
      this.#drop(slot);
      slot = NONE;
    }
    if (slot !== NONE) {
      const recordId = this.#table.recordId(slot);
      this.#table.replace(slot, key, value, expiresAt);
      return recordId;
    }
    const recordId = this.#records.newId();
    this.#table.add(hash, key, value, expiresAt, recordId);
    return recordId;
  }

  /** The slot of a key whose time is not over; one whose time is over is removed. */
  #findLive(hash: number, key: Uint8Array): number {
    const slot = this.#table.find(hash, key);
    if (slot === NONE || this.#table.expiresAt(slot) > this.#clock.now()) return slot;
    this.#expirations += 1;
    this.#drop(slot);
    return NONE;
  }

  /** As {@link #findLive}, counted as a hit or a miss. */
  #findRead(key: Uint8Array): number {
    const slot = this.#findLive(this.#table.hash(key), key);
    if (slot === NONE) this.#misses += 1;
    else {
      this.#hits += 1;
      this.#table.touch(slot);
    }
    return slot;
  }

  #collectionAt<K extends CollectionKind>(kind: K, slot: number): CollectionOf<K> {
    const collection = this.#table.collection(slot);
    if (collection?.type !== kind) throw wrongType(kind, collection?.type ?? 'scalar');
    return collection as CollectionOf<K>;
  }

  async #changeAt<K extends CollectionKind, R>(
    kind: K,
    slot: number,
    writes: Writes,
    change: (collection: CollectionOf<K>) => R,
  ): Promise<R> {
    const collection = this.#collectionAt(kind, slot);
    try {
      const result = this.#records.writing(writes, () => change(collection));
      this.#table.touch(slot);
      return result;
    } finally {
      if (collection.size === 0) writes.add(this.#removeAt(slot));
      else this.#table.weigh(slot);
      await writes.written();
    }
  }

  #expireAt(slot: number, key: Uint8Array, expiresAt: number, writes: Writes): void {
    this.#table.setExpiresAt(slot, expiresAt);
    if (!this.#records.areKept) return;
    const recordId = this.#table.recordId(slot);
    const kind = this.#table.collection(slot)?.type;
    writes.add(
      kind === undefined
        ? this.#records.put(recordId, expiresAt, key, this.#table.value(slot))
        : this.#records.putCollection(recordId, expiresAt, kind, key),
    );
  }

  /** Removes an item that its owner wants removed. Elements go behind it. */
  #removeAt(slot: number): Promise<void> {
    const recordId = this.#table.recordId(slot);
    this.#records.forgetElements(this.#table.collection(slot));
    this.#table.remove(slot);
    return this.#records.remove(recordId);
  }

  /** Removes an item that nobody waits for. */
  #drop(slot: number): void {
    this.#forget(slot);
    this.#table.remove(slot);
  }

  #forget(slot: number): void {
    this.#records.forget(this.#table.recordId(slot), this.#table.collection(slot));
  }

  #makeTable(): ItemTable {
    return new ItemTable(this.#maxBytes, this.#clock.now(), {
      evicted: (slot) => {
        this.#evictions += 1;
        this.#forget(slot);
      },
      expired: (slot) => {
        this.#expirations += 1;
        this.#forget(slot);
      },
    });
  }
}
