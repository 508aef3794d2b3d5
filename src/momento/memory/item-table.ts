import { randomBytes } from 'node:crypto';
import type { Collection } from './collections/collection.js';
import { ExpiryWheel } from './expiry-wheel.js';
import { hashKey, type HashSeed } from './key-hash.js';
import { KeyIndex } from './key-index.js';
import { Segments } from './segments.js';
import { NONE, Slots } from './slots.js';

/** Collections above this share of the memory make room before scalars do. */
const COLLECTIONS_SHARE = 1 / 2;
/** Collections in use that one step spares before it evicts in any case. */
const MAX_SPARED = 8;

/** Told of each item that goes without having been removed by its owner, while it can still be read. */
export interface Departures {
  evicted(slot: number): void;
  expired(slot: number): void;
}

/**
 * The items of one cache in memory: found by key, bounded in bytes, reclaimed when their time is over.
 * No I/O and no clock; items are named by slots, which stay valid until the item goes.
 */
export class ItemTable {
  readonly #seed: HashSeed;
  readonly #slots = new Slots();
  readonly #index: KeyIndex;
  readonly #segments: Segments;
  readonly #wheel: ExpiryWheel;
  readonly #maxBytes: number;
  readonly #evict: (slot: number) => void;
  readonly #expire: (slot: number) => void;
  /** Of the slots that hold no scalar; the oldest comes first. */
  readonly #collections = new Map<number, { collection: Collection; bytes: number }>();
  #collectionBytes = 0;

