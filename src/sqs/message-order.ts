import { DueQueue } from '../lib/due-queue.js';

/** What a queue holds of a message in memory; the rest lies in the state. */
export interface Entry {
  /** Sorts by the time of sending. */
  readonly id: string;
  readonly sentAt: number;
  readonly groupId: string | undefined;
  /** Epoch milliseconds from which it is seen; infinite while it is not yet kept. */
  visibleAt: number;
  receives: number;
  firstReceivedAt: number | undefined;
  /** Of its latest receipt handle; undefined when it was never received. */
  token: string | undefined;
  isGone: boolean;
}

/** Which message comes next. */
export interface MessageOrder {
  add(entry: Entry): void;
  /** Its `visibleAt` has changed. */
  moved(entry: Entry): void;
  /** Up to `max` messages that are seen at `now`. */
  next(now: number, max: number): Entry[];
  /** When the next message comes into sight that was not in sight at `now`; undefined when there is none. */
  nextDue(now: number): number | undefined;
}

/** The order of a standard queue: as they come into sight. */
export class StandardOrder implements MessageOrder {
  /** What was in sight at a time; it may have been taken or moved since. */
  readonly #due = new DueQueue<Entry>();

  add(entry: Entry): void {
    this.#due.push(entry, entry.visibleAt);
  }

  moved(entry: Entry): void {
    this.#due.push(entry, entry.visibleAt);
  }

  next(now: number, max: number): Entry[] {
    const entries: Entry[] = [];
    while (entries.length < max) {
      const due = this.#due.earliest;
      const entry = this.#due.takeDue(now);
      if (entry === undefined) break;
      if (!entry.isGone && entry.visibleAt === due && !entries.includes(entry)) entries.push(entry);
    }
    return entries;
  }

  nextDue(): number | undefined {
    return this.#due.earliest;
  }
}

/** Documented: beyond so many messages that cannot be had, a FIFO queue looks no further. */
const MAX_LOOKED_AT = 20_000;

/** The order of a FIFO queue: of a group, nothing is seen while an earlier message of it is not. */
export class FifoOrder implements MessageOrder {
  readonly #entries = new Set<Entry>();

  add(entry: Entry): void {
    this.#entries.add(entry);
  }

  moved(entry: Entry): void {
    if (entry.isGone) this.#entries.delete(entry);
  }

  next(now: number, max: number): Entry[] {
    const entries: Entry[] = [];
    const locked = new Set<string | undefined>();
    let looked = 0;
    for (const entry of this.#entries) {
      if (entries.length === max || (looked += 1) > MAX_LOOKED_AT) break;
      if (locked.has(entry.groupId)) continue;
      if (entry.visibleAt > now) locked.add(entry.groupId);
      else entries.push(entry);
    }
    return entries;
  }

  nextDue(now: number): number | undefined {
    let due: number | undefined;
    let looked = 0;
    for (const { visibleAt } of this.#entries) {
      if ((looked += 1) > MAX_LOOKED_AT) break;
      // One that is in sight already waits for an earlier one of its group, not for its time.
      if (visibleAt > now && (due === undefined || visibleAt < due)) due = visibleAt;
    }
    return due === Infinity ? undefined : due;
  }
}
