import type { Bytes, ElementPage, Items, ItemType, KeyPage, TtlChange } from '../backend.js';
import { checkTtl } from '../limits.js';
import type { Cache } from './cache.js';
import { elementsOf } from './elements.js';

export class MemoryItems implements Items {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  delete(key: Bytes): Promise<void> {
    return this.#cache.delete(key);
  }

  async exist(keys: readonly Bytes[]): Promise<boolean[]> {
    return keys.map((key) => this.#cache.type(key) !== undefined);
  }

  async ttl(key: Bytes): Promise<number | undefined> {
    return this.#cache.remainingTtlMs(key);
  }

  async type(key: Bytes): Promise<ItemType | undefined> {
    return this.#cache.type(key);
  }

  async updateTtl(key: Bytes, { how, ttlMs }: TtlChange): Promise<'set' | 'not set' | 'missing'> {
    checkTtl(ttlMs);
    const remaining = this.#cache.remainingTtlMs(key);
    if (remaining === undefined) return 'missing';
    if (how === 'increase' && ttlMs <= remaining) return 'not set';
    if (how === 'decrease' && ttlMs >= remaining) return 'not set';
    await this.#cache.setRemainingTtl(key, ttlMs);
    return 'set';
  }

  async scan(cursor: string | undefined, limit: number): Promise<KeyPage> {
    const { keys, next } = this.#cache.scan(Number(cursor ?? 0), limit);
    return { keys, ...(next !== undefined && { cursor: String(next) }) };
  }

  async elements(
    key: Bytes,
    cursor: string | undefined,
    limit: number,
  ): Promise<ElementPage | undefined> {
    const type = this.#cache.type(key);
    if (type === undefined || type === 'scalar') return type && { type, length: 0, elements: [] };
    return elementsOf(this.#cache.peek(type, key)!, cursor, limit);
  }
}
