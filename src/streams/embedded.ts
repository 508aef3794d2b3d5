import type { StoredStreamRecord, StreamLog, StreamShard } from '../dynamodb/index.js';
import type { Scope } from '../lib/arn.js';
import type { Item } from '../lib/attribute-value.js';
import { LazyObject } from '../lib/lazy-object.js';
import type {
  ChangeRecord,
  ChangeStream,
  ChangeStreams,
  MoreListener,
  ShardBatch,
  ShardInfo,
  ShardPosition,
  StreamEntry,
  StreamViewType,
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

  newest(shardId: string): string | undefined {
    const { next } = this.#log.read(this.streamArn, shardId, { type: 'LATEST' }, 1);
    return next?.type === 'AFTER' ? next.sequenceNumber : undefined;
  }

  onMore(listener: MoreListener): () => void {
    return this.#log.subscribe(this.streamArn, listener);
  }
}

function shardInfo({ shardId, parentShardId }: StreamShard): ShardInfo {
  return parentShardId === undefined ? { shardId } : { shardId, parentShardId };
}

/** Members in the order that was recorded from AWS: without a template the order is what targets see. */
function changeRecord(
  stored: StoredStreamRecord,
  awsRegion: string,
  eventSourceARN: string,
): ChangeRecord {
  const { eventID, eventName, userIdentity } = stored;
  // Filled in one by one, which is cheaper than spreading optional members.
  const record = {
    eventID,
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: new Change(stored),
  } as unknown as ChangeRecord;
  if (userIdentity)
    record.userIdentity = { type: userIdentity.type, principalId: userIdentity.principalId };
  record.eventSourceARN = eventSourceARN;
  return record;
}

/** The member `dynamodb` of a record: what is not looked at is not parsed. */
class Change extends LazyObject {
  readonly #stored: StoredStreamRecord;

  constructor(stored: StoredStreamRecord) {
    super();
    this.#stored = stored;
  }

  get ApproximateCreationDateTime(): number {
    return Math.floor(this.#stored.writtenAt / 1000);
  }

  get Keys(): Item {
    return this.#stored.Keys;
  }

  get NewImage(): Item | undefined {
    return this.#stored.NewImage;
  }

  get OldImage(): Item | undefined {
    return this.#stored.OldImage;
  }

  get SequenceNumber(): string {
    return this.#stored.SequenceNumber;
  }

  get SizeBytes(): number {
    return this.#stored.SizeBytes;
  }

  get StreamViewType(): StreamViewType {
    return this.#stored.StreamViewType;
  }

  /** Members in the order that was recorded from AWS. */
  toJSON(): object {
    const { NewImage, OldImage } = this;
    return {
      ApproximateCreationDateTime: this.ApproximateCreationDateTime,
      Keys: this.Keys,
      ...(NewImage && { NewImage }),
      ...(OldImage && { OldImage }),
      SequenceNumber: this.SequenceNumber,
      SizeBytes: this.SizeBytes,
      StreamViewType: this.StreamViewType,
    };
  }
}
