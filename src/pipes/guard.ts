import { backoff } from './retry.js';

/** So many different items must fail, and none succeed, before a target counts as down. */
const ITEMS_UNTIL_DOWN = 8;
const FIRST_PROBE_GAP_MS = 50;
/** Longest time between two probes: how late a target that is back is noticed. */
const MAX_PROBE_GAP_MS = 2_000;

/**
 * Keeps a pipe from hammering a target that is down. Each item's own back-off does not help there: with
 * thousands of items waiting, some are always due. When only failures come, from many items, one
 * request at a time goes out as a probe; the first success lifts the guard. Pure.
 */
export class Guard {
  /** Items that failed since the last success; no longer counted once the target is down. */
  readonly #failed = new Set<string>();
  #probes = 0;
  #nextProbe = 0;

  /** Whether the target counts as down. */
  get down(): boolean {
    return this.#failed.size >= ITEMS_UNTIL_DOWN;
  }

  /** When the next probe may be sent, on the clock given to `failed`. Means something only while down. */
  get nextProbe(): number {
    return this.#nextProbe;
  }

  /** Whether one more request may be sent beside the `inFlight` ones. */
  allows(inFlight: number, now: number): boolean {
    return !this.down || (inFlight === 0 && now >= this.#nextProbe);
  }

  /** Tells of a failed attempt; `random` is a number from 0 to 1. */
  failed(key: string, now: number, random: number): void {
    if (this.down && now < this.#nextProbe) return; // was sent before the target counted as down
    if (this.#failed.size < ITEMS_UNTIL_DOWN) this.#failed.add(key);
    if (this.#failed.size < ITEMS_UNTIL_DOWN) return;
    this.#probes += 1;
    // Half of the gap is sure, so that probes stay rare; the rest keeps pipes from probing in step.
    const gap = backoff(this.#probes, FIRST_PROBE_GAP_MS, MAX_PROBE_GAP_MS);
    this.#nextProbe = now + gap * (0.5 + random / 2);
  }

  /** Tells that the target answers. Returns whether it counted as down before. */
  answered(): boolean {
    const wasDown = this.down;
    if (this.#failed.size > 0) this.#failed.clear();
    this.#probes = 0;
    return wasDown;
  }
}
