import type { Attempt } from '../destinations/index.js';
import type { DeadLetter } from '../state/index.js';
import type { ChangeRecord } from '../streams/index.js';
import type { Item } from '../lib/attribute-value.js';
import type { PipeVariables } from '../transformer/index.js';
import type { Mark } from './checkpoint-tracker.js';
import type { Replay } from './replay.js';
import type { TraceEntry } from './trace/trace-entry.js';

/** A record on its way through a pipe, from reading to its end. */
export interface PipeRecord {
  /** The item it changed: see `itemKey`. */
  readonly key: string;
  readonly shardId: string;
  /** This and the next three are those of a newer state when that took its place: see `Coalescing`. */
  record: ChangeRecord;
  /** Epoch milliseconds. */
  writtenAt: number;
  /** As of its arrival, so that a retry sends the same bytes. */
  variables: PipeVariables;
  /** Its place among those that hold back the checkpoint. */
  mark: Mark;
  /** The place of the oldest state that it replaced. */
  held: Mark | undefined;
  /** Whether its request is made, and it does not wait for another try. Only known where states are replaced. */
  isSent: boolean;
  /** Where its steps are told; undefined before the first attempt. */
  trace: TraceEntry | undefined;
  /** Attempts that count. */
  tries: number;
  /** Those of the states that it replaced. */
  setbacks: number;
  /** The last of them that failed. */
  lastFailure: Attempt | undefined;
  /** When its deliveries began to fail (epoch milliseconds). */
  failingSince: number | undefined;
  /** Set once it is given up: what must be stored before it is done. */
  letter: DeadLetter | undefined;
  /** Failed attempts at storing the letter. */
  storeFailures: number;
  /** Set when it is a dead letter that is sent once more. */
  readonly replay: Replay | undefined;
  /** Set when it is an item of the table and no change: to be told in the place of a shard's reader. */
  readonly onDone: ((outcome: Outcome) => void) | undefined;
}

/** What becomes of a record that the filters let through. `skipped`: the enrichment left nothing to send. */
export type Outcome = 'delivered' | 'skipped' | 'deadLettered';

/**
 * Names an item within its table: equal for two records when they changed the same item. A table's key
 * attributes have one type each and DynamoDB keeps numbers in canonical form, so the values' texts do.
 */
export function itemKey(keys: Item): string {
  const names = Object.keys(keys);
  if (names.length === 1) return keyText(keys, names[0]!);
  // Sources may give the two attributes in any order. The length says where the first value ends.
  const [first, second] = names[0]! < names[1]! ? names : [names[1], names[0]];
  const head = keyText(keys, first!);
  return `${head.length}:${head}${keyText(keys, second!)}`;
}

function keyText(keys: Item, name: string): string {
  const value = keys[name]!;
  return value.S ?? value.N ?? value.B ?? '';
}
