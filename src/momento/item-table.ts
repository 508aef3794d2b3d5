import { randomBytes } from 'node:crypto';
import { ExpiryWheel } from './expiry-wheel.js';
import { hashKey, type HashSeed } from './key-hash.js';
import { KeyIndex } from './key-index.js';
import { Segments } from './segments.js';
import { NONE, Slots } from './slots.js';

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
  readonly #expire: (slot: number) => void;

  /** `maxBytes` bounds all memory held; `now` is the epoch time from which expiry is followed. */
  constructor(maxBytes: number, now: number, departures: Departures) {
    const random = randomBytes(8);
    this.#seed = { k0: random.readInt32LE(0), k1: random.readInt32LE(4) };
    this.#maxBytes = maxBytes;
    this.#segments = new Segments(this.#slots, maxBytes, (slot) => {
      departures.evicted(slot);
      this.remove(slot);
    });
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
    return this.#segments.liveBytes;
  }

  /** Bytes of memory held for items and index; never more than `maxBytes`. */
  get memoryBytes(): number {
    return this.#segments.bytes + this.#slots.bytes + this.#index.bytes;
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
    const indexBytes = this.#slots.bytes + this.#index.bytes;
    const growth = this.#slots.growth + this.#index.growth(hash);
    if (growth > 0) this.#segments.setLimit(this.#maxBytes - indexBytes - growth);
    const slot = this.#slots.allocate(hash);
    this.#slots.setRecordId(slot, recordId);
    this.#segments.append(slot, key, value);
    this.#index.insert(slot);
    this.#setExpiry(slot, expiresAt);
    return slot;
  }

  /** Gives an item a new value and expiry time. Others may be evicted for it. */
  replace(slot: number, key: Uint8Array, value: Uint8Array, expiresAt: number): void {
    this.#segments.release(slot);
    this.#segments.append(slot, key, value);
    this.#wheel.remove(slot);
    this.#setExpiry(slot, expiresAt);
  }

  /** Removes an item; its slot is then free. */
  remove(slot: number): void {
    this.#index.remove(slot);
    this.#wheel.remove(slot);
    this.#segments.release(slot);
    this.#slots.free(slot);
  }

  /** Notes that an item was read, which saves it from the next eviction. */
  touch(slot: number): void {
    this.#segments.touch(slot);
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

  #setExpiry(slot: number, expiresAt: number): void {
    this.#slots.setExpiresAt(slot, expiresAt);
    this.#wheel.insert(slot);
  }
}

export { NONE };
