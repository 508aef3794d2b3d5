import { Coalescing, type Replaced } from '../coalescing.js';
import { Lanes } from '../lanes.js';
import type { PipeRecord } from '../pipe-record.js';

/**
 * The records of a pipe that are not finished, each in the lane of its item; and who waits for an item to have none.
 * Where newer states replace those that wait, they do it here.
 */
export class ItemQueue {
  readonly #lanes = new Lanes<PipeRecord>();
  readonly #coalescing: Coalescing | undefined;
  /** Who waits until an item has no unfinished record, by its key. */
  readonly #awaited = new Map<string, Set<(isFree: boolean) => void>>();

  /** `onReplaced`: undefined where every state is sent. */
  constructor(onReplaced: ((replaced: Replaced) => void) | undefined) {
    if (onReplaced !== undefined) this.#coalescing = new Coalescing(this.#lanes, onReplaced);
  }

  /** Records added and not finished. */
  get unfinished(): number {
    return this.#lanes.unfinished;
  }

  /** When the earliest parked record may be taken again; undefined when none is parked. */
  get earliestDue(): number | undefined {
    return this.#lanes.earliestDue;
  }

  add(record: PipeRecord): void {
    if (this.#coalescing === undefined) this.#lanes.add(record);
    else this.#coalescing.add(record);
  }

  /** The record that `take` would return; undefined when all wait. */
  peek(): PipeRecord | undefined {
    return this.#lanes.peek();
  }

  take(): PipeRecord | undefined {
    return this.#lanes.take();
  }

  /** A record that was sent will be sent again: a newer state of its item may take its place. */
  waitsAgain(record: PipeRecord): void {
    this.#coalescing?.waitsAgain(record);
  }

  /** Puts a taken record back until `due`; the target itself asked for a firm wait. */
  park(record: PipeRecord, due: number, firm: boolean): void {
    this.#lanes.park(record, due, firm);
  }

  /** Lets parked records be taken whose time has come. */
  wake(now: number): void {
    this.#lanes.wake(now);
  }

  /** Lets all parked records be taken at once, except firm ones unless `firmToo`. */
  wakeAll(firmToo: boolean): void {
    this.#lanes.wakeAll(firmToo);
  }

  /** A taken record is delivered or given up. */
  finish(record: PipeRecord): void {
    this.#coalescing?.finish(record);
    this.release(record);
  }

  /** Lets go of a taken record that has no part in what coalesces. */
  release(record: PipeRecord): void {
    this.#lanes.finish(record);
    if (this.#awaited.size === 0 || this.#lanes.has(record.key)) return;
    for (const done of this.#awaited.get(record.key) ?? []) done(true);
  }

  /** Resolves to true once no record of an item is unfinished, to false when the signal aborts before. */
  whenFree(key: string, signal: AbortSignal): Promise<boolean> {
    if (!this.#lanes.has(key)) return Promise.resolve(true);
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiting = this.#awaited.get(key) ?? new Set();
      const done = (isFree: boolean): void => {
        signal.removeEventListener('abort', aborted);
        waiting.delete(done);
        if (waiting.size === 0) this.#awaited.delete(key);
        resolve(isFree);
      };
      const aborted = (): void => done(false);
      signal.addEventListener('abort', aborted, { once: true });
      this.#awaited.set(key, waiting.add(done));
    });
  }
}
