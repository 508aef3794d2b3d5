/** Longest single timer; a longer wait is made of several. */
const MAX_TIMER_MS = 60_000;

/** One timer for all that wait: it goes off at the earliest of the times it was given since the last time. */
export class WakeTimer {
  readonly #onWake: () => void;
  #set: { due: number; handle: NodeJS.Timeout } | undefined;

  constructor(onWake: () => void) {
    this.#onWake = onWake;
  }

  /** Times are on one monotonic clock, in milliseconds. */
  wakeAt(due: number, now: number): void {
    if (this.#set !== undefined) {
      if (this.#set.due <= due) return;
      clearTimeout(this.#set.handle);
    }
    const fire = (): void => {
      this.#set = undefined;
      this.#onWake();
    };
    // Rounded up: it must not go off before the clock has reached its time.
    const handle = setTimeout(fire, Math.min(Math.ceil(due - now), MAX_TIMER_MS));
    this.#set = { due, handle };
  }

  stop(): void {
    clearTimeout(this.#set?.handle);
  }
}
