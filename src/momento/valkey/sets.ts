import type { Bytes, CollectionTtl, Sets } from '../backend.js';
import { checkTtl } from '../limits.js';
import type { Commands } from './commands.js';
import type { KeySpace } from './key-space.js';

export class ValkeySets implements Sets {
  readonly #commands: Commands;
  readonly #keys: KeySpace;

  constructor(commands: Commands, keys: KeySpace) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async fetch(key: Bytes): Promise<Buffer[] | undefined> {
    return (await this.#commands.existing('SMEMBERS', this.#keys.of(key)))?.answer as
      Buffer[] | undefined;
  }

  async sample(key: Bytes, limit: number): Promise<Buffer[] | undefined> {
    return (await this.#commands.existing('SRANDMEMBER', this.#keys.of(key), limit))?.answer as
      Buffer[] | undefined;
  }

  async add(key: Bytes, elements: readonly Bytes[], ttl: CollectionTtl): Promise<void> {
    checkTtl(ttl.ttlMs);
    if (elements.length > 0) await this.#commands.write('SADD', this.#keys.of(key), ttl, elements);
  }

  async remove(key: Bytes, elements: readonly Bytes[]): Promise<boolean> {
    if (elements.length === 0) return (await this.length(key)) !== undefined;
    return (await this.#commands.existingEach('SREM', this.#keys.of(key), elements)) !== undefined;
  }

  async contains(key: Bytes, elements: readonly Bytes[]): Promise<boolean[] | undefined> {
    if (elements.length === 0) return (await this.length(key)) === undefined ? undefined : [];
    const found = await this.#commands.existingEach('SMISMEMBER', this.#keys.of(key), elements);
    return found?.map((isThere) => isThere === 1);
  }

  async length(key: Bytes): Promise<number | undefined> {
    return (await this.#commands.existing('SCARD', this.#keys.of(key)))?.answer as
      number | undefined;
  }

  async pop(key: Bytes, count: number): Promise<Buffer[] | undefined> {
    return (await this.#commands.existing('SPOP', this.#keys.of(key), count))?.answer as
      Buffer[] | undefined;
  }
}
