import { counted } from './counted.js';

const INTERVAL_MS = 2000;

/** Tells on standard error how far long work is; only to a person at a terminal. */
export class Progress {
  readonly #what: string;
  readonly #started = performance.now();
  #told = this.#started;
  #count = 0;

  /** `what`: of what there are so many, in the singular. */
  constructor(what: string) {
    this.#what = what;
  }

  get count(): number {
    return this.#count;
  }

  add(count: number): void {
    this.#count += count;
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#told < INTERVAL_MS) return;
    this.#told = now;
    process.stderr.write(`\r${this.#text()} …`);
  }

  /** The last word, told to everybody. */
  finish(verb: string, place: string): void {
    if (process.stderr.isTTY) process.stderr.write('\r');
    process.stderr.write(`${verb} ${this.#text()} ${place}\n`);
  }

  #text(): string {
    const seconds = (performance.now() - this.#started) / 1000;
    return `${counted(this.#count, this.#what)} in ${seconds.toFixed(1)} s`;
  }
}
