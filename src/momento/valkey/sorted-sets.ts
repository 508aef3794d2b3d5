import type {
  Aggregate,
  Bytes,
  CollectionTtl,
  Order,
  ScoredElement,
  ScoreRange,
  Slice,
  SortedSets,
} from '../backend.js';
import { checkTtl } from '../limits.js';
import { Script, type Argument, type Commands } from './commands.js';
import type { KeySpace } from './key-space.js';
import { SLICE, sliceArguments } from './slices.js';

const FETCH = new Script(`${SLICE}
local length = redis.call('ZCARD', KEYS[1])
if length == 0 then return false end
local first, last = slice(length, ARGV[2], ARGV[3])
if first > last then return {} end
return redis.call(ARGV[1], KEYS[1], first, last, 'WITHSCORES')`);

export class ValkeySortedSets implements SortedSets {
  readonly #commands: Commands;
  readonly #keys: KeySpace;

  constructor(commands: Commands, keys: KeySpace) {
    this.#commands = commands;
    this.#keys = keys;
  }

  async put(
    key: Bytes,
    elements: readonly { value: Bytes; score: number }[],
    ttl: CollectionTtl,
  ): Promise<void> {
    checkTtl(ttl.ttlMs);
    const args = elements.flatMap(({ value, score }): Argument[] => [textOf(score), value]);
    if (args.length > 0) await this.#commands.write('ZADD', this.#keys.of(key), ttl, args, 2);
  }

  async fetchByIndex(key: Bytes, slice: Slice, order: Order): Promise<ScoredElement[] | undefined> {
    const command = order === 'ascending' ? 'ZRANGE' : 'ZREVRANGE';
    const place = this.#keys.of(key);
    const found = await this.#commands.script(FETCH, place, command, ...sliceArguments(slice));
    return found === null ? undefined : scored(found as Buffer[]);
  }

  async fetchByScore(
    key: Bytes,
    range: ScoreRange,
    order: Order,
    offset: number,
    count: number | undefined,
  ): Promise<ScoredElement[] | undefined> {
    const [min, max] = boundsOf(range);
    const found = await this.#commands.existing(
      order === 'ascending' ? 'ZRANGEBYSCORE' : 'ZREVRANGEBYSCORE',
      this.#keys.of(key),
      ...(order === 'ascending' ? [min, max] : [max, min]),
      'WITHSCORES',
      'LIMIT',
      offset,
      count ?? -1,
    );
    return found && scored(found.answer as Buffer[]);
  }

  async scores(key: Bytes, values: readonly Bytes[]): Promise<(number | undefined)[] | undefined> {
    if (values.length === 0) return (await this.length(key)) === undefined ? undefined : [];
    const found = await this.#commands.existingEach('ZMSCORE', this.#keys.of(key), values);
    return (found as (Buffer | null)[] | undefined)?.map((score) =>
      score === null ? undefined : numberOf(score),
    );
  }

  async remove(key: Bytes, values: readonly Bytes[]): Promise<void> {
    if (values.length > 0) await this.#commands.existingEach('ZREM', this.#keys.of(key), values);
  }

  async increment(key: Bytes, value: Bytes, amount: number, ttl: CollectionTtl): Promise<number> {
    checkTtl(ttl.ttlMs);
    const args = [textOf(amount), value];
    return numberOf(
      (await this.#commands.write('ZINCRBY', this.#keys.of(key), ttl, args)) as Buffer,
    );
  }

  async rank(
    key: Bytes,
    value: Bytes,
    order: Order,
  ): Promise<{ rank: number | undefined } | undefined> {
    const command = order === 'ascending' ? 'ZRANK' : 'ZREVRANK';
    const found = await this.#commands.existing(command, this.#keys.of(key), value);
    return found && { rank: (found.answer as number | null) ?? undefined };
  }

  async length(key: Bytes): Promise<number | undefined> {
    return (await this.#commands.existing('ZCARD', this.#keys.of(key)))?.answer as
      number | undefined;
  }

  async lengthByScore(key: Bytes, range: ScoreRange): Promise<number | undefined> {
    const found = await this.#commands.existing('ZCOUNT', this.#keys.of(key), ...boundsOf(range));
    return found?.answer as number | undefined;
  }

  /** Not at one time: the sources are read one after the other, for they may lie on different nodes. */
  async unionStore(
    key: Bytes,
    sources: readonly { key: Bytes; weight: number }[],
    aggregate: Aggregate,
    ttlMs: number,
  ): Promise<number> {
    checkTtl(ttlMs);
    const union = new Map<string, number>();
    for (const { key: sourceKey, weight } of sources)
      for (const { value, score } of (await this.fetchByIndex(sourceKey, {}, 'ascending')) ?? []) {
        const name = value.toString('latin1');
        const before = union.get(name);
        const weighted = score * weight;
        union.set(name, before === undefined ? weighted : AGGREGATES[aggregate](before, weighted));
      }
    await this.#commands.run('UNLINK', this.#keys.of(key));
    const elements = Array.from(union, ([name, score]) => ({
      value: Buffer.from(name, 'latin1'),
      score,
    }));
    await this.put(key, elements, { ttlMs, refresh: true });
    return union.size;
  }
}

const AGGREGATES: Readonly<Record<Aggregate, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  min: Math.min,
  max: Math.max,
};

function boundsOf({ min, max }: ScoreRange): [string, string] {
  const bound = ({ score, exclusive }: { score: number; exclusive: boolean }): string =>
    `${exclusive ? '(' : ''}${textOf(score)}`;
  return [min === undefined ? '-inf' : bound(min), max === undefined ? '+inf' : bound(max)];
}

function textOf(score: number): string {
  if (score === Infinity) return '+inf';
  return score === -Infinity ? '-inf' : String(score);
}

function numberOf(text: Buffer): number {
  return Number(text.toString().replace('inf', 'Infinity'));
}

/** Elements as WITHSCORES answers them: value and score by turns. */
export function scored(flat: readonly Buffer[]): ScoredElement[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => ({
    value: flat[2 * i]!,
    score: numberOf(flat[2 * i + 1]!),
  }));
}
