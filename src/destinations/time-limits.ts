/** Something that is ended when it takes too long. */
export interface Limited {
  /** Places in the list of those that run; theirs to hold, not to use. */
  previous: Limited | undefined;
  next: Limited | undefined;
  /** When its time is over (monotonic milliseconds). */
  deadline: number;
  timeOver(): void;
}

/**
 * One time limit for many: they end in the order in which they began, so one timer is enough for all. A timer of
 * its own for each request would cost more than building the request.
 */
export class TimeLimits {
  readonly limitMs: number;
  #first: Limited | undefined;
  #last: Limited | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  /** Its time begins. */
  begin(one: Limited): void {
    one.deadline = performance.now() + this.limitMs;
    one.previous = this.#last;
    one.next = undefined;
    if (this.#last === undefined) this.#first = one;
    else this.#last.next = one;
    this.#last = one;
    this.#timer ??= setTimeout(this.#look, this.limitMs);
  }

  /** It has ended by itself. To be called once. */
  end(one: Limited): void {
    if (one.previous === undefined) this.#first = one.next;
    else one.previous.next = one.next;
    if (one.next === undefined) this.#last = one.previous;
    else one.next.previous = one.previous;
    one.previous = one.next = undefined;
  }

  /** To be called when all have ended: the timer stays for those to come. */
  close(): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    for (let first = this.#first; first && first.deadline <= now; first = this.#first)
      first.timeOver(); // ends it
    if (this.#first !== undefined)
      this.#timer = setTimeout(this.#look, Math.ceil(this.#first.deadline - now));
  };
}
