import type { ChangeRecord } from '../streams/index.js';
import type { Mark } from './checkpoint-tracker.js';
import type { Lanes } from './lanes.js';
import type { PipeRecord } from './pipe-record.js';
import type { TraceEntry } from './trace/trace-entry.js';

/** A record that was replaced before it was sent, or before it was sent again. */
export interface Replaced {
  shardId: string;
  /** What was replaced. */
  record: ChangeRecord;
  writtenAt: number;
  trace: TraceEntry | undefined;
  /** What it held in memory, in the stream's measure. */
  bytes: number;
  /** Marks that the checkpoint need not look at any more: an older and a newer one of the item are still there. */
  marks: readonly Mark[];
}

/**
 * Lets one state of an item wait at most: a newer one takes its place, so that a target which takes less than is written
 * gets the newest state of each item in turn.
 *
 *     item A   [a1 is being sent]  a5              a2, a3 and a4 were replaced
 *     item B   [b3 waits for its retry]            b1 failed; b1 and b2 were replaced
 *
 * The place itself stays: who waited longest is sent first, whatever has become of its state. The checkpoint does not
 * pass the oldest of the states that were replaced until the one in its place is delivered or given up. Dead letters
 * that are sent again and items of a backfill neither replace nor are replaced.
 */
export class Coalescing {
  readonly #lanes: Lanes<PipeRecord>;
  readonly #onReplaced: (replaced: Replaced) => void;
  /** The last record in the lane of each item. */
  readonly #newest = new Map<string, PipeRecord>();

  constructor(lanes: Lanes<PipeRecord>, onReplaced: (replaced: Replaced) => void) {
    this.#lanes = lanes;
    this.#onReplaced = onReplaced;
  }

  /** Adds a record, in the place of one that waits or behind one that does not. */
  add(record: PipeRecord): void {
    const last = this.#newest.get(record.key);
    if (last !== undefined && canReplace(record, last) && !last.isSent) this.#replace(last, record);
    else {
      this.#lanes.add(record);
      if (record.replay === undefined) this.#newest.set(record.key, record);
    }
  }

  /** A record that was sent is about to wait for its retry: a newer one behind it takes its place. */
  waitsAgain(record: PipeRecord): void {
    record.isSent = false;
    const next = this.#lanes.next(record);
    if (next === undefined || !canReplace(next, record)) return;
    this.#lanes.dropNext(record);
    if (this.#newest.get(record.key) === next) this.#newest.set(record.key, record);
    this.#replace(record, next);
  }

  /** A record is done with. */
  finish(record: PipeRecord): void {
    if (this.#newest.get(record.key) === record) this.#newest.delete(record.key);
  }

  #replace(waiting: PipeRecord, newer: PipeRecord): void {
    const marks = [waiting.held === undefined ? undefined : waiting.mark, newer.held];
    this.#onReplaced({
      shardId: waiting.shardId,
      record: waiting.record,
      writtenAt: waiting.writtenAt,
      trace: waiting.trace,
      bytes: waiting.record.dynamodb.SizeBytes,
      marks: marks.filter((mark) => mark !== undefined),
    });
    waiting.held ??= waiting.mark;
    waiting.mark = newer.mark;
    waiting.record = newer.record;
    waiting.writtenAt = newer.writtenAt;
    waiting.variables = newer.variables;
    waiting.trace = newer.trace;
    // The new state has all its tries; how long to wait after the next failure is the item's matter.
    waiting.setbacks += waiting.tries;
    waiting.tries = 0;
    waiting.lastFailure = undefined;
  }
}

/** Records of one item come from shards that follow each other: none is left of the first when the next begins. */
function canReplace(newer: PipeRecord, older: PipeRecord): boolean {
  return (
    older.letter === undefined &&
    older.replay === undefined &&
    newer.replay === undefined &&
    older.onDone === undefined &&
    newer.onDone === undefined &&
    older.shardId === newer.shardId
  );
}
