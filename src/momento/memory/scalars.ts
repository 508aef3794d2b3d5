import type { Bytes, Condition, Scalars } from '../backend.js';
import { hashOf } from '../value-hash.js';
import { addWhole } from '../whole-number.js';
import type { Cache } from './cache.js';

export class MemoryScalars implements Scalars {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async get(key: Bytes): Promise<Buffer | undefined> {
    return this.#cache.get(key);
  }

  set(key: Bytes, value: Bytes, ttlMs: number): Promise<void> {
    return this.#cache.set(key, value, ttlMs);
  }

  async setIf(key: Bytes, value: Bytes, ttlMs: number, condition: Condition): Promise<boolean> {
    if (!this.#holds(key, condition)) return false;
    await this.#cache.set(key, value, ttlMs);
    return true;
  }

  async increment(key: Bytes, amount: bigint, ttlMs: number): Promise<bigint> {
    const sum = addWhole(this.#cache.get(key)?.toString('latin1'), amount);
    await this.#cache.set(key, Buffer.from(String(sum)), ttlMs);
    return sum;
  }

  #holds(key: Bytes, { whenAbsent, whenPresent, operand }: Condition): boolean {
    const type = this.#cache.type(key);
    if (type === undefined) return whenAbsent;
    if (whenPresent === 'always') return true;
    if (whenPresent === 'never' || operand === undefined) return false;
    const value = type === 'scalar' ? this.#cache.get(key) : undefined;
    const isEqual =
      value !== undefined &&
      ('value' in operand ? value.equals(operand.value) : hashOf(value).equals(operand.hash));
    return isEqual === (whenPresent === 'if equal');
  }
}
