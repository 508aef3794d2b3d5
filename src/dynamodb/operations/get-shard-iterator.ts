import { INVALID_PARAMETER, trimmedDataAccess, validationError } from '../errors.js';
import { sequenceIn } from '../streams/position.js';
import { encodeShardIterator } from '../streams/shard-iterator.js';
import type { ShardDefinition } from '../streams/shards.js';
import type { Streams } from '../streams/streams.js';
import { field, oneOf, string } from '../validation/shape.js';
import type { Operation } from './operation.js';
import { checkStreamArn, requiredShardId, requiredStreamArn } from './stream-shapes.js';

interface Input {
  StreamArn: string;
  ShardId: string;
  ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' | 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER';
  SequenceNumber?: string;
}

export const getShardIterator: Operation<Input> = {
  shape: field('GetShardIteratorInput', {
    StreamArn: requiredStreamArn,
    ShardId: requiredShardId,
    ShardIteratorType: {
      // In the order in which Kinesis names them (recorded there, inferred here).
      ...oneOf('AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'),
      required: true,
    },
    SequenceNumber: string({ min: 21, max: 40 }),
  }),

  perform({ streams, clock }, input) {
    const { StreamArn, ShardId } = input;
    checkStreamArn(StreamArn);
    checkSequenceNumber(input);
    const shard = streams.shardOf(streams.byArn(StreamArn), ShardId);
    const after = positionOf(streams, shard, input);
    if (after < shard.trimmed) throw trimmedDataAccess();
    const issuedAt = clock.now();
    return JSON.stringify({
      ShardIterator: encodeShardIterator({
        streamArn: StreamArn,
        shardId: ShardId,
        after,
        issuedAt,
      }),
    });
  },
};

/** The words are those of AWS's DynamoDB Local. */
function checkSequenceNumber({ ShardIteratorType, SequenceNumber }: Input): void {
  const isNeeded = ShardIteratorType.endsWith('_SEQUENCE_NUMBER');
  if (isNeeded && SequenceNumber === undefined)
    throw validationError(`${INVALID_PARAMETER}Invalid SequenceNumber`);
  if (!isNeeded && SequenceNumber !== undefined)
    throw validationError(
      `${INVALID_PARAMETER}SequenceNumber should not be passed for this iterator type`,
    );
}

/** The sequence number behind which to read. */
function positionOf(
  streams: Streams,
  shard: ShardDefinition,
  { ShardIteratorType: type, SequenceNumber }: Input,
): number {
  if (type === 'TRIM_HORIZON' || type === 'LATEST') return streams.positionIn(shard, { type });
  const sequence = sequenceIn(SequenceNumber!);
  if (sequence < shard.start || sequence > (shard.end ?? Infinity))
    throw validationError('Invalid SequenceNumber for the shard');
  return type === 'AT_SEQUENCE_NUMBER' ? sequence - 1 : sequence;
}
