import { shortened } from './state-reason.js';

/** Failures that are over sooner than that are nobody's business. */
const FAILING_AFTER_MS = 5_000;

/** What is to be told, once. */
export type ReadHealthEvent =
  { type: 'failing'; text: string } | { type: 'recovered'; failedForMs: number };

/** Whether the source of a pipe can be read: its list of shards, and each shard. Pure. */
export class ReadHealth {
  /** By what cannot be read, since when; longest first. */
  readonly #failing = new Map<string, number>();
  #text = '';
  /** Since when it is said to fail; undefined while it is not. */
  #toldSince: number | undefined;

  /** Whether `tick` has something to watch. */
  get active(): boolean {
    return this.#failing.size > 0 || this.#toldSince !== undefined;
  }

  failed(what: string, text: string, now: number): void {
    this.#text = text;
    if (!this.#failing.has(what)) this.#failing.set(what, now);
  }

  succeeded(what: string): void {
    this.#failing.delete(what);
  }

  /** What is to be told at `now` (epoch milliseconds). */
  tick(now: number): ReadHealthEvent | undefined {
    const [oldest] = this.#failing.values();
    if (oldest === undefined) {
      if (this.#toldSince === undefined) return undefined;
      const failedForMs = now - this.#toldSince;
      this.#toldSince = undefined;
      return { type: 'recovered', failedForMs };
    }
    if (this.#toldSince !== undefined || now - oldest < FAILING_AFTER_MS) return undefined;
    this.#toldSince = oldest;
    return { type: 'failing', text: shortened(this.#text) };
  }
}
