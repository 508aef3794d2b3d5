import type { Clock } from '../../lib/clock.js';
import type { Collection } from './collections/collection.js';
import { makeCollection } from './collections/kinds.js';
import { NONE, type ItemTable } from './item-table.js';
import type { MirroredElement, MirroredItem } from './mirror-records.js';
import type { Records } from './records.js';

const NO_VALUE = Buffer.alloc(0);

/** Fills a cache with what the mirror holds of it. */
export class CacheLoader {
  readonly #table: ItemTable;
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #maxItemBytes: number;
  readonly #drop: (slot: number) => void;
  /** The collections by their numbers on the disk, with their slots. */
  readonly #collections = new Map<number, { slot: number; collection: Collection }>();

  /** `drop` removes an item, also from the disk. */
  constructor(given: {
    table: ItemTable;
    records: Records;
    clock: Clock;
    maxItemBytes: number;
    drop: (slot: number) => void;
  }) {
    this.#table = given.table;
    this.#records = given.records;
    this.#clock = given.clock;
    this.#maxItemBytes = given.maxItemBytes;
    this.#drop = given.drop;
  }

  /** Takes an item over; false when it is not wanted any more. The elements of a collection follow it. */
  item({ recordId, kind, expiresAt, key, value }: Omit<MirroredItem, 'cacheId'>): boolean {
    if (kind === 'scalar') return this.#add(recordId, expiresAt, key, value) !== NONE;
    const slot = this.#add(recordId, expiresAt, key, NO_VALUE);
    if (slot === NONE) return false;
    const collection = makeCollection(kind, this.#records.elementLog(recordId));
    this.#table.attach(slot, collection);
    this.#collections.set(recordId, { slot, collection });
    return true;
  }

  /** Takes an element over; false when its collection is not there any more. */
  element({ recordId, elementId, payload }: Omit<MirroredElement, 'cacheId'>): boolean {
    const loading = this.#collections.get(recordId);
    // It may have been evicted for what was loaded since.
    if (loading === undefined || this.#table.collection(loading.slot) !== loading.collection)
      return false;
    loading.collection.load(elementId, payload);
    this.#table.weigh(loading.slot);
    return true;
  }

  /** Everything is loaded. A collection without elements is left of a change that was cut short. */
  end(): void {
    for (const { slot, collection } of this.#collections.values())
      if (collection.size === 0 && this.#table.collection(slot) === collection) this.#drop(slot);
  }

  /** The slot of an item; NONE when it is not wanted. */
  #add(recordId: number, expiresAt: number, key: Uint8Array, value: Uint8Array): number {
    if (expiresAt <= this.#clock.now() || key.length + value.length > this.#maxItemBytes)
      return NONE;
    const hash = this.#table.hash(key);
    // Each key has one record, unless the disk failed to remove an older one.
    const older = this.#table.find(hash, key);
    if (older !== NONE) this.#drop(older);
    return this.#table.add(hash, key, value, expiresAt, recordId);
  }
}
