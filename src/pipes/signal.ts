/** Wakes one waiting task. What was signalled while nobody waited is not lost. */
export class Signal {
  #set = false;
  #waiter: (() => void) | undefined;

  get isSet(): boolean {
    return this.#set;
  }

  set(): void {
    this.#set = true;
    this.#waiter?.();
    this.#waiter = undefined;
  }

  /** Forgets what was signalled so far. */
  clear(): void {
    this.#set = false;
  }

  /** Resolves once it is set, which may be now. */
  wait(): Promise<void> {
    if (this.#set) return Promise.resolve();
    return new Promise((resolve) => (this.#waiter = resolve));
  }
}
