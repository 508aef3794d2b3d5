import type { ScoreRange } from '../../backend.js';
import { numberedPayload, type ByteText, type Collection, type ElementLog } from './collection.js';
import { ScoreOrder, type Scored } from './score-order.js';

/** A map's entry, the entry object, its place in the order and a string header. */
const ENTRY_BYTES = 128;

interface Entry extends Scored {
  score: number;
  readonly elementId: number;
}

export class SortedSet implements Collection {
  readonly type = 'sorted set';
  readonly #log: ElementLog;
  readonly #entries = new Map<ByteText, Entry>();
  readonly #order = new ScoreOrder<Entry>();
  #bytes = 0;

  constructor(log: ElementLog) {
    this.#log = log;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  score(value: ByteText): number | undefined {
    return this.#entries.get(value)?.score;
  }

  put(value: ByteText, score: number): void {
    const entry = this.#entries.get(value);
    if (entry === undefined) {
      const elementId = this.#log.add(() => numberedPayload(score, value));
      this.#insert({ value, score, elementId });
    } else if (entry.score !== score) {
      this.#log.replace(entry.elementId, () => numberedPayload(score, value));
      this.#order.remove(entry);
      entry.score = score;
      this.#order.add(entry);
    }
  }

  remove(value: ByteText): void {
    const entry = this.#entries.get(value);
    if (entry === undefined) return;
    this.#log.remove(entry.elementId);
    this.#entries.delete(value);
    this.#order.remove(entry);
    this.#bytes -= ENTRY_BYTES + value.length;
  }

  /** Rank in ascending order, from 0. */
  rank(value: ByteText): number | undefined {
    const entry = this.#entries.get(value);
    return entry && this.#order.countBefore(entry);
  }

  /** The elements of ranks `start` (inclusive) to `end` (exclusive), ascending. */
  slice(start: number, end: number): Scored[] {
    return this.#order.slice(start, end);
  }

  /** The ranks, ascending and half-open, of the elements whose scores are in a range. */
  ranksOf({ min, max }: ScoreRange): { start: number; end: number } {
    const start = min === undefined ? 0 : this.#countBelow(min.score, min.exclusive);
    const end = max === undefined ? this.size : this.#countBelow(max.score, !max.exclusive);
    return { start, end: Math.max(start, end) };
  }

  load(elementId: number, payload: Buffer): void {
    this.#insert({
      value: payload.toString('latin1', 8),
      score: payload.readDoubleBE(0),
      elementId,
    });
  }

  *elementIds(): Generator<number> {
    for (const { elementId } of this.#entries.values()) yield elementId;
  }

  /** How many elements have a score below one, with `inclusive` also that score itself. */
  #countBelow(score: number, inclusive: boolean): number {
    if (!inclusive) return this.#order.countBefore({ score, value: '' });
    if (score === Infinity) return this.size;
    // No score lies between one and the next double, so all of this score stand before that.
    return this.#order.countBefore({ score: nextDouble(score), value: '' });
  }

  #insert(entry: Entry): void {
    this.#entries.set(entry.value, entry);
    this.#order.add(entry);
    this.#bytes += ENTRY_BYTES + entry.value.length;
  }
}

const word = new DataView(new ArrayBuffer(8));

/** The least double above one that is not infinite. */
function nextDouble(score: number): number {
  if (score === 0) return Number.MIN_VALUE;
  word.setFloat64(0, score);
  const bits = word.getBigInt64(0);
  word.setBigInt64(0, score > 0 ? bits + 1n : bits - 1n);
  return word.getFloat64(0);
}
