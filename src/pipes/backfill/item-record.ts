import { hash } from 'node:crypto';
import { itemSize } from '../../dynamodb/index.js';
import type { Item } from '../../lib/attribute-value.js';
import { stringifyJson } from '../../lib/json-text.js';
import type { ChangeRecord, StreamViewType } from '../../streams/index.js';
import type { Row } from './chunk.js';

/** In place of a sequence number: it has no place in the stream. */
const NO_SEQUENCE_NUMBER = '0'.repeat(21);
const EVENT_ID_PREFIX = 'backfill-';
/** Hexadecimal digits of a stream record's event ID (as recorded from AWS). */
const EVENT_ID_DIGITS = 32;

export interface ItemRecordOptions {
  streamArn: string;
  viewType: StreamViewType;
  /** Of the run that it belongs to. */
  runId: string;
}

/**
 * The record of an item that is in the table already: an INSERT as the stream would have brought it, or of one that is
 * not, a REMOVE; marked by its event ID and by a member `freshet`. The ID is that of the run, the item and its state: it is the same when the same is
 * sent again, also after a crash, and another one when the item has changed.
 */
export function itemRecord(
  { keys, item }: Pick<Row, 'keys' | 'item'>,
  now: number,
  { streamArn, viewType, runId }: ItemRecordOptions,
): ChangeRecord {
  const hasImage =
    item !== undefined && (viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES');
  return {
    eventID: eventId(runId, item ?? keys),
    eventName: item === undefined ? 'REMOVE' : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: streamArn.split(':')[3] ?? '',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now / 1000),
      Keys: keys,
      ...(hasImage && { NewImage: item }),
      SequenceNumber: NO_SEQUENCE_NUMBER,
      SizeBytes: itemSize(keys) + (hasImage ? itemSize(item) : 0),
      StreamViewType: viewType,
    },
    eventSourceARN: streamArn,
    freshet: { backfill: true },
  };
}

function eventId(runId: string, item: Item): string {
  const digest = hash('sha256', runId + stringifyJson(item), 'hex');
  return EVENT_ID_PREFIX + digest.slice(0, EVENT_ID_DIGITS);
}
