import type {
  DescribeStreamInput,
  DescribeStreamOutput,
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
} from '@aws-sdk/client-dynamodb-streams';
import { sleep, type Clock } from '../lib/clock.js';
import type {
  ChangeStream,
  MoreListener,
  ShardBatch,
  ShardInfo,
  ShardPosition,
  StreamEntry,
  StreamViewType,
} from './change-stream.js';
import { readFailure, StreamReadError } from './remote-failure.js';
import { streamEntry } from './remote-record.js';

/** GetRecords: five a second and shard, for all readers together (documented). */
const MIN_READ_GAP_MS = 200;
/** First wait after an empty read; doubles up to the bound that the operator sets. */
const FIRST_IDLE_MS = 200;
/** How often new shards are looked for. DescribeStream: ten a second for the account (documented). */
const RELIST_MS = 30_000;
/** The same when a shard has ended and those that follow it may not be listed yet; doubles. */
const FIRST_RELIST_MS = 1_000;
const DESCRIBE_LIMIT = 100;
const MAX_RECORDS = 1_000;
/**
 * A time in place of a sequence number: where LATEST was, when nothing had been written by which to name it.
 * While the process lives, the iterator goes on from there. After a crash it is sought by the records' times, and
 * those from so long before count as new: clocks differ, and DynamoDB Local gives times in whole minutes.
 */
const SINCE = /^SINCE (\d+)$/;
const CLOCK_MARGIN_MS = 65_000;

/** What is needed of the SDK's client. */
export interface StreamsApi {
  describeStream(input: DescribeStreamInput): Promise<DescribeStreamOutput>;
  getShardIterator(input: GetShardIteratorInput): Promise<GetShardIteratorOutput>;
  getRecords(input: GetRecordsInput): Promise<GetRecordsOutput>;
}

export interface RemoteStreamOptions {
  streamArn: string;
  /** For records that name none. */
  region: string;
  /** Where the stream lies, for messages. */
  where: string;
  api: () => Promise<StreamsApi>;
  clock: Clock;
  /** Longest wait between two looks at an idle shard, in milliseconds. */
  maxIdleMs: number;
}

/** What is known of a shard that is read. */
interface Reading {
  /** When its records were last asked for; see {@link Clock.monotonic}. */
  readAt: number;
  /** The iterator that reads on from a position; what was written before `oldest` is not new. */
  iterator: { at: string; token: string | undefined; oldest: number } | undefined;
  idleMs: number;
  wake: NodeJS.Timeout | undefined;
}

/**
 * A stream that is read through the API of DynamoDB Streams. One pipe's: it polls each shard that the pipe
 * waits for, less often while nothing comes, and has the pipe look for new shards from time to time.
 */
export class RemoteStream implements ChangeStream {
  readonly streamArn: string;
  readonly #options: RemoteStreamOptions;
  readonly #readings = new Map<string, Reading>();
  readonly #listeners = new Set<MoreListener>();
  #known: ReadonlySet<string> = new Set();
  #viewType: StreamViewType = 'NEW_AND_OLD_IMAGES';
  #relistMs = RELIST_MS;
  #relist: NodeJS.Timeout | undefined;

  constructor(options: RemoteStreamOptions) {
    this.streamArn = options.streamArn;
    this.#options = options;
  }

  async shards(): Promise<ShardInfo[]> {
    const { streamArn: StreamArn } = this;
    const shards: ShardInfo[] = [];
    let from: { ExclusiveStartShardId?: string } = {};
    for (;;) {
      const input = { StreamArn, Limit: DESCRIBE_LIMIT, ...from };
      const { StreamDescription } = await this.#call((api) => api.describeStream(input));
      if (StreamDescription?.StreamViewType) this.#viewType = StreamDescription.StreamViewType;
      for (const { ShardId, ParentShardId } of StreamDescription?.Shards ?? [])
        shards.push(
          ParentShardId === undefined
            ? { shardId: ShardId! }
            : { shardId: ShardId!, parentShardId: ParentShardId },
        );
      const last = StreamDescription?.LastEvaluatedShardId;
      if (last === undefined) break;
      from = { ExclusiveStartShardId: last };
    }
    this.#listed(shards);
    return parentsFirst(shards);
  }

