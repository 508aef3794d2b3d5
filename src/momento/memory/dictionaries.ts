import type { Bytes, CollectionTtl, Dictionaries } from '../backend.js';
import { addWhole } from '../whole-number.js';
import type { Cache } from './cache.js';
import { bytesOf, textOf } from './collections/collection.js';

export class MemoryDictionaries implements Dictionaries {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async fetch(key: Bytes): Promise<[field: Buffer, value: Buffer][] | undefined> {
    const dictionary = this.#cache.collection('dictionary', key);
    return (
      dictionary &&
      Array.from(dictionary.pairs(), ([field, value]) => [bytesOf(field), bytesOf(value)])
    );
  }

  async get(key: Bytes, fields: readonly Bytes[]): Promise<(Buffer | undefined)[] | undefined> {
    const dictionary = this.#cache.collection('dictionary', key);
    return dictionary && fields.map((field) => optionalBytesOf(dictionary.get(textOf(field))));
  }

  set(
    key: Bytes,
    pairs: readonly (readonly [field: Bytes, value: Bytes])[],
    ttl: CollectionTtl,
  ): Promise<void> {
    let bytes = 0;
    for (const [field, value] of pairs) bytes += field.length + value.length;
    return this.#cache.change('dictionary', key, ttl, bytes, (dictionary) => {
      for (const [field, value] of pairs) dictionary.set(textOf(field), textOf(value));
    });
  }

  increment(key: Bytes, field: Bytes, amount: bigint, ttl: CollectionTtl): Promise<bigint> {
    return this.#cache.change('dictionary', key, ttl, field.length, (dictionary) => {
      const name = textOf(field);
      const sum = addWhole(dictionary.get(name), amount);
      dictionary.set(name, String(sum));
      return sum;
    });
  }

  async remove(key: Bytes, fields: readonly Bytes[]): Promise<void> {
    await this.#cache.shrink('dictionary', key, (dictionary) => {
      for (const field of fields) dictionary.remove(textOf(field));
    });
  }

  async length(key: Bytes): Promise<number | undefined> {
    return this.#cache.collection('dictionary', key)?.size;
  }
}

function optionalBytesOf(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : bytesOf(text);
}
