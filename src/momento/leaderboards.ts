import type { CacheBackend, Order, ScoredElement, ScoreRange } from './backend.js';
import { MAX_TTL_MS } from './limits.js';
import { invalidArgument } from './momento-error.js';

/** Elements of one request at most (documented by the SDK). */
const MAX_ELEMENTS = 8192;
/** A leaderboard has no time to live of its own; each change makes it live on. */
const TTL = { ttlMs: MAX_TTL_MS, refresh: true };
/** A leaderboard is a sorted set under a key that items cannot have. */
const KEY_PREFIX = Buffer.from('\0leaderboard\0');

export interface RankedElement {
  id: number;
  score: number;
  /** From 0. */
  rank: number;
}

/** Whether a key is kept for leaderboards. */
export function isLeaderboardKey(key: Uint8Array): boolean {
  if (key.length < KEY_PREFIX.length || key[0] !== KEY_PREFIX[0]) return false;
  return KEY_PREFIX.equals(key.subarray(0, KEY_PREFIX.length));
}

export function leaderboardKey(name: string): Buffer {
  if (name.trim() === '')
    throw invalidArgument('The name of the leaderboard is blank; choose another one.');
  return Buffer.concat([KEY_PREFIX, Buffer.from(name)]);
}

/**
 * One leaderboard: scores by 32-bit ids; equal scores stand by id (inferred). One that was never written is
 * empty. Throws INVALID_ARGUMENT on counts and ranges that the service refuses (recorded).
 */
export class Leaderboard {
  readonly #cache: CacheBackend;
  readonly #key: Buffer;

  constructor(cache: CacheBackend, name: string) {
    this.#cache = cache;
    this.#key = leaderboardKey(name);
  }

  delete(): Promise<void> {
    return this.#cache.items.delete(this.#key);
  }

  upsert(elements: readonly { id: number; score: number }[]): Promise<void> {
    checkCount(elements.length);
    for (const { score } of elements)
      if (Number.isNaN(score)) throw invalidArgument('A score is not a number; send one that is.');
    return this.#cache.sortedSets.put(
      this.#key,
      elements.map(({ id, score }) => ({ value: bytesOf(id), score })),
      TTL,
    );
  }

  remove(ids: readonly number[]): Promise<void> {
    checkCount(ids.length);
    return this.#cache.sortedSets.remove(this.#key, ids.map(bytesOf));
  }

  async length(): Promise<number> {
    return (await this.#cache.sortedSets.length(this.#key)) ?? 0;
  }

  async byRank(start: number, end: number, order: Order): Promise<RankedElement[]> {
    if (!(start < end))
      throw invalidArgument(
        `The ranks from ${start} to before ${end} are none; the end must be above the start.`,
      );
    checkCount(end - start);
    const found = await this.#cache.sortedSets.fetchByIndex(this.#key, { start, end }, order);
    return ranked(found ?? [], start);
  }

  async byScore(
    { min, max }: { min?: number; max?: number },
    order: Order,
    offset: number,
    limit: number,
  ): Promise<RankedElement[]> {
    if (min !== undefined && max !== undefined && !(min < max))
      throw invalidArgument(
        `The scores from ${min} to below ${max} are none; the maximum must be above the minimum.`,
      );
    checkCount(limit);
    const range: ScoreRange = {
      ...(min !== undefined && { min: { score: min, exclusive: false } }),
      ...(max !== undefined && { max: { score: max, exclusive: true } }),
    };
    const { sortedSets } = this.#cache;
    const found = await sortedSets.fetchByScore(this.#key, range, order, offset, limit);
    if (found === undefined || found.length === 0) return [];
    const first = await sortedSets.rank(this.#key, found[0]!.value, order);
    return ranked(found, first?.rank ?? 0);
  }

  /** Elements that are there, in the order of the ids. Equal scores have different ranks. */
  async ranks(ids: readonly number[], order: Order): Promise<RankedElement[]> {
    return this.#ranksBy(ids, async (value) => {
      const found = await this.#cache.sortedSets.rank(this.#key, value, order);
      return found?.rank;
    });
  }

  /** As {@link ranks}; equal scores share a rank, and the next one follows as many ranks later. */
  async competitionRanks(ids: readonly number[], order: Order): Promise<RankedElement[]> {
    return this.#ranksBy(ids, (_value, score) => {
      const bound = { score, exclusive: true };
      const better = order === 'ascending' ? { max: bound } : { min: bound };
      return this.#cache.sortedSets.lengthByScore(this.#key, better);
    });
  }

  async #ranksBy(
    ids: readonly number[],
    rankOf: (value: Buffer, score: number) => Promise<number | undefined>,
  ): Promise<RankedElement[]> {
    checkCount(ids.length);
    const values = ids.map(bytesOf);
    const scores = (await this.#cache.sortedSets.scores(this.#key, values)) ?? [];
    const found = await Promise.all(
      scores.map(async (score, i): Promise<RankedElement | undefined> => {
        if (score === undefined) return undefined;
        const rank = await rankOf(values[i]!, score);
        return rank === undefined ? undefined : { id: ids[i]!, score, rank };
      }),
    );
    return found.filter((element) => element !== undefined);
  }
}

function checkCount(count: number): void {
  if (count >= 1 && count <= MAX_ELEMENTS) return;
  throw invalidArgument(
    `The request is about ${count} elements; it may be about 1 to ${MAX_ELEMENTS}.`,
  );
}

/** Ids in bytes that are in order as the ids are. */
function bytesOf(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(id);
  return bytes;
}

function ranked(found: readonly ScoredElement[], first: number): RankedElement[] {
  return found.map(({ value, score }, i) => ({
    id: value.readUInt32BE(0),
    score,
    rank: first + i,
  }));
}
