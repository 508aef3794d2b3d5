import type { Item } from '../../lib/attribute-value.js';

/** What a stream's records hold beside the key. */
export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/**
 * Where to read from: the oldest record, only new ones, or behind one already handled. Reading from
 * LATEST answers a concrete position even when there is nothing yet, so that nothing is missed.
 */
export type StreamPosition =
  { type: 'TRIM_HORIZON' } | { type: 'LATEST' } | { type: 'AFTER'; sequenceNumber: string };

export interface StreamShard {
  shardId: string;
  parentShardId?: string;
  /** A closed shard gets no more records. */
  closed: boolean;
}

/**
 * One change as the stream keeps it. Member names are those of the Streams API. They may be accessors that parse
 * when they are asked: `JSON.stringify` gives all of them, a spread none.
 */
export interface StoredStreamRecord {
  /** 32 hexadecimal digits, unique, the same at each read. */
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** Epoch milliseconds. */
  writtenAt: number;
  Keys: Item;
  NewImage?: Item | undefined;
  OldImage?: Item | undefined;
  SequenceNumber: string;
  SizeBytes: number;
  StreamViewType: StreamViewType;
  /** Only on deletions by time to live. */
  userIdentity?: { type: 'Service'; principalId: 'dynamodb.amazonaws.com' } | undefined;
}

export type ShardListener = (shardIds: ReadonlySet<string>) => void;

/** The streams of all tables, for readers in this process. A record is seen once it is durable. */
export interface StreamLog {
  /** Throws ResourceNotFoundException when there is no such stream. */
  describe(streamArn: string): {
    viewType: StreamViewType;
    enabled: boolean;
    /** Parents before children. */
    shards: StreamShard[];
  };
  /**
   * Reads at most `limit` records. `next` is where to read on; undefined when the shard is closed
   * and read to its end. Throws ResourceNotFoundException, and TrimmedDataAccessException when the
   * position lies before the oldest record kept.
   */
  read(
    streamArn: string,
    shardId: string,
    position: StreamPosition,
    limit: number,
  ): { records: StoredStreamRecord[]; next: StreamPosition | undefined };
  /**
   * Calls `listener` after each commit that added records to shards or closed them, with the ids of these
   * shards. Returns the function that ends it.
   */
  subscribe(streamArn: string, listener: ShardListener): () => void;
}
