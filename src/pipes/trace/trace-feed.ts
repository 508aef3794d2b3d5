import { showEntry, type ShownEntry } from './shown-entry.js';
import type { TraceEntry } from './trace-entry.js';

/** Records that wait for one listener; of more, the oldest are dropped and counted. */
const MAX_WAITING = 256;

/** What one listener has not been told yet. A record that changes twice before it is told is told once, as it is then. */
export class TraceFeed {
  readonly #waiting = new Set<TraceEntry>();
  readonly #onMore: () => void;
  readonly #onStop: () => void;
  #dropped = 0;

  constructor(onMore: () => void, onStop: () => void) {
    this.#onMore = onMore;
    this.#onStop = onStop;
  }

  add(entry: TraceEntry): void {
    this.#waiting.delete(entry);
    if (this.#waiting.size === MAX_WAITING) {
      const [oldest] = this.#waiting;
      this.#waiting.delete(oldest!);
      this.#dropped += 1;
    }
    this.#waiting.add(entry);
    if (this.#waiting.size === 1) this.#onMore();
  }

  /** Takes what there is, oldest change first; `dropped`: how many were left out before it since the last time. */
  take(): { records: ShownEntry[]; dropped: number } {
    const records = [...this.#waiting].map(showEntry);
    const dropped = this.#dropped;
    this.#waiting.clear();
    this.#dropped = 0;
    return { records, dropped };
  }

  stop(): void {
    this.#onStop();
  }
}
