import { sequenceText, type ShardDefinition } from '../streams/stream.js';
import { seconds } from '../tables/description.js';
import { field, integer, oneOf } from '../validation/shape.js';
import type { Operation } from './operation.js';
import { requiredStreamArn, shardId } from './stream-shapes.js';

/** Documented: shards in one answer. */
const MAX_LIMIT = 100;

interface Input {
  StreamArn: string;
  Limit?: number;
  ExclusiveStartShardId?: string;
  ShardFilter?: { Type?: 'CHILD_SHARDS'; ShardId?: string };
}

export const describeStream: Operation<Input> = {
  shape: field('DescribeStreamInput', {
    StreamArn: requiredStreamArn,
    Limit: integer({ min: 1, max: MAX_LIMIT }),
    ExclusiveStartShardId: shardId,
    ShardFilter: field('ShardFilter', { Type: oneOf('CHILD_SHARDS'), ShardId: shardId }),
  }),

  perform({ streams }, { StreamArn, Limit = MAX_LIMIT, ExclusiveStartShardId, ShardFilter }) {
    const stream = streams.byArn(StreamArn);
    const { definition } = stream;
    const parent = ShardFilter?.ShardId;
    const shards = definition.shards
      .slice(1 + definition.shards.findIndex((shard) => shard.shardId === ExclusiveStartShardId))
      .filter((shard) => parent === undefined || shard.parentShardId === parent);
    const page = shards.slice(0, Limit);
    return JSON.stringify({
      StreamDescription: {
        StreamArn,
        StreamLabel: definition.label,
        StreamStatus: stream.enabled ? 'ENABLED' : 'DISABLED',
        StreamViewType: definition.viewType,
        CreationRequestDateTime: seconds(definition.createdAt),
        TableName: definition.tableName,
        KeySchema: definition.keySchema,
        Shards: page.map(describeShard),
        ...(shards.length > page.length ? { LastEvaluatedShardId: page.at(-1)!.shardId } : {}),
      },
    });
  },
};

function describeShard({ shardId, parentShardId, start, end }: ShardDefinition): object {
  return {
    ShardId: shardId,
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceText(start),
      ...(end === undefined ? {} : { EndingSequenceNumber: sequenceText(Math.max(start, end)) }),
    },
    ...(parentShardId === undefined ? {} : { ParentShardId: parentShardId }),
  };
}
