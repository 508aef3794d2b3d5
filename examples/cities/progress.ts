import { setTimeout as delay } from 'node:timers/promises';

const WIDTH = 30;
/** Between two pictures of the bar, in milliseconds. */
const REDRAW_MS = 100;

/** A progress bar on a terminal; a single closing line elsewhere. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #drawn = -Infinity;
  #closed = false;

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
  }

  /** Resolves once so many are done. */
  async reached(count: number): Promise<void> {
    while (this.#done < count) await delay(5);
  }

  add(count: number): void {
    this.set(this.#done + count);
  }

  set(done: number): void {
    this.#done = Math.min(done, this.#total);
    const complete = this.#done === this.#total;
    if (
      this.#closed ||
      (!complete && (!process.stdout.isTTY || performance.now() - this.#drawn < REDRAW_MS))
    )
      return;
    this.#closed = complete;
    this.#drawn = performance.now();
    const share = this.#total === 0 ? 1 : this.#done / this.#total;
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
    const rate = Math.round(this.#done / ((performance.now() - this.#started) / 1000));
    const line = `  ${bar} ${this.#done.toLocaleString('en')} of ${this.#total.toLocaleString('en')} ${this.#what}, ${rate.toLocaleString('en')}/s`;
    process.stdout.write(
      process.stdout.isTTY && !complete
        ? `\r${line}`
        : process.stdout.isTTY
          ? `\r${line}\n`
          : `${line}\n`,
    );
  }
}
