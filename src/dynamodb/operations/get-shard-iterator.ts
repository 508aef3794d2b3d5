import { AwsError } from '../../lib/aws-error.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import { encodeShardIterator } from '../streams/shard-iterator.js';
import type { ShardDefinition } from '../streams/stream.js';
import type { Streams } from '../streams/streams.js';
import { field, oneOf, string } from '../validation/shape.js';
import type { Operation } from './operation.js';
import { requiredShardId, requiredStreamArn } from './stream-shapes.js';

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
      ...oneOf('TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'),
      required: true,
    },
    SequenceNumber: string({ min: 21, max: 40 }),
  }),

  perform({ streams, clock }, input) {
    const { StreamArn, ShardId } = input;
    const stream = streams.byArn(StreamArn);
    const shard = streams.shardOf(stream, ShardId);
    const after = positionOf(streams, shard, input);
    if (after < shard.trimmed)
      throw new AwsError(
        'TrimmedDataAccessException',
        'The operation attempted to read past the oldest stream record in a shard',
      );
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

function positionOf(
  streams: Streams,
  shard: ShardDefinition,
  { ShardIteratorType: type, SequenceNumber: sequenceNumber }: Input,
): number {
  if (type === 'TRIM_HORIZON' || type === 'LATEST') {
    if (sequenceNumber !== undefined)
      throw validationError(
        `${INVALID_PARAMETER}SequenceNumber can only be specified when ShardIteratorType is AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER`,
      );
    return streams.resolve(shard, { type });
  }
  if (sequenceNumber === undefined)
    throw validationError(
      `${INVALID_PARAMETER}SequenceNumber must be specified when ShardIteratorType is ${type}`,
    );
  const sequence = streams.resolve(shard, { type: 'AFTER', sequenceNumber });
  return type === 'AT_SEQUENCE_NUMBER' ? sequence - 1 : sequence;
}
