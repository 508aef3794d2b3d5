import type { Clock } from '../lib/clock.js';

/** Digits of epoch milliseconds until the year 2286, and of a counter behind them: 20 as in the service. */
const TIME_DIGITS = 13;
const COUNTER_DIGITS = 7;
const MAX_COUNTER = 10 ** COUNTER_DIGITS - 1;

/** Ids that sort by the time of sending; they are the sequence numbers of FIFO queues, too. */
export class MessageIds {
  readonly #clock: Clock;
  #time = 0;
  #counter = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What follows is greater than this id, also when the clock was set back. */
  startAfter(id: string): void {
    const time = Number(id.slice(0, TIME_DIGITS));
    if (time < this.#time) return;
    this.#time = time;
    this.#counter = Math.max(this.#counter, Number(id.slice(TIME_DIGITS)));
  }

  next(): string {
    const now = this.#clock.now();
    if (now > this.#time) {
      this.#time = now;
      this.#counter = 0;
    } else if (this.#counter === MAX_COUNTER) {
      this.#time += 1;
      this.#counter = 0;
    } else this.#counter += 1;
    return (
      String(this.#time).padStart(TIME_DIGITS, '0') +
      String(this.#counter).padStart(COUNTER_DIGITS, '0')
    );
  }
}
