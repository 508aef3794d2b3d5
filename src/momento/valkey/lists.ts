import type { Bytes, CollectionTtl, ListEnd, Lists, Slice } from '../backend.js';
import { checkTtl } from '../limits.js';
import { Script, type Commands } from './commands.js';
import type { KeySpace } from './key-space.js';
import { SLICE, sliceArguments } from './slices.js';

const TRIM = new Script(`
local size = tonumber(ARGV[2])
if size > 0 and ARGV[1] == 'back' then redis.call('LTRIM', KEYS[1], -size, -1) end
if size > 0 and ARGV[1] == 'front' then redis.call('LTRIM', KEYS[1], 0, size - 1) end
return redis.call('LLEN', KEYS[1])`);

const POP = new Script(`
local value = redis.call(ARGV[1], KEYS[1])
if not value then return false end
return { value, redis.call('LLEN', KEYS[1]) }`);

const FETCH = new Script(`${SLICE}
local length = redis.call('LLEN', KEYS[1])
if length == 0 then return false end
local first, last = slice(length, ARGV[1], ARGV[2])
if first > last then return {} end
return redis.call('LRANGE', KEYS[1], first, last)`);

const RETAIN = new Script(`${SLICE}
local length = redis.call('LLEN', KEYS[1])
if length == 0 then return false end
local first, last = slice(length, ARGV[1], ARGV[2])
if first > last then redis.call('DEL', KEYS[1]) else redis.call('LTRIM', KEYS[1], first, last) end
if ARGV[4] == '1' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return redis.call('LLEN', KEYS[1])`);

const REMOVE = new Script(`
if redis.call('LREM', KEYS[1], 0, ARGV[1]) == 0 and redis.call('EXISTS', KEYS[1]) == 0 then return false end
return redis.call('LLEN', KEYS[1])`);

/** What is to go is first given a value that no other element has. */
const REPLACE = new Script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if redis.call('LINDEX', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] then redis.call('LSET', KEYS[1], ARGV[1], ARGV[3]) return 1 end
local mark = '\\0freshet-erased\\0' .. redis.sha1hex(ARGV[2])
redis.call('LSET', KEYS[1], ARGV[1], mark)
redis.call('LREM', KEYS[1], 1, mark)
return 1`);

/** Elements to go are first given a value that no other has. */
const ERASE = new Script(`
local length = redis.call('LLEN', KEYS[1])
if length == 0 then return false end
local mark = '\\0freshet-erased\\0' .. redis.sha1hex(table.concat(ARGV, ','))
for i = 1, #ARGV, 2 do
  for place = tonumber(ARGV[i]), math.min(tonumber(ARGV[i]) + tonumber(ARGV[i + 1]), length) - 1 do
    redis.call('LSET', KEYS[1], place, mark)
  end
end
redis.call('LREM', KEYS[1], 0, mark)
return redis.call('LLEN', KEYS[1])`);

export class ValkeyLists implements Lists {
  readonly #commands: Commands;
  readonly #keys: KeySpace;

  constructor(commands: Commands, keys: KeySpace) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async concatenate(
    key: Bytes,
    end: ListEnd,
    values: readonly Bytes[],
    ttl: CollectionTtl,
    truncateTo: number,
  ): Promise<number> {
    checkTtl(ttl.ttlMs);
    const place = this.#keys.of(key);
    const [command, ordered] =
      end === 'back' ? ['RPUSH', values] : ['LPUSH', [...values].reverse()];
    if (values.length === 0) return (await this.length(key)) ?? 0;
    const length = (await this.#commands.write(command, place, ttl, ordered)) as number;
    if (truncateTo === 0 || length <= truncateTo) return length;
    return (await this.#commands.script(TRIM, place, end, truncateTo)) as number;
  }

  async pop(key: Bytes, end: ListEnd): Promise<{ value: Buffer; length: number } | undefined> {
    const command = end === 'front' ? 'LPOP' : 'RPOP';
    const popped = (await this.#commands.script(POP, this.#keys.of(key), command)) as
      [Buffer, number] | null;
    return popped === null ? undefined : { value: popped[0], length: popped[1] };
  }

  async fetch(key: Bytes, slice: Slice): Promise<Buffer[] | undefined> {
    const found = await this.#commands.script(FETCH, this.#keys.of(key), ...sliceArguments(slice));
    return (found as Buffer[] | null) ?? undefined;
  }

  async retain(key: Bytes, slice: Slice, ttl: CollectionTtl): Promise<number | undefined> {
    const length = await this.#commands.script(
      RETAIN,
      this.#keys.of(key),
      ...sliceArguments(slice),
      ttl.ttlMs,
      ttl.refresh ? '1' : '0',
    );
    return (length as number | null) ?? undefined;
  }

  async removeValue(key: Bytes, value: Bytes): Promise<number | undefined> {
    const length = await this.#commands.script(REMOVE, this.#keys.of(key), value);
    return (length as number | null) ?? undefined;
  }

  async replace(
    key: Bytes,
    place: number,
    was: Bytes,
    value: Bytes | undefined,
  ): Promise<boolean | undefined> {
    const args = [place, was, ...(value === undefined ? [] : [value])];
    const replaced = await this.#commands.script(REPLACE, this.#keys.of(key), ...args);
    return replaced === null ? undefined : replaced === 1;
  }

  async erase(
    key: Bytes,
    ranges: readonly { begin: number; count: number }[],
  ): Promise<number | undefined> {
    const args = ranges.flatMap(({ begin, count }) => [begin, count]);
    const length = await this.#commands.script(ERASE, this.#keys.of(key), ...args);
    return (length as number | null) ?? undefined;
  }

  async length(key: Bytes): Promise<number | undefined> {
    return (await this.#commands.existing('LLEN', this.#keys.of(key)))?.answer as
      number | undefined;
  }
}
