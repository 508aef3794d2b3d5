import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../lib/attribute-value.js';
import type { DeadLetter } from '../state/index.js';
import type { ChangeRecord } from '../streams/index.js';
import type { PipeVariables } from '../transformer/index.js';
import { itemKey, type PipeRecord } from './pipe-record.js';

/**
 * What came of sending a dead letter once more. `superseded`: it was not sent, because its item has changed
 * since and the newer state is the pipe's to send; `uncertain`: it was not sent, because that cannot be found out.
 */
export type ReplayOutcome =
  { result: 'delivered' | 'superseded' | 'uncertain' } | { result: 'failed'; reason: string };

/** A dead letter on its way through the pipe once more. */
export interface Replay {
  /** Whether the record is still its item's newest state; undefined when nobody can tell. */
  readonly isCurrent: () => Promise<boolean | undefined>;
  readonly done: (outcome: ReplayOutcome) => void;
}

/** What a table holds now; undefined when the table cannot be read. */
export type CurrentItem = (
  streamArn: string,
  keys: Item,
) => Promise<{ item: Item | undefined } | undefined>;

/** The record of a dead letter, or another one in its place, for the lane of its item. It holds back no checkpoint. */
export function replayedRecord(
  letter: DeadLetter,
  record: ChangeRecord,
  variables: PipeVariables,
  replay: Replay,
): PipeRecord {
  const writtenAt = record.dynamodb.ApproximateCreationDateTime * 1000;
  return {
    key: itemKey(record.dynamodb.Keys),
    shardId: letter.shardId,
    record,
    writtenAt,
    variables,
    mark: { before: undefined, writtenAt, index: 0, done: false, dropped: false },
    held: undefined,
    isSent: false,
    trace: undefined,
    tries: 0,
    setbacks: 0,
    lastFailure: undefined,
    failingSince: undefined,
    letter: undefined,
    storeFailures: 0,
    replay,
    onDone: undefined,
  };
}

/** Whether a record is the newest state of its item, judged by what the table holds. */
export function isNewest(
  { eventName, dynamodb }: ChangeRecord,
  current: { item: Item | undefined } | undefined,
): boolean | undefined {
  if (current === undefined) return undefined;
  if (eventName === 'REMOVE') return current.item === undefined;
  if (current.item === undefined) return false;
  // Streams of keys or old images do not tell what was written.
  if (dynamodb.NewImage === undefined) return undefined;
  return isDeepStrictEqual(dynamodb.NewImage, current.item);
}
