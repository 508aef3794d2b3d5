import { Fifo } from './fifo.js';

/** So many marks that were dropped are worth going through all. */
const MIN_DROPPED = 256;

/** A record that needs work, as the tracker knows it. */
export interface Mark {
  /** The sequence number just before it in the shard; undefined when it is the first. */
  readonly before: string | undefined;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
  /** Records told of before it. */
  readonly index: number;
  done: boolean;
  /** Done, and never to be looked at again. */
  dropped: boolean;
}

/**
 * How far a shard is handled without a gap. Records are told in stream order, finish in any order, and
 * the position never passes one that is not finished.
 *
 *     read      1 2 3 4 5 6 7          position: 3, because 4 is not finished;
 *     finished  ✓ ✓ ✓   ✓ ✓            span: 4 (4 to 7)
 *
 * Records that need no work cost nothing here.
 */
export class CheckpointTracker {
  /** From the oldest unfinished record on. */
  readonly #marks = new Fifo<Mark>();
  #newest: string | undefined;
  /** Marks that are dropped and still in the way. */
  #dropped = 0;
  #told = 0;

  /** `start`: the last record handled before; undefined when there was none. */
  constructor(start: string | undefined) {
    this.#newest = start;
  }

  /** The last record up to which all are handled; undefined when none is. */
  get position(): string | undefined {
    const oldest = this.#marks.peek();
    return oldest === undefined ? this.#newest : oldest.before;
  }

  /** Records begun at or after the position: as many may be repeated after a crash. */
  get span(): number {
    return this.#marks.length;
  }

  /** The last record told of, or the one that was handled before. */
  get newest(): string | undefined {
    return this.#newest;
  }

  /** Records told of so far. */
  get told(): number {
    return this.#told;
  }

  /** How many of them are handled, counted from the first up to the oldest that is not. */
  get handled(): number {
    return this.#marks.peek()?.index ?? this.#told;
  }

  /** When the oldest unfinished record was written; undefined when all are finished. */
  get oldestWrittenAt(): number | undefined {
    return this.#marks.peek()?.writtenAt;
  }

  /** Tells of the next record when it needs no work. */
  skip(sequenceNumber: string): void {
    this.#told += 1;
    this.#newest = sequenceNumber;
  }

  /** Tells of the next record when it needs work; finish it with the mark. */
  begin(sequenceNumber: string, writtenAt: number): Mark {
    const mark: Mark = {
      before: this.#newest,
      writtenAt,
      index: this.#told,
      done: false,
      dropped: false,
    };
    this.#told += 1;
    this.#newest = sequenceNumber;
    this.#marks.push(mark);
    return mark;
  }

  /** The work for this record is done. */
  finish(mark: Mark): void {
    mark.done = true;
    while (this.#marks.peek()?.done === true) if (this.#marks.shift()!.dropped) this.#dropped -= 1;
  }

  /**
   * The work for this record was taken over by a later one while an earlier one is unfinished: it counts no longer, also
   * not in `span`.
   */
  drop(mark: Mark): void {
    mark.dropped = true;
    this.#dropped += 1;
    this.finish(mark);
    // Now and then, so that each costs the same however many there are.
    if (this.#dropped < MIN_DROPPED || this.#dropped * 2 < this.#marks.length) return;
    this.#marks.retain(({ dropped }) => !dropped);
    this.#dropped = 0;
  }
}
