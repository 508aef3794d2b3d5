import { NONE, type Slots } from './slots.js';

/**
 * From key to slot: a hash table with open addressing, cut into shards so that growing moves some thousand
 * entries at a time and never stops the process for long.
 */
const SHARD_BITS = 8;
const FIRST_SHARD_SIZE = 16;
/** Share of a shard that may be in use; above it probing gets long. */
const MAX_LOAD = 0.7;

interface Shard {
  /** Slot + 1; 0 is free. The length is a power of two. */
  entries: Uint32Array;
  count: number;
}

export class KeyIndex {
  readonly #shards: (Shard | undefined)[] = new Array<Shard | undefined>(1 << SHARD_BITS);
  readonly #slots: Slots;
  readonly #hasKey: (slot: number, key: Uint8Array) => boolean;
  #bytes = 0;

  /** `hasKey` tells whether an item has this key; it is asked only when the hashes are equal. */
  constructor(slots: Slots, hasKey: (slot: number, key: Uint8Array) => boolean) {
    this.#slots = slots;
    this.#hasKey = hasKey;
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes by which {@link insert} of this hash will add to {@link bytes}. */
  growth(hash: number): number {
    const shard = this.#shards[hash >>> (32 - SHARD_BITS)];
    if (shard === undefined) return FIRST_SHARD_SIZE * 4;
    return shard.count + 1 > shard.entries.length * MAX_LOAD ? shard.entries.byteLength : 0;
  }

  /** The slot of the item with this key, or NONE. */
  find(hash: number, key: Uint8Array): number {
    const shard = this.#shards[hash >>> (32 - SHARD_BITS)];
    if (shard === undefined) return NONE;
    const { entries } = shard;
    const mask = entries.length - 1;
    for (let at = hash & mask; entries[at] !== 0; at = (at + 1) & mask) {
      const slot = entries[at]! - 1;
      if (this.#slots.hash(slot) === hash && this.#hasKey(slot, key)) return slot;
    }
    return NONE;
  }

  /** Adds a slot whose key is not in the index yet. */
  insert(slot: number): void {
    const hash = this.#slots.hash(slot);
    const shard = this.#roomyShard(hash);
    shard.count += 1;
    this.#place(shard.entries, slot);
  }

  /** Removes a slot that is in the index. */
  remove(slot: number): void {
    const shard = this.#shards[this.#slots.hash(slot) >>> (32 - SHARD_BITS)]!;
    const { entries } = shard;
    const mask = entries.length - 1;
    let hole = this.#slots.hash(slot) & mask;
    while (entries[hole] !== slot + 1) hole = (hole + 1) & mask;
    // Entries behind the hole move up unless that would put them before their own place.
    for (let at = (hole + 1) & mask; entries[at] !== 0; at = (at + 1) & mask) {
      const home = this.#slots.hash(entries[at]! - 1) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      entries[hole] = entries[at]!;
      hole = at;
    }
    entries[hole] = 0;
    shard.count -= 1;
  }

  #roomyShard(hash: number): Shard {
    const number = hash >>> (32 - SHARD_BITS);
    const growth = this.growth(hash);
    let shard = this.#shards[number];
    if (shard === undefined)
      shard = this.#shards[number] = { entries: new Uint32Array(FIRST_SHARD_SIZE), count: 0 };
    else if (growth > 0) {
      const larger = new Uint32Array(shard.entries.length * 2);
      for (const entry of shard.entries) if (entry !== 0) this.#place(larger, entry - 1);
      shard.entries = larger;
    }
    this.#bytes += growth;
    return shard;
  }

  #place(entries: Uint32Array, slot: number): void {
    const mask = entries.length - 1;
    let at = this.#slots.hash(slot) & mask;
    while (entries[at] !== 0) at = (at + 1) & mask;
    entries[at] = slot + 1;
  }
}