  /** `maxBytes` bounds all memory held; `now` is the epoch time from which expiry is followed. */
  constructor(maxBytes: number, now: number, departures: Departures) {
    const random = randomBytes(8);
    this.#seed = { k0: random.readInt32LE(0), k1: random.readInt32LE(4) };
    this.#maxBytes = maxBytes;
    this.#evict = (slot): void => {
      departures.evicted(slot);
      this.remove(slot);
    };
    this.#segments = new Segments(this.#slots, maxBytes, this.#evict);
    this.#index = new KeyIndex(this.#slots, (slot, key) => this.#segments.hasKey(slot, key));
    this.#wheel = new ExpiryWheel(this.#slots, now);
    this.#expire = (slot): void => {
      departures.expired(slot);
      this.remove(slot);
    };
  }

  get items(): number {
    return this.#slots.count;
  }

  /** Bytes of the items that are there: keys, values and their headers. */
  get liveBytes(): number {
    return this.#segments.liveBytes + this.#collectionBytes;
  }

  /** Bytes of memory held for items and index; never more than `maxBytes`. */
  get memoryBytes(): number {
    return this.#segments.bytes + this.#indexBytes + this.#collectionBytes;
  }

  hash(key: Uint8Array): number {
    return hashKey(key, this.#seed);
  }

  /** The slot of the item with this key, also when its time is over and it was not reclaimed yet; or NONE. */
  find(hash: number, key: Uint8Array): number {
    return this.#index.find(hash, key);
  }

  /** Adds an item whose key is not there, and returns its slot. Others may be evicted for it. */
  add(
    hash: number,
    key: Uint8Array,
    value: Uint8Array,
    expiresAt: number,
    recordId: number,
  ): number {
    const growth = this.#slots.growth + this.#index.growth(hash);
    if (growth > 0) this.#fit(growth);
    const slot = this.#slots.allocate(hash);
    this.#slots.setRecordId(slot, recordId);
    this.#append(slot, key, value);
    this.#index.insert(slot);
    this.#setExpiry(slot, expiresAt);
    return slot;
  }

  /** Gives an item a new value and expiry time. Others may be evicted for it. */
  replace(slot: number, key: Uint8Array, value: Uint8Array, expiresAt: number): void {
    this.#segments.release(slot);
    this.#append(slot, key, value);
    this.setExpiresAt(slot, expiresAt);
  }

  setExpiresAt(slot: number, expiresAt: number): void {
    this.#wheel.remove(slot);
    this.#setExpiry(slot, expiresAt);
  }

  /** The collection that an item is; undefined for a scalar. */
  collection(slot: number): Collection | undefined {
    return this.#collections.size === 0 ? undefined : this.#collections.get(slot)?.collection;
  }

  /** Makes an item that was added with an empty value a collection. */
  attach(slot: number, collection: Collection): void {
    this.#collections.set(slot, { collection, bytes: 0 });
  }

  /** A collection has grown or shrunk. Others may be evicted, and at worst itself. */
  weigh(slot: number): void {
    const weighed = this.#collections.get(slot)!;
    const { bytes } = weighed.collection;
    this.#collectionBytes += bytes - weighed.bytes;
    weighed.bytes = bytes;
    this.#fit(0);
  }

  /** Removes an item; its slot is then free. */
  remove(slot: number): void {
    const weighed = this.#collections.size === 0 ? undefined : this.#collections.get(slot);
    if (weighed !== undefined) {
      this.#collections.delete(slot);
      this.#collectionBytes -= weighed.bytes;
      this.#segments.raiseLimit(weighed.bytes);
    }
    this.#index.remove(slot);
    this.#wheel.remove(slot);
    this.#segments.release(slot);
    this.#slots.free(slot);
  }

  /** Notes that an item was read, which saves it from the next eviction. */
  touch(slot: number): void {
    this.#segments.touch(slot);
  }

  /**
   * Calls `visit` for up to `limit` items from slot number `from` on. Returns where to go on, or undefined
   * at the end. Items that are there all the time are visited once.
   */
  visit(from: number, limit: number, visit: (slot: number) => void): number | undefined {
    let left = limit;
    for (let slot = from; slot < this.#slots.end; slot++) {
      if (this.#slots.segment(slot) === NONE) continue;
      if (left === 0) return slot;
      visit(slot);
      left -= 1;
    }
    return undefined;
  }

  /** The key as the caller's own copy. */
  key(slot: number): Buffer {
    return this.#segments.key(slot);
  }

  /** The value as the caller's own copy. */
  value(slot: number): Buffer {
    return this.#segments.value(slot);
  }

  expiresAt(slot: number): number {
    return this.#slots.expiresAt(slot);
  }

  recordId(slot: number): number {
    return this.#slots.recordId(slot);
  }

  /** Removes items whose time is over, in at most `budget` steps; true when there is more to do at once. */
  reclaim(now: number, budget: number): boolean {
    return this.#wheel.advance(now, budget, this.#expire);
  }

  get #indexBytes(): number {
    return this.#slots.bytes + this.#index.bytes;
  }

  /** Makes everything fit when the index grows by so many bytes. */
  #fit(growth: number): void {
    while (this.#segmentsLimit - growth < this.#segments.leastLimit && this.#hasManyCollections())
      this.#evictCollection();
    this.#segments.setLimit(this.#segmentsLimit - growth);
  }

  get #segmentsLimit(): number {
    return this.#maxBytes - this.#indexBytes - this.#collectionBytes;
  }

  #append(slot: number, key: Uint8Array, value: Uint8Array): void {
    while (this.#hasManyCollections() && !this.#segments.hasRoom(key.length, value.length))
      this.#evictCollection();
    this.#segments.append(slot, key, value);
  }

  #hasManyCollections(): boolean {
    return this.#collectionBytes > this.#maxBytes * COLLECTIONS_SHARE;
  }

  /** Evicts the oldest collection; some that were read lately are spared once and become the youngest. */
  #evictCollection(): void {
    let spared = 0;
    for (const [slot, weighed] of this.#collections) {
      const uses = this.#slots.uses(slot);
      if (uses === 0 || spared === MAX_SPARED) return this.#evict(slot);
      this.#slots.setUses(slot, uses - 1);
      this.#collections.delete(slot);
      this.#collections.set(slot, weighed);
      spared += 1;
    }
  }

  #setExpiry(slot: number, expiresAt: number): void {
    this.#slots.setExpiresAt(slot, expiresAt);
    this.#wheel.insert(slot);
  }
}

export { NONE };
