import type { DynamoDb } from '../../../src/dynamodb/index.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import { streams } from './harness.js';

export interface WireShard {
  ShardId: string;
  ParentShardId?: string;
  SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}

export interface WireRecord {
  eventID: string;
  eventName: string;
  dynamodb: { Keys: Item; NewImage?: Item; OldImage?: Item; SequenceNumber: string };
}

export interface Description {
  StreamStatus: string;
  Shards: WireShard[];
  LastEvaluatedShardId?: string;
}

export async function describe(db: DynamoDb, input: object): Promise<Description> {
  const output = await streams<{ StreamDescription: Description }>(db, 'DescribeStream', input);
  return output.StreamDescription;
}

/** All shards of a stream, page by page. */
export async function shardsOf(db: DynamoDb, StreamArn: string, Limit = 100): Promise<WireShard[]> {
  const shards: WireShard[] = [];
  let ExclusiveStartShardId: string | undefined;
  do {
    const page = await describe(db, { StreamArn, Limit, ExclusiveStartShardId });
    shards.push(...page.Shards);
    ExclusiveStartShardId = page.LastEvaluatedShardId;
  } while (ExclusiveStartShardId !== undefined);
  return shards;
}

/**
 * Reads a stream as the Kinesis client does: all shards at once, a child only when its parent is read to
 * its end, looking for children at the end of each shard.
 */
export class LineageConsumer {
  readonly records: WireRecord[] = [];
  /** In the order in which their ends were reached. */
  readonly finished: string[] = [];
  readonly #db: DynamoDb;
  readonly #streamArn: string;
  readonly #limit: number;
  /** Undefined: read to its end. */
  readonly #iterators = new Map<string, string | undefined>();

  constructor(db: DynamoDb, streamArn: string, limit = 1000) {
    this.#db = db;
    this.#streamArn = streamArn;
    this.#limit = limit;
  }

  get shardIds(): string[] {
    return [...this.#iterators.keys()];
  }

  /** Begins the shards that may be begun now; whether there were any. */
  async discover(): Promise<boolean> {
    const shards = await shardsOf(this.#db, this.#streamArn, 3);
    const listed = new Set(shards.map(({ ShardId }) => ShardId));
    const before = this.#iterators.size;
    for (const { ShardId, ParentShardId } of shards) {
      if (this.#iterators.has(ShardId)) continue;
      if (ParentShardId !== undefined && listed.has(ParentShardId) && !this.#isRead(ParentShardId))
        continue;
      const input = { StreamArn: this.#streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
      const { ShardIterator } = await streams<{ ShardIterator: string }>(
        this.#db,
        'GetShardIterator',
        input,
      );
      this.#iterators.set(ShardId, ShardIterator);
    }
    return this.#iterators.size > before;
  }

  /** Reads each begun shard once; the number of records. */
  async readOnce(): Promise<number> {
    let count = 0;
    for (const [shardId, ShardIterator] of this.#iterators) {
      if (ShardIterator === undefined) continue;
      const { Records, NextShardIterator } = await streams<{
        Records: WireRecord[];
        NextShardIterator?: string;
      }>(this.#db, 'GetRecords', { ShardIterator, Limit: this.#limit });
      this.records.push(...Records);
      this.#iterators.set(shardId, NextShardIterator);
      if (NextShardIterator === undefined) this.finished.push(shardId);
      count += Records.length;
    }
    return count;
  }

  /** Reads until nothing is left for now. */
  async drain(): Promise<void> {
    for (;;) {
      const begun = await this.discover();
      const ends = this.finished.length;
      const count = await this.readOnce();
      if (!begun && count === 0 && this.finished.length === ends) return;
    }
  }

  #isRead(shardId: string): boolean {
    return this.#iterators.has(shardId) && this.#iterators.get(shardId) === undefined;
  }
}
