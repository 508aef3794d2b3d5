import type { Bytes, CollectionTtl, Dictionaries } from '../backend.js';
import { checkTtl } from '../limits.js';
import { Script, type Commands } from './commands.js';
import type { KeySpace } from './key-space.js';

/** The sum is read back as text: Lua's numbers are exact to 2^53 only. */
const INCREMENT = new Script(`
local existed = redis.call('EXISTS', KEYS[1])
redis.call('HINCRBY', KEYS[1], ARGV[3], ARGV[4])
if existed == 0 or ARGV[2] == '1' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return redis.call('HGET', KEYS[1], ARGV[3])`);

/** Dictionaries as hashes. */
export class ValkeyDictionaries implements Dictionaries {
  readonly #commands: Commands;
  readonly #keys: KeySpace;

  constructor(commands: Commands, keys: KeySpace) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async fetch(key: Bytes): Promise<[field: Buffer, value: Buffer][] | undefined> {
    const found = await this.#commands.existing('HGETALL', this.#keys.of(key));
    if (found === undefined) return undefined;
    const flat = found.answer as Buffer[];
    return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
  }

  async get(key: Bytes, fields: readonly Bytes[]): Promise<(Buffer | undefined)[] | undefined> {
    const values = await this.#commands.existingEach('HMGET', this.#keys.of(key), fields);
    return (values as (Buffer | null)[] | undefined)?.map((value) => value ?? undefined);
  }

  async set(
    key: Bytes,
    pairs: readonly (readonly [field: Bytes, value: Bytes])[],
    ttl: CollectionTtl,
  ): Promise<void> {
    checkTtl(ttl.ttlMs);
    if (pairs.length > 0)
      await this.#commands.write('HSET', this.#keys.of(key), ttl, pairs.flat(), 2);
  }

  async increment(key: Bytes, field: Bytes, amount: bigint, ttl: CollectionTtl): Promise<bigint> {
    checkTtl(ttl.ttlMs);
    const { ttlMs, refresh } = ttl;
    const place = this.#keys.of(key);
    const args = [ttlMs, refresh ? '1' : '0', field, String(amount)] as const;
    return BigInt(String(await this.#commands.script(INCREMENT, place, ...args)));
  }

  async remove(key: Bytes, fields: readonly Bytes[]): Promise<void> {
    if (fields.length > 0) await this.#commands.existingEach('HDEL', this.#keys.of(key), fields);
  }

  async length(key: Bytes): Promise<number | undefined> {
    return (await this.#commands.existing('HLEN', this.#keys.of(key)))?.answer as
      number | undefined;
  }
}
