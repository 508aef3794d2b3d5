import { DueQueue } from '../lib/due-queue.js';
import { Fifo } from './fifo.js';

/** What the lanes need to know of a record. */
export interface Keyed {
  /** The same for all changes of one item. */
  readonly key: string;
}

/**
 * Which records may be sent now. One lane for each item; only the head of a lane may be sent, so the
 * changes of one item go out in the order in which they were added, and different items overlap.
 *
 *     item A   [a1 sent] a2 a3
 *     item B   [b1 waits for its retry] b2
 *     item C   [c1 may be sent]
 *
 * A record is added once, then taken, and after that either finished or parked; a parked record is
 * taken again when its time has come. Pure: times are given, nothing is sent here.
 */
export class Lanes<T extends Keyed> {
  /** Every item with an unfinished record; the records behind the head of its lane, if there are any. */
  readonly #followers = new Map<string, Fifo<T> | undefined>();
  readonly #fresh = new Fifo<T>();
  /** Heads whose wait is over. They go first: they are older, and hold back the checkpoint. */
  readonly #woken = new Fifo<T>();
  readonly #parked = new DueQueue<{ record: T; firm: boolean }>();
  #unfinished = 0;

  /** Records added and not finished. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** When the earliest parked record may be taken again; undefined when none is parked. */
  get earliestDue(): number | undefined {
    return this.#parked.earliest;
  }

  /** Adds a record behind all earlier ones of its item. */
  add(record: T): void {
    this.#unfinished += 1;
    if (!this.#followers.has(record.key)) {
      this.#followers.set(record.key, undefined);
      this.#fresh.push(record);
      return;
    }
    let followers = this.#followers.get(record.key);
    if (followers === undefined) {
      followers = new Fifo();
      this.#followers.set(record.key, followers);
    }
    followers.push(record);
  }

  /** Whether an item has an unfinished record. */
  has(key: string): boolean {
    return this.#followers.has(key);
  }

  /** The record that `take` would return. */
  peek(): T | undefined {
    return this.#woken.peek() ?? this.#fresh.peek();
  }

  /** The next record that may be sent; it is the caller's until it is finished or parked. */
  take(): T | undefined {
    return this.#woken.shift() ?? this.#fresh.shift();
  }

  /** Ends a taken record; the next one of its item may be taken. */
  finish(record: T): void {
    this.#unfinished -= 1;
    const next = this.#followers.get(record.key)?.shift();
    if (next === undefined) this.#followers.delete(record.key);
    else this.#fresh.push(next);
  }

  /** The record behind a taken one. */
  next(record: T): T | undefined {
    return this.#followers.get(record.key)?.peek();
  }

  /** Takes the record behind a taken one out of its lane. */
  dropNext(record: T): void {
    if (this.#followers.get(record.key)?.shift() !== undefined) this.#unfinished -= 1;
  }

  /**
   * Puts a taken record back at the head of its lane until `due`. A firm wait is one that the target
   * asked for: `wakeAll` does not shorten it.
   */
  park(record: T, due: number, firm: boolean): void {
    this.#parked.push({ record, firm }, due);
  }

  /** Lets parked records be taken whose time has come. */
  wake(now: number): void {
    for (;;) {
      const due = this.#parked.takeDue(now);
      if (due === undefined) return;
      this.#woken.push(due.record);
    }
  }

  /** Lets all parked records be taken at once, except firm ones unless `firmToo`. */
  wakeAll(firmToo: boolean): void {
    for (const { due, value } of this.#parked.takeAll())
      if (value.firm && !firmToo) this.#parked.push(value, due);
      else this.#woken.push(value.record);
  }
}
