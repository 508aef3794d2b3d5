import type { Item } from '../lib/attribute-value.js';

/**
 * One change, in the shape that EventBridge Pipes hands to filter, template and target
 * (reference: pipes, section 3; field order as recorded from AWS).
 */
export interface ChangeRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: '1.1';
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  dynamodb: {
    /** Epoch seconds. */
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    /** Decimal digits; compare as BigInt. */
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: StreamViewType;
  };
  /** Only on deletions by time to live. */
  userIdentity?: { type: 'Service'; principalId: 'dynamodb.amazonaws.com' };
  /** The stream's ARN. */
  eventSourceARN: string;
  /** Only on records of items that were in the table already. Nothing of AWS's. */
  freshet?: { backfill: true };
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export interface ShardInfo {
  shardId: string;
  parentShardId?: string;
}

/**
 * Where to read from: the oldest record, only new ones, or behind one already handled, whose sequence number may
 * also be a mark of the source's own, as an earlier `next` had it. Reading from
 * LATEST answers an empty batch whose `next` is concrete (never LATEST again), also from a source that
 * has no such position of its own: a pipe saves it before it says that it runs, and so misses nothing.
 */
export type ShardPosition =
  { type: 'TRIM_HORIZON' } | { type: 'LATEST' } | { type: 'AFTER'; sequenceNumber: string };

/** A record with what is known about it beside the event itself. */
export interface StreamEntry {
  record: ChangeRecord;
  /** Epoch milliseconds of the write; of whole seconds where the source says no more. */
  writtenAt: number;
}

export interface ShardBatch {
  entries: StreamEntry[];
  /** Where to read on; undefined when the shard is closed and read to its end. */
  next: ShardPosition | undefined;
}

/**
 * One stream of one table, whatever it lies in. Written against the shape of the DynamoDB Streams API.
 */
export interface ChangeStream {
  readonly streamArn: string;
  /** All shards that can still be read, parents before children. Rejects with ResourceNotFoundException when the stream is gone. */
  shards(): Promise<ShardInfo[]>;
  /**
   * Reads at most `limit` records (1 to 1,000); an empty batch means "none yet". Rejects with
   * ResourceNotFoundException when stream or shard are gone, with TrimmedDataAccessException when `from`
   * lies before the oldest record kept; any other error is worth another try, and is a StreamReadError when
   * the user should know its text.
   */
  read(shardId: string, from: ShardPosition, limit: number): Promise<ShardBatch>;
  /**
   * The newest sequence number that a shard has or had, or one before its first; undefined when it is closed and
   * has ended with that. Absent where the source does not tell.
   */
  newest?(shardId: string): string | undefined;
  /**
   * Calls `listener` soon after records were committed (embedded), or when it is time to poll again
   * (remote). May call without cause; never misses one. Returns the function that ends it.
   */
  onMore(listener: MoreListener): () => void;
}

/** `shardIds`: the shards with more records, or that were closed; undefined: any, and there may be new ones. */
export type MoreListener = (shardIds: ReadonlySet<string> | undefined) => void;

/** Finds the stream of an ARN. Throws an AwsError when there is none. */
export interface ChangeStreams {
  open(streamArn: string): ChangeStream;
}
