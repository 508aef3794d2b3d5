import type { Item } from '../../lib/attribute-value.js';
import type { BackfillCounts } from '../../state/index.js';
import type { Outcome } from '../pipe-record.js';

/** An item as it was read from the table. */
export interface Row {
  readonly key: string;
  readonly keys: Item;
  /** Undefined: there is none, and the target is to know. */
  readonly item: Item | undefined;
}

export function noCounts(): BackfillCounts {
  return { read: 0, delivered: 0, skipped: 0, filtered: 0, superseded: 0, deadLettered: 0 };
}

/**
 * Items that were read from the table at once, until each of them is sent or has become needless. From before the read
 * on it is told which items change; these rows go away, because the stream brings a state at least as new. Pure.
 *
 *     open ──▶ read ──────▶ ready ───────▶ taken ──────▶ settled
 *        (the table)   (the stream is     (all are     (what was taken
 *                       read to there)     taken)       is done with)
 */
export class Chunk {
  readonly counts = noCounts();
  /** Resolve when no row waits any more, and when all that were taken are done with; both also when it is given up. */
  readonly taken: Promise<void>;
  readonly settled: Promise<void>;
  #onTaken!: () => void;
  #onSettled!: () => void;
  /** Those that wait; undefined until it is read. */
  #rows: Map<string, Row> | undefined;
  /** In the order in which they were read, those that wait no more among them. */
  #order: readonly Row[] = [];
  #next = 0;
  /** Items that changed before. */
  readonly #changed = new Set<string>();
  #unfinished = 0;
  #isReady = false;

  constructor() {
    this.taken = new Promise((resolve) => (this.#onTaken = resolve));
    this.settled = new Promise((resolve) => (this.#onSettled = resolve));
  }

  /** Rows that may be taken. */
  get waiting(): number {
    return this.#isReady ? this.#rows!.size : 0;
  }

  /** A change of an item is on its way to the lanes. */
  changed(key: string): void {
    if (this.#rows === undefined) this.#changed.add(key);
    else if (this.#rows.delete(key)) {
      this.counts.superseded += 1;
      this.#check();
    }
  }

  /** What was read of the table. */
  fill(rows: readonly Row[]): void {
    this.#rows = new Map();
    this.#order = rows;
    for (const row of rows)
      if (this.#changed.has(row.key)) this.counts.superseded += 1;
      else this.#rows.set(row.key, row);
    this.#changed.clear();
    this.counts.read += rows.length;
  }

  /** All that was written before the read has reached the lanes: rows may be taken. */
  ready(): void {
    this.#isReady = true;
    this.#check();
  }

  /** The next row; to be finished. */
  take(): Row | undefined {
    if (!this.#isReady) return undefined;
    while (this.#next < this.#order.length) {
      const row = this.#order[this.#next++]!;
      if (!this.#rows!.delete(row.key)) continue;
      this.#unfinished += 1;
      return row;
    }
    return undefined;
  }

  /** A row that was taken is done with. */
  finish(outcome: Outcome | 'filtered'): void {
    this.counts[outcome] += 1;
    this.#unfinished -= 1;
    this.#check();
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#onTaken();
    this.#onSettled();
  }

  #check(): void {
    if (!this.#isReady || this.#rows!.size > 0) return;
    this.#onTaken();
    if (this.#unfinished === 0) this.#onSettled();
  }
}
