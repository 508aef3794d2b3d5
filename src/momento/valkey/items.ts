import type { Bytes, ElementPage, Items, ItemType, KeyPage, TtlChange } from '../backend.js';
import { checkTtl, MAX_TTL_MS } from '../limits.js';
import { Script, type Commands } from './commands.js';
import { elementsOf } from './elements.js';
import type { KeySpace } from './key-space.js';

const TYPES: Readonly<Record<string, ItemType>> = {
  string: 'scalar',
  hash: 'dictionary',
  set: 'set',
  list: 'list',
  zset: 'sorted set',
};

const UPDATE_TTL = new Script(`
local left = redis.call('PTTL', KEYS[1])
if left == -2 then return 'missing' end
local wanted = tonumber(ARGV[2])
if ARGV[1] == 'increase' and (left == -1 or wanted <= left) then return 'not set' end
if ARGV[1] == 'decrease' and left ~= -1 and wanted >= left then return 'not set' end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 'set'`);

export class ValkeyItems implements Items {
  readonly #commands: Commands;
  readonly #keys: KeySpace;

  constructor(commands: Commands, keys: KeySpace) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async delete(key: Bytes): Promise<void> {
    await this.#commands.run('UNLINK', this.#keys.of(key));
  }

  exist(keys: readonly Bytes[]): Promise<boolean[]> {
    // One by one: in a cluster they may lie on several nodes.
    return Promise.all(
      keys.map(async (key) => (await this.#commands.run('EXISTS', this.#keys.of(key))) === 1),
    );
  }

  async ttl(key: Bytes): Promise<number | undefined> {
    const left = (await this.#commands.run('PTTL', this.#keys.of(key))) as number;
    if (left === -2) return undefined;
    // Others may have put it there to stay.
    return left === -1 ? MAX_TTL_MS : left;
  }

  async type(key: Bytes): Promise<ItemType | undefined> {
    const type = (await this.#commands.run('TYPE', this.#keys.of(key))) as Buffer;
    return TYPES[type.toString()];
  }

  async updateTtl(key: Bytes, { how, ttlMs }: TtlChange): Promise<'set' | 'not set' | 'missing'> {
    checkTtl(ttlMs);
    const result = await this.#commands.script(UPDATE_TTL, this.#keys.of(key), how, ttlMs);
    return String(result) as 'set' | 'not set' | 'missing';
  }

  async scan(cursor: string | undefined, limit: number): Promise<KeyPage> {
    const page = await this.#commands.scan(cursor, this.#keys, limit);
    return { ...page, keys: page.keys.map((key) => this.#keys.strip(key)) };
  }

  async elements(
    key: Bytes,
    cursor: string | undefined,
    limit: number,
  ): Promise<ElementPage | undefined> {
    const type = await this.type(key);
    if (type === undefined || type === 'scalar') return type && { type, length: 0, elements: [] };
    return elementsOf(this.#commands, this.#keys.of(key), type, cursor, limit);
  }
}
