import type { Bytes, Condition, Scalars } from '../backend.js';
import { checkItem, checkTtl } from '../limits.js';
import { Script, type Commands } from './commands.js';
import type { HitCounter } from './hit-counter.js';
import type { KeySpace } from './key-space.js';

const SET_IF = new Script(`
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' then
  if ARGV[3] == '0' then return 0 end
elseif ARGV[4] == 'never' then return 0
elseif ARGV[4] ~= 'always' then
  local same = false
  if kind == 'string' then
    local value = redis.call('GET', KEYS[1])
    if ARGV[5] == 'hash' then value = redis.sha1hex(value) end
    same = value == ARGV[6]
  end
  if same ~= (ARGV[4] == 'if equal') then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

/** The sum is read back as text: Lua's numbers are exact to 2^53 only. */
const INCREMENT = new Script(`
redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('GET', KEYS[1])`);

export class ValkeyScalars implements Scalars {
  readonly #commands: Commands;
  readonly #keys: KeySpace;
  readonly #hits: HitCounter;

  constructor(commands: Commands, keys: KeySpace, hits: HitCounter) {
    this.#commands = commands;
    this.#keys = keys;
    this.#hits = hits;
  }

  async get(key: Bytes): Promise<Buffer | undefined> {
    const value = (await this.#commands.run('GET', this.#keys.of(key))) as Buffer | null;
    return this.#hits.count(value ?? undefined);
  }

  async set(key: Bytes, value: Bytes, ttlMs: number): Promise<void> {
    check(key, value, ttlMs);
    await this.#commands.run('SET', this.#keys.of(key), value, 'PX', ttlMs);
  }

  async setIf(key: Bytes, value: Bytes, ttlMs: number, condition: Condition): Promise<boolean> {
    check(key, value, ttlMs);
    const { whenAbsent, whenPresent, operand } = condition;
    const compared: [string, string | Bytes] =
      operand === undefined
        ? ['', '']
        : 'value' in operand
          ? ['value', operand.value]
          : ['hash', Buffer.from(operand.hash).toString('hex')];
    const isStored = await this.#commands.script(
      SET_IF,
      this.#keys.of(key),
      value,
      ttlMs,
      whenAbsent ? '1' : '0',
      whenPresent,
      ...compared,
    );
    return isStored === 1;
  }

  async increment(key: Bytes, amount: bigint, ttlMs: number): Promise<bigint> {
    checkTtl(ttlMs);
    const place = this.#keys.of(key);
    const sum = await this.#commands.script(INCREMENT, place, String(amount), ttlMs);
    return BigInt(String(sum));
  }
}

function check(key: Bytes, value: Bytes, ttlMs: number): void {
  checkTtl(ttlMs);
  checkItem(key.length, value.length);
}
