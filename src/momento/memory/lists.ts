import type { Bytes, CollectionTtl, ListEnd, Lists, Slice } from '../backend.js';
import { resolveSlice } from '../slice.js';
import type { Cache } from './cache.js';
import { bytesOf, textOf } from './collections/collection.js';
import { totalLength } from './sets.js';

/** The time to live of a list that is there stays as it is. */
const KEPT = { ttlMs: 1, refresh: false };

export class MemoryLists implements Lists {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  concatenate(
    key: Bytes,
    end: ListEnd,
    values: readonly Bytes[],
    ttl: CollectionTtl,
    truncateTo: number,
  ): Promise<number> {
    return this.#cache.change('list', key, ttl, totalLength(values), (list) => {
      if (end === 'back') for (const value of values) list.pushBack(textOf(value));
      else for (let i = values.length - 1; i >= 0; i--) list.pushFront(textOf(values[i]!));
      const otherEnd = end === 'back' ? 'front' : 'back';
      if (truncateTo > 0) while (list.size > truncateTo) list.pop(otherEnd);
      return list.size;
    });
  }

  pop(key: Bytes, end: ListEnd): Promise<{ value: Buffer; length: number } | undefined> {
    return this.#cache.shrink('list', key, (list) => ({
      value: bytesOf(list.pop(end)),
      length: list.size,
    }));
  }

  async fetch(key: Bytes, slice: Slice): Promise<Buffer[] | undefined> {
    const list = this.#cache.collection('list', key);
    if (list === undefined) return undefined;
    const { start, end } = resolveSlice(slice, list.size);
    return list.slice(start, end).map(bytesOf);
  }

  retain(key: Bytes, slice: Slice, ttl: CollectionTtl): Promise<number | undefined> {
    return this.#cache.shrink(
      'list',
      key,
      (list) => {
        const { start, end } = resolveSlice(slice, list.size);
        list.filter((_value, place) => place >= start && place < end);
        return list.size;
      },
      ttl,
    );
  }

  removeValue(key: Bytes, value: Bytes): Promise<number | undefined> {
    const unwanted = textOf(value);
    return this.#cache.shrink('list', key, (list) => {
      list.filter((kept) => kept !== unwanted);
      return list.size;
    });
  }

  async replace(
    key: Bytes,
    place: number,
    was: Bytes,
    value: Bytes | undefined,
  ): Promise<boolean | undefined> {
    const list = this.#cache.peek('list', key);
    if (list === undefined) return undefined;
    if (list.slice(place, place + 1)[0] !== textOf(was)) return false;
    if (value === undefined) await this.erase(key, [{ begin: place, count: 1 }]);
    else
      await this.#cache.change('list', key, KEPT, value.length, (changed) =>
        changed.set(place, textOf(value)),
      );
    return true;
  }

  erase(
    key: Bytes,
    ranges: readonly { begin: number; count: number }[],
  ): Promise<number | undefined> {
    return this.#cache.shrink('list', key, (list) => {
      list.filter((_value, place) =>
        ranges.every(({ begin, count }) => place < begin || place >= begin + count),
      );
      return list.size;
    });
  }

  async length(key: Bytes): Promise<number | undefined> {
    return this.#cache.collection('list', key)?.size;
  }
}
