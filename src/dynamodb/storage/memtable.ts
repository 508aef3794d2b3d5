import { SortedKeys } from './sorted-keys.js';

/** A change of one key; `value` undefined: the key is removed. */
export interface Write {
  readonly key: Buffer;
  readonly value: Buffer | undefined;
}

/** A key as text, for maps: latin1, whose order is that of the bytes. */
export const keyText = (key: Buffer): string => key.toString('latin1');

/** The newest writes by {@link keyText}, in memory. */
export class Memtable {
  readonly #writes = new Map<string, Write>();
  readonly #keys = new SortedKeys();

  get(key: string): Write | undefined {
    return this.#writes.get(key);
  }

  set(key: string, write: Write): void {
    const before = this.#writes.size;
    this.#writes.set(key, write);
    if (this.#writes.size > before) this.#keys.add(key);
  }

  /** The writes from `start` up to, not including, `end`, ascending, as they are now. */
  range(start: Buffer, end: Buffer): Write[] {
    if (this.#writes.size === 0) return [];
    return this.#keys.range(keyText(start), keyText(end)).map((key) => this.#writes.get(key)!);
  }

  /** All writes, ascending. */
  *all(): Generator<Write> {
    for (const key of this.#keys.all()) yield this.#writes.get(key)!;
  }
}
