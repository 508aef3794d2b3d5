import type { StoredStreamRecord, StreamLog, StreamShard } from '../dynamodb/index.js';
import type { Scope } from '../lib/arn.js';
import type {
  ChangeRecord,
  ChangeStream,
  ChangeStreams,
  MoreListener,
  ShardBatch,
  ShardInfo,
  ShardPosition,
  StreamEntry,
} from './change-stream.js';

/**
 * The streams of the embedded tables. Readers are told of each commit, so nobody polls.
 *
 * `open` throws ResourceNotFoundException when there is no such stream.
 */
export function embeddedStreams(options: { log: StreamLog; scope: Scope }): ChangeStreams {
  const { log, scope } = options;
  return {
    open(streamArn: string): ChangeStream {
      log.describe(streamArn);
      return new EmbeddedStream(log, streamArn, scope.region);
    },
  };
}

class EmbeddedStream implements ChangeStream {
  readonly streamArn: string;
  readonly #log: StreamLog;
  readonly #region: string;

  constructor(log: StreamLog, streamArn: string, region: string) {
    this.streamArn = streamArn;
    this.#log = log;
    this.#region = region;
  }

  // The methods are async so that what the log throws becomes a rejection, as with a remote source.

  async shards(): Promise<ShardInfo[]> {
    return this.#log.describe(this.streamArn).shards.map(shardInfo);
  }

  async read(shardId: string, from: ShardPosition, limit: number): Promise<ShardBatch> {
    const { records, next } = this.#log.read(this.streamArn, shardId, from, limit);
    const entries: StreamEntry[] = [];
    for (const stored of records)
      entries.push({
        record: changeRecord(stored, this.#region, this.streamArn),
        writtenAt: stored.writtenAt,
      });
    return { entries, next };
  }

  onMore(listener: MoreListener): () => void {
    return this.#log.subscribe(this.streamArn, listener);
  }
}

function shardInfo({ shardId, parentShardId }: StreamShard): ShardInfo {
  return parentShardId === undefined ? { shardId } : { shardId, parentShardId };
}

/**
 * Members in the order that was recorded from AWS: without a template the order is what targets see.
 * Filled in one by one, which is cheaper than spreading optional members.
 */
function changeRecord(
  stored: StoredStreamRecord,
  awsRegion: string,
  eventSourceARN: string,
): ChangeRecord {
  const dynamodb = {
    ApproximateCreationDateTime: Math.floor(stored.writtenAt / 1000),
    Keys: stored.Keys,
  } as ChangeRecord['dynamodb'];
  if (stored.NewImage) dynamodb.NewImage = stored.NewImage;
  if (stored.OldImage) dynamodb.OldImage = stored.OldImage;
  dynamodb.SequenceNumber = stored.SequenceNumber;
  dynamodb.SizeBytes = stored.SizeBytes;
  dynamodb.StreamViewType = stored.StreamViewType;
  const record = {
    eventID: stored.eventID,
    eventName: stored.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb,
  } as ChangeRecord;
  if (stored.userIdentity)
    record.userIdentity = {
      type: stored.userIdentity.type,
      principalId: stored.userIdentity.principalId,
    };
  record.eventSourceARN = eventSourceARN;
  return record;
}
