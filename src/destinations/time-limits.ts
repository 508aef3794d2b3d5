import { WaitingList, type Waiting } from './waiting-list.js';

/** Something that is ended when it takes too long. */
export interface Limited extends Waiting<Limited> {
  /** When its time is over (monotonic milliseconds). */
  deadline: number;
  /** Ends it, which is told by {@link TimeLimits.end}. */
  timeOver(): void;
}

/**
 * One time limit for many: they end in the order in which they began, so one timer is enough for all. A timer of
 * its own for each request would cost more than building the request.
 */
export class TimeLimits {
  readonly limitMs: number;
  /** By their length. */
  readonly #others = new Map<number, TimeLimits>();
  readonly #running = new WaitingList<Limited>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  /** Those of another length; of this one when none is given. They are closed with this one. */
  of(limitMs = this.limitMs): TimeLimits {
    if (limitMs === this.limitMs) return this;
    let other = this.#others.get(limitMs);
    if (!other) this.#others.set(limitMs, (other = new TimeLimits(limitMs)));
    return other;
  }

  /** Its time begins. */
  begin(one: Limited): void {
    one.deadline = performance.now() + this.limitMs;
    this.#running.add(one);
    this.#timer ??= setTimeout(this.#look, this.limitMs);
  }

  /** It has ended. */
  end(one: Limited): void {
    this.#running.remove(one);
  }

  /** To be called when all have ended: the timer stays for those to come. */
  close(): void {
    clearTimeout(this.#timer);
    for (const other of this.#others.values()) other.close();
  }

  readonly #look = (): void => {
    const now = performance.now();
    for (
      let first = this.#running.first;
      first && first.deadline <= now;
      first = this.#running.first
    )
      first.timeOver();
    // Not before: what began meanwhile must not set a timer of its own.
    const { first } = this.#running;
    this.#timer = first && setTimeout(this.#look, Math.ceil(first.deadline - now));
  };
}
