import { keyText, type Write } from './memtable.js';
import { loggedLength } from './write-ahead-log.js';

/**
 * What was written and is not durable yet. Everything that one call stack writes lies in one batch, and
 * a batch is committed as a whole or not at all.
 */
export class Batch {
  /** By {@link keyText}: the newest write of each. */
  readonly writes = new Map<string, Write>();
  /** Keys that nobody looks up one by one. */
  readonly appended: Write[] = [];
  /** Length of the batch in the log. */
  bytes = 0;
  readonly done: Promise<void>;
  resolve!: () => void;
  reject!: (error: Error) => void;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Writers hold the same promise; a batch without any (background work) must not end the process.
    this.done.catch(() => undefined);
  }

  set(write: Write): void {
    const key = keyText(write.key);
    const before = this.writes.get(key);
    if (before) this.bytes -= loggedLength(before);
    this.writes.set(key, write);
    this.bytes += loggedLength(write);
  }

  append(write: Write): void {
    this.appended.push(write);
    this.bytes += loggedLength(write);
  }

  *all(): Generator<Write> {
    yield* this.writes.values();
    yield* this.appended;
  }
}
