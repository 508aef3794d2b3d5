import type { Clock } from '../../lib/clock.js';
import type { CacheBackend, CollectionTtl, ItemType } from '../backend.js';
import { checkTtl, MAX_ITEM_BYTES, MAX_ITEM_SHARE, MAX_KEY_BYTES } from '../limits.js';
import { invalidArgument, itemTooLarge, wrongType } from '../momento-error.js';
import type { Collection, ElementLog } from './collections/collection.js';
import { Dictionary } from './collections/dictionary.js';
import { ElementSet } from './collections/element-set.js';
import { List } from './collections/list.js';
import { SortedSet } from './collections/sorted-set.js';
import { ItemTable, NONE } from './item-table.js';
import { MemoryDictionaries } from './dictionaries.js';
import { MemoryItems } from './items.js';
import { MemoryLists } from './lists.js';
import type { Mirror } from './mirror.js';
import { MemoryScalars } from './scalars.js';
import { MemorySets } from './sets.js';
import { MemorySortedSets } from './sorted-sets.js';
import { Writes } from './writes.js';

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
const NO_VALUE = Buffer.alloc(0);

/** The kinds of collections, each with what makes an empty one. */
const COLLECTIONS = {
  dictionary: (log: ElementLog) => new Dictionary(log),
  set: (log: ElementLog) => new ElementSet(log),
  list: (log: ElementLog) => new List(log),
  'sorted set': (log: ElementLog) => new SortedSet(log),
};

export type CollectionKind = keyof typeof COLLECTIONS;
type CollectionOf<K extends CollectionKind> = ReturnType<(typeof COLLECTIONS)[K]>;

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
  #home: CacheHome | undefined;
  #table: ItemTable;
  #hits = 0;
  #misses = 0;
  /** Of the change under way. */
  #writes: Writes | undefined;
  #evictions = 0;
  #expirations = 0;
  /** While items are loaded: the collections by their numbers on the disk, with their slots. */
  #loading = new Map<number, { slot: number; collection: Collection }>();

  /** `home` is absent for a cache in memory only. */
  constructor(name: string, maxBytes: number, clock: Clock, home?: CacheHome) {
    this.name = name;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#maxCollectionBytes = Math.floor(maxBytes * MAX_ITEM_SHARE);
    this.#maxItemBytes = Math.min(MAX_ITEM_BYTES, this.#maxCollectionBytes);
    this.#home = home;
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
      const recordId = this.#home?.mirror.newRecordId() ?? 0;
      slot = this.#table.add(hash, key, NO_VALUE, expiresAt, recordId);
      this.#table.attach(slot, COLLECTIONS[kind](this.#elementLog(recordId)));
      writes.add(
        this.#home?.mirror.putCollection(this.#home.cacheId, recordId, expiresAt, kind, key),
      );
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
    if (this.#home === undefined) return DONE;
    return this.#home.mirror.put(this.#home.cacheId, recordId, expiresAt, key, value);
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
    if (older !== NONE) this.#drop(older);
    this.#table.add(hash, key, value, expiresAt, recordId);
    return true;
  }

  /** As {@link load}, for a collection; its elements follow. */
  loadCollection(
    recordId: number,
    expiresAt: number,
    kind: CollectionKind,
    key: Uint8Array,
  ): boolean {
    if (!this.load(recordId, expiresAt, key, NO_VALUE)) return false;
    const slot = this.#table.find(this.#table.hash(key), key);
    const collection = COLLECTIONS[kind](this.#elementLog(recordId));
    this.#table.attach(slot, collection);
    this.#loading.set(recordId, { slot, collection });
    return true;
  }

  /** Takes an element over from the mirror; false when its collection is not there any more. */
  loadElement(recordId: number, elementId: number, payload: Buffer): boolean {
    const loading = this.#loading.get(recordId);
    // It may have been evicted for what was loaded since.
    if (loading === undefined || this.#table.collection(loading.slot) !== loading.collection)
      return false;
    loading.collection.load(elementId, payload);
    this.#table.weigh(loading.slot);
    return true;
  }

  /** Everything is loaded. A collection without elements is left of a change that was cut short. */
  loaded(): void {
    for (const { slot, collection } of this.#loading.values())
      if (collection.size === 0 && this.#table.collection(slot) === collection) this.#drop(slot);
    this.#loading = new Map();
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
    const recordId = this.#home?.mirror.newRecordId() ?? 0;
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
    this.#writes = writes;
    try {
      const result = change(collection);
      this.#table.touch(slot);
      return result;
    } finally {
      this.#writes = undefined;
      if (collection.size === 0) writes.add(this.#removeAt(slot));
      else this.#table.weigh(slot);
      await writes.written();
    }
  }

  #expireAt(slot: number, key: Uint8Array, expiresAt: number, writes: Writes): void {
    this.#table.setExpiresAt(slot, expiresAt);
    if (this.#home === undefined) return;
    const { mirror, cacheId } = this.#home;
    const recordId = this.#table.recordId(slot);
    const kind = this.#table.collection(slot)?.type;
    writes.add(
      kind === undefined
        ? mirror.put(cacheId, recordId, expiresAt, key, this.#table.value(slot))
        : mirror.putCollection(cacheId, recordId, expiresAt, kind, key),
    );
  }

  /** Where the elements of a collection are written while {@link #changeAt} changes it. */
  #elementLog(recordId: number): ElementLog {
    if (this.#home === undefined) return NO_LOG;
    const { mirror, cacheId } = this.#home;
    const put = (elementId: number, payload: Buffer): void =>
      this.#writes!.add(mirror.putElement(cacheId, elementId, recordId, payload));
    return {
      add: (payload) => {
        const elementId = mirror.newRecordId();
        put(elementId, payload());
        return elementId;
      },
      replace: (elementId, payload) => put(elementId, payload()),
      remove: (elementId) => this.#writes!.add(mirror.remove(cacheId, elementId)),
    };
  }

  /** Removes an item that its owner wants removed. Elements go behind it. */
  #removeAt(slot: number): Promise<void> {
    const recordId = this.#table.recordId(slot);
    this.#forgetElements(slot);
    this.#table.remove(slot);
    return this.#home?.mirror.remove(this.#home.cacheId, recordId) ?? DONE;
  }

  /** Removes an item that nobody waits for. */
  #drop(slot: number): void {
    this.#forget(slot);
    this.#table.remove(slot);
  }

  #forget(slot: number): void {
    this.#forgetElements(slot);
    this.#home?.mirror.removeBehind(this.#home.cacheId, this.#table.recordId(slot));
  }

  #forgetElements(slot: number): void {
    const collection = this.#home && this.#table.collection(slot);
    if (collection)
      this.#home!.mirror.removeAllBehind(this.#home!.cacheId, collection.elementIds());
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

/** For caches in memory only. */
const NO_LOG: ElementLog = { add: () => 0, replace: nothing, remove: nothing };

function nothing(): void {
  // Nothing is kept.
}
