/** Something that can be called off: a delivery that waits or is under way. */
export interface Cancellable {
  cancel(): void;
}

/**
 * Tells many deliveries that their signal aborted, with one listener a signal: thousands of deliveries of a
 * pipe share one signal, and an AbortSignal is slow with thousands of listeners (and warns about them).
 */
export class Cancellations {
  readonly #watched = new WeakMap<AbortSignal, Set<Cancellable>>();

  /** Calls `cancel` once when `signal` aborts, unless `unwatch` comes before. */
  watch(signal: AbortSignal, target: Cancellable): void {
    const targets = this.#watched.get(signal) ?? this.#listen(signal);
    targets.add(target);
  }

  unwatch(signal: AbortSignal, target: Cancellable): void {
    this.#watched.get(signal)?.delete(target);
  }

  #listen(signal: AbortSignal): Set<Cancellable> {
    const targets = new Set<Cancellable>();
    this.#watched.set(signal, targets);
    const cancelAll = (): void => {
      for (const target of targets) {
        targets.delete(target);
        target.cancel();
      }
    };
    signal.addEventListener('abort', cancelAll, { once: true });
    return targets;
  }
}
