import type { Clock } from '../lib/clock.js';

/** A message with the same id is taken for the same so long (documented). */
const INTERVAL_MS = 5 * 60 * 1000;

export interface Sent {
  /** UUID. */
  readonly messageId: string;
  readonly id: string;
  /** Resolves when it is kept. */
  readonly kept: Promise<void>;
}

/** What was sent to a FIFO queue within the last five minutes, by deduplication id. */
export class Deduplication {
  readonly #clock: Clock;
  /** In the order of sending. */
  readonly #sent = new Map<string, Sent & { at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(key: string): Sent | undefined {
    this.#forget();
    return this.#sent.get(key);
  }

  remember(key: string, sent: Sent, at = this.#clock.now()): void {
    this.#sent.delete(key);
    this.#sent.set(key, { ...sent, at });
  }

  /** It could not be kept. */
  delete(key: string): void {
    this.#sent.delete(key);
  }

  #forget(): void {
    const until = this.#clock.now() - INTERVAL_MS;
    for (const [key, { at }] of this.#sent) {
      if (at > until) return;
      this.#sent.delete(key);
    }
  }
}
