import type { Scope } from '../../lib/arn.js';
import { decodeShardIterator, encodeShardIterator } from '../streams/shard-iterator.js';
import { sequenceText, type Stream } from '../streams/stream.js';
import type { LoggedRecord } from '../streams/streams.js';
import { field, integer, string } from '../validation/shape.js';
import type { Operation } from './operation.js';
import { body } from './response.js';

/** Documented: records, and bytes, in one answer. */
const MAX_LIMIT = 1000;
const MAX_BYTES = 1024 * 1024;

interface Input {
  ShardIterator: string;
  Limit?: number;
}

export const getRecords: Operation<Input> = {
  shape: field('GetRecordsInput', {
    ShardIterator: string({ required: true, min: 1, max: 2048 }),
    Limit: integer({ min: 1, max: MAX_LIMIT }),
  }),

  perform({ streams, clock, scope }, { ShardIterator, Limit = MAX_LIMIT }) {
    const now = clock.now();
    const { streamArn, shardId, after } = decodeShardIterator(ShardIterator, now);
    const stream = streams.byArn(streamArn);
    const shard = streams.shardOf(stream, shardId);
    const { records, next } = streams.readAfter(stream, shard, after, Limit, MAX_BYTES);
    return body([
      ['Records', `[${records.map((record) => recordText(scope, stream, record)).join(',')}]`],
      [
        'NextShardIterator',
        next === undefined
          ? undefined
          : JSON.stringify(encodeShardIterator({ streamArn, shardId, after: next, issuedAt: now })),
      ],
    ]);
  },
};

/** The record as the Streams API shows it; keys and images are spliced in as they are stored. */
function recordText(scope: Scope, stream: Stream, { sequence, record }: LoggedRecord): string {
  const change = body([
    ['ApproximateCreationDateTime', String(Math.floor(record.writtenAt / 1000))],
    ['Keys', record.keysText],
    ['NewImage', record.newImageText],
    ['OldImage', record.oldImageText],
    ['SequenceNumber', `"${sequenceText(sequence)}"`],
    ['SizeBytes', String(record.size)],
    ['StreamViewType', `"${stream.definition.viewType}"`],
  ]);
  return body([
    ['eventID', `"${stream.eventId(sequence)}"`],
    ['eventName', `"${record.eventName}"`],
    ['eventVersion', '"1.1"'],
    ['eventSource', '"aws:dynamodb"'],
    ['awsRegion', JSON.stringify(scope.region)],
    ['dynamodb', change],
    [
      'userIdentity',
      record.byTimeToLive ? '{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}' : undefined,
    ],
  ]);
}