  async read(shardId: string, from: ShardPosition, limit: number): Promise<ShardBatch> {
    const reading = this.#reading(shardId);
    const batch =
      from.type === 'LATEST'
        ? await this.#fixLatest(shardId, reading)
        : await this.#readOn(shardId, reading, from, limit);
    if (batch.next === undefined) {
      clearTimeout(reading.wake);
      this.#readings.delete(shardId);
      this.#relistIn(FIRST_RELIST_MS);
    } else if (batch.entries.length > 0) reading.idleMs = FIRST_IDLE_MS;
    else this.#wakeLater(shardId, reading);
    return batch;
  }

  onMore(listener: MoreListener): () => void {
    // A function may be given twice: each subscription is its own.
    const own: MoreListener = (shardIds) => listener(shardIds);
    this.#listeners.add(own);
    this.#relistIn(RELIST_MS);
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#relist);
      for (const { wake } of this.#readings.values()) clearTimeout(wake);
    };
  }

  /**
   * Finds a position that stays the same: the first read from an iterator of LATEST fixes it, and what
   * comes with that is older than the pipe.
   */
  async #fixLatest(shardId: string, reading: Reading): Promise<ShardBatch> {
    const since = this.#options.clock.now();
    const token = await this.#iterator(shardId, { type: 'LATEST' });
    const { Records, NextShardIterator } = await this.#page(reading, token, MAX_RECORDS);
    if (NextShardIterator === undefined) return { entries: [], next: undefined };
    const last = Records?.at(-1)?.dynamodb?.SequenceNumber;
    const next: ShardPosition = { type: 'AFTER', sequenceNumber: last ?? `SINCE ${since}` };
    reading.iterator = { at: nameOf(next), token: NextShardIterator, oldest: -Infinity };
    return { entries: [], next };
  }

  async #readOn(
    shardId: string,
    reading: Reading,
    from: ShardPosition,
    limit: number,
  ): Promise<ShardBatch> {
    const { clock, region } = this.#options;
    const defaults = { streamArn: this.streamArn, region, viewType: this.#viewType };
    for (;;) {
      const { Records = [], NextShardIterator } = await this.#pageAt(shardId, reading, from, limit);
      const oldest = reading.iterator?.oldest ?? -Infinity;
      const now = clock.now();
      const entries: StreamEntry[] = [];
      for (const record of Records) {
        const entry = streamEntry(record, defaults, now);
        if (entry.writtenAt >= oldest) entries.push(entry);
      }
      const last = entries.at(-1)?.record.dynamodb.SequenceNumber;
      const next: ShardPosition =
        last === undefined ? from : { type: 'AFTER', sequenceNumber: last };
      reading.iterator = NextShardIterator
        ? { at: nameOf(next), token: NextShardIterator, oldest }
        : undefined;
      if (!NextShardIterator) return { entries, next: undefined };
      if (entries.length > 0 || Records.length === 0) return { entries, next };
    }
  }

  /** A page from `from` on; an iterator that has expired is replaced. */
  async #pageAt(
    shardId: string,
    reading: Reading,
    from: ShardPosition,
    limit: number,
  ): Promise<GetRecordsOutput> {
    const at = nameOf(from);
    for (;;) {
      const isKept = reading.iterator?.at === at;
      if (!isKept) {
        const token = await this.#iterator(shardId, from);
        reading.iterator = { at, token, oldest: oldestNew(from) };
      }
      try {
        return await this.#page(reading, reading.iterator?.token, limit);
      } catch (error) {
        // What an iterator is too old for, a new one tells better, e.g. that records were trimmed.
        if (error instanceof StreamReadError) throw error;
        reading.iterator = undefined;
        if (!isKept) throw error;
      }
    }
  }

  async #page(
    reading: Reading,
    token: string | undefined,
    limit: number,
  ): Promise<GetRecordsOutput> {
    const { clock } = this.#options;
    const waitMs = reading.readAt + MIN_READ_GAP_MS - clock.monotonic();
    if (waitMs > 0) await sleep(waitMs);
    reading.readAt = clock.monotonic();
    return this.#call((api) => api.getRecords({ ShardIterator: token, Limit: limit }));
  }

  async #iterator(shardId: string, from: ShardPosition): Promise<string | undefined> {
    const { streamArn: StreamArn } = this;
    const input: GetShardIteratorInput =
      from.type !== 'AFTER'
        ? { StreamArn, ShardId: shardId, ShardIteratorType: from.type }
        : SINCE.test(from.sequenceNumber)
          ? { StreamArn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }
          : {
              StreamArn,
              ShardId: shardId,
              ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
              SequenceNumber: from.sequenceNumber,
            };
    const { ShardIterator } = await this.#call((api) => api.getShardIterator(input));
    return ShardIterator;
  }

  async #call<T>(ask: (api: StreamsApi) => Promise<T>): Promise<T> {
    try {
      return await ask(await this.#options.api());
    } catch (error) {
      if (isExpired(error)) throw error;
      throw readFailure(this.streamArn, this.#options.where, error);
    }
  }

  #reading(shardId: string): Reading {
    let reading = this.#readings.get(shardId);
    if (reading === undefined) {
      reading = {
        readAt: -Infinity,
        iterator: undefined,
        idleMs: FIRST_IDLE_MS,
        wake: undefined,
      };
      this.#readings.set(shardId, reading);
    }
    return reading;
  }

  #wakeLater(shardId: string, reading: Reading): void {
    clearTimeout(reading.wake);
    if (this.#listeners.size === 0) return;
    const waitMs = Math.min(reading.idleMs, this.#options.maxIdleMs);
    reading.idleMs = Math.min(2 * reading.idleMs, this.#options.maxIdleMs);
    reading.wake = setTimeout(() => this.#notify(new Set([shardId])), waitMs);
  }

  #listed(shards: readonly ShardInfo[]): void {
    const known = new Set(shards.map(({ shardId }) => shardId));
    if (shards.some(({ shardId }) => !this.#known.has(shardId))) this.#relistMs = RELIST_MS;
    this.#known = known;
  }

  #relistIn(ms: number): void {
    clearTimeout(this.#relist);
    if (this.#listeners.size === 0) return;
    this.#relistMs = ms;
    this.#relist = setTimeout(() => {
      this.#notify(undefined);
      this.#relistIn(Math.min(2 * this.#relistMs, RELIST_MS));
    }, ms);
  }

  #notify(shardIds: ReadonlySet<string> | undefined): void {
    for (const listener of this.#listeners) listener(shardIds);
  }
}

function isExpired(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExpiredIteratorException';
}

function nameOf(position: ShardPosition): string {
  return position.type === 'AFTER' ? position.sequenceNumber : position.type;
}

/** Epoch milliseconds; records written before are older than the position. */
function oldestNew(from: ShardPosition): number {
  const since = from.type === 'AFTER' ? SINCE.exec(from.sequenceNumber) : null;
  return since ? Number(since[1]) - CLOCK_MARGIN_MS : -Infinity;
}

/** Sources list shards in any order. */
function parentsFirst(shards: readonly ShardInfo[]): ShardInfo[] {
  const left = new Map(shards.map((shard) => [shard.shardId, shard]));
  const ordered: ShardInfo[] = [];
  for (const shard of shards) {
    const line: ShardInfo[] = [];
    for (
      let next: ShardInfo | undefined = shard;
      next !== undefined && left.delete(next.shardId);
      next = left.get(next.parentShardId ?? '')
    )
      line.push(next);
    ordered.push(...line.reverse());
  }
  return ordered;
}
