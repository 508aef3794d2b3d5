import type { ShardDefinition } from '../streams/shards.js';
import { sequenceText, type Stream } from '../streams/stream.js';
import type { Streams } from '../streams/streams.js';
import { seconds } from '../tables/description.js';
import { field, integer, oneOf } from '../validation/shape.js';
import type { Operation } from './operation.js';
import { checkStreamArn, requiredStreamArn, shardId } from './stream-shapes.js';

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
    checkStreamArn(StreamArn);
    const stream = streams.byArn(StreamArn);
    const { definition } = stream;
    // Ids sort as the shards were made; one that is not there is a place between them (recorded).
    const shards = shardsFor(streams, stream, ShardFilter?.ShardId).filter(
      ({ shardId }) => ExclusiveStartShardId === undefined || shardId > ExclusiveStartShardId,
    );
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
        Shards: page.map((shard) => describeShard(shard, streams.isClosed(shard))),
        ...(shards.length > page.length ? { LastEvaluatedShardId: page.at(-1)!.shardId } : {}),
      },
    });
  },
};

/**
 * All shards, or the children of one. A parent that is not known is refused (inferred: AWS's Kinesis adapter
 * expects that), but not one that was trimmed and still has children.
 */
function shardsFor(
  streams: Streams,
  stream: Stream,
  parent: string | undefined,
): readonly ShardDefinition[] {
  const shards = streams.shardsOf(stream);
  if (parent === undefined) return shards;
  const children = shards.filter(({ parentShardId }) => parentShardId === parent);
  if (children.length === 0) streams.shardOf(stream, parent);
  return children;
}

function describeShard(shard: ShardDefinition, closed: boolean): object {
  const { shardId, parentShardId, start, end } = shard;
  return {
    ShardId: shardId,
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceText(start),
      // A shard of a version without rotation, closed while empty, ends before it starts.
      ...(closed ? { EndingSequenceNumber: sequenceText(Math.max(start, end!)) } : {}),
    },
    ...(parentShardId === undefined ? {} : { ParentShardId: parentShardId }),
  };
}
