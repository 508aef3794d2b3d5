/** Something that can be called off: a delivery that waits or is under way. */
export interface Cancellable {
  /** Where its group keeps it; only the group writes it. */
  cancellationIndex: number;
  cancel(): void;
}

/**
 * Tells many deliveries that their signal aborted, with one listener a signal: thousands of deliveries of a
 * pipe share one signal, and an AbortSignal is slow with thousands of listeners (and warns about them).
 */
export class Cancellations {
  readonly #groups = new WeakMap<AbortSignal, CancellationGroup>();

  /** What follows this signal. */
  groupOf(signal: AbortSignal): CancellationGroup {
    let group = this.#groups.get(signal);
    if (!group) {
      const created = new CancellationGroup();
      signal.addEventListener('abort', () => created.cancelAll(), { once: true });
      this.#groups.set(signal, created);
      group = created;
    }
    return group;
  }
}

/**
 * All that one signal cancels. An array in which each knows its place, rather than a Set: a Set that lives
 * long and changes with each request keeps what it held alive until the next full garbage collection.
 */
export class CancellationGroup {
  readonly #targets: Cancellable[] = [];

  add(target: Cancellable): void {
    target.cancellationIndex = this.#targets.length;
    this.#targets.push(target);
  }

  remove(target: Cancellable): void {
    const index = target.cancellationIndex;
    if (this.#targets[index] !== target) return;
    const last = this.#targets.pop()!;
    if (last === target) return;
    this.#targets[index] = last;
    last.cancellationIndex = index;
  }

  cancelAll(): void {
    for (let target = this.#targets.pop(); target; target = this.#targets.pop()) target.cancel();
  }
}
