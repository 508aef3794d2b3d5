import type { Bytes, CollectionTtl, Sets } from '../backend.js';
import type { Cache } from './cache.js';
import { bytesOf, textOf } from './collections/collection.js';

export class MemorySets implements Sets {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async fetch(key: Bytes): Promise<Buffer[] | undefined> {
    return this.#cache.collection('set', key)?.elements().map(bytesOf);
  }

  async sample(key: Bytes, limit: number): Promise<Buffer[] | undefined> {
    return this.#cache.collection('set', key)?.sample(limit).map(bytesOf);
  }

  add(key: Bytes, elements: readonly Bytes[], ttl: CollectionTtl): Promise<void> {
    return this.#cache.change('set', key, ttl, totalLength(elements), (set) => {
      for (const element of elements) set.add(textOf(element));
    });
  }

  async remove(key: Bytes, elements: readonly Bytes[]): Promise<boolean> {
    const found = await this.#cache.shrink('set', key, (set) => {
      for (const element of elements) set.remove(textOf(element));
      return true;
    });
    return found ?? false;
  }

  async contains(key: Bytes, elements: readonly Bytes[]): Promise<boolean[] | undefined> {
    const set = this.#cache.collection('set', key);
    return set && elements.map((element) => set.has(textOf(element)));
  }

  async length(key: Bytes): Promise<number | undefined> {
    return this.#cache.collection('set', key)?.size;
  }

  pop(key: Bytes, count: number): Promise<Buffer[] | undefined> {
    return this.#cache.shrink('set', key, (set) => {
      const popped = set.sample(count);
      for (const element of popped) set.remove(element);
      return popped.map(bytesOf);
    });
  }
}

/** Bytes of all elements together. */
export function totalLength(elements: readonly Bytes[]): number {
  let total = 0;
  for (const { length } of elements) total += length;
  return total;
}
