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
import { resolveSlice } from '../slice.js';
import type { Cache } from './cache.js';
import { bytesOf, textOf, type ByteText } from './collections/collection.js';
import type { Scored } from './collections/score-order.js';
import type { SortedSet } from './collections/sorted-set.js';

export class MemorySortedSets implements SortedSets {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  put(
    key: Bytes,
    elements: readonly { value: Bytes; score: number }[],
    ttl: CollectionTtl,
  ): Promise<void> {
    let bytes = 0;
    for (const { value } of elements) bytes += value.length;
    return this.#cache.change('sorted set', key, ttl, bytes, (set) => {
      for (const { value, score } of elements) set.put(textOf(value), score);
    });
  }

  async fetchByIndex(key: Bytes, slice: Slice, order: Order): Promise<ScoredElement[] | undefined> {
    const set = this.#cache.collection('sorted set', key);
    return set && pick(set, resolveSlice(slice, set.size), order);
  }

  async fetchByScore(
    key: Bytes,
    range: ScoreRange,
    order: Order,
    offset: number,
    count: number | undefined,
  ): Promise<ScoredElement[] | undefined> {
    const set = this.#cache.collection('sorted set', key);
    if (set === undefined) return undefined;
    const { start, end } = set.ranksOf(range);
    const limit = count ?? end - start;
    const ranks =
      order === 'ascending'
        ? { start: start + offset, end: Math.min(start + offset + limit, end) }
        : // Counted from the end, as `pick` does.
          {
            start: set.size - end + offset,
            end: Math.min(set.size - end + offset + limit, set.size - start),
          };
    return pick(set, ranks, order);
  }

  async scores(key: Bytes, values: readonly Bytes[]): Promise<(number | undefined)[] | undefined> {
    const set = this.#cache.collection('sorted set', key);
    return set && values.map((value) => set.score(textOf(value)));
  }

  async remove(key: Bytes, values: readonly Bytes[]): Promise<void> {
    await this.#cache.shrink('sorted set', key, (set) => {
      for (const value of values) set.remove(textOf(value));
    });
  }

  increment(key: Bytes, value: Bytes, amount: number, ttl: CollectionTtl): Promise<number> {
    return this.#cache.change('sorted set', key, ttl, value.length, (set) => {
      const name = textOf(value);
      const score = (set.score(name) ?? 0) + amount;
      set.put(name, score);
      return score;
    });
  }

  async rank(
    key: Bytes,
    value: Bytes,
    order: Order,
  ): Promise<{ rank: number | undefined } | undefined> {
    const set = this.#cache.collection('sorted set', key);
    if (set === undefined) return undefined;
    const rank = set.rank(textOf(value));
    return { rank: rank === undefined || order === 'ascending' ? rank : set.size - 1 - rank };
  }

  async length(key: Bytes): Promise<number | undefined> {
    return this.#cache.collection('sorted set', key)?.size;
  }

  async lengthByScore(key: Bytes, range: ScoreRange): Promise<number | undefined> {
    const set = this.#cache.collection('sorted set', key);
    if (set === undefined) return undefined;
    const { start, end } = set.ranksOf(range);
    return end - start;
  }

  async unionStore(
    key: Bytes,
    sources: readonly { key: Bytes; weight: number }[],
    aggregate: Aggregate,
    ttlMs: number,
  ): Promise<number> {
    const union = new Map<ByteText, number>();
    let bytes = 0;
    for (const { key: sourceKey, weight } of sources) {
      const source = this.#cache.collection('sorted set', sourceKey);
      if (source === undefined) continue;
      for (const { value, score } of source.slice(0, source.size)) {
        const before = union.get(value);
        if (before === undefined) bytes += value.length;
        union.set(
          value,
          before === undefined ? score * weight : AGGREGATES[aggregate](before, score * weight),
        );
      }
    }
    const deleted = this.#cache.delete(key);
    if (union.size === 0) {
      await deleted;
      return 0;
    }
    const stored = this.#cache.change('sorted set', key, { ttlMs, refresh: true }, bytes, (set) => {
      for (const [value, score] of union) set.put(value, score);
      return set.size;
    });
    const [length] = await Promise.all([stored, deleted]);
    return length;
  }
}

const AGGREGATES: Readonly<Record<Aggregate, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  min: Math.min,
  max: Math.max,
};

/** The elements of ranks in an order, in that order. */
function pick(
  set: SortedSet,
  { start, end }: { start: number; end: number },
  order: Order,
): ScoredElement[] {
  const { size } = set;
  const found: Scored[] =
    order === 'ascending'
      ? set.slice(start, end)
      : set.slice(Math.max(size - end, 0), size - start).reverse();
  return found.map(({ value, score }) => ({ value: bytesOf(value), score }));
}
