import { Fifo } from '../fifo.js';

/** Times that are kept. */
const MAX_TIMES = 1_000;

/** When records were given up, the newest of them: to say whether any was since some moment. */
export class GiveUps {
  readonly #times = new Fifo<number>();

  /** Epoch milliseconds. */
  record(at: number): void {
    this.#times.push(at);
    if (this.#times.length > MAX_TIMES) this.#times.shift();
  }

  /** How many since then (epoch milliseconds), that moment included; of more than 1,000 only so many. */
  since(at: number): number {
    return this.#times.count((time) => time >= at);
  }
}
