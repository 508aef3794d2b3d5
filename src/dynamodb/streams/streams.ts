import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import { AwsError } from '../../lib/aws-error.js';
import { makeArn, type Scope } from '../../lib/arn.js';
import { resourceNotFound } from '../errors.js';
import { allStreams, recordKey, sequenceOfRecord, streamKey } from '../storage/keyspace.js';
import type { Store } from '../storage/store.js';
import type { TableDefinition } from '../tables/definition.js';
import type {
  StoredStreamRecord,
  StreamLog,
  StreamPosition,
  StreamViewType,
} from './stream-log.js';
import { encodeRecord, StoredRecord, type StreamEvent } from './stored-record.js';
import {
  sequenceOf,
  sequenceText,
  Stream,
  type ShardDefinition,
  type StreamDefinition,
} from './stream.js';

const ALL_HASHES = 2 ** 32;

/** A record where it lies. */
export interface LoggedRecord {
  sequence: number;
  record: StoredRecord;
}

/** The numbering that streams share with the catalog, where it is stored. */
export interface SequenceSource {
  nextStreamId(): number;
  nextSequence(): number;
  readonly lastSequence: number;
}

/** All streams of the folder, those of deleted tables included. */
export class Streams implements StreamLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #scope: Scope;
  readonly #log: Log;
  #numbers!: SequenceSource;
  #byId = new Map<number, Stream>();
  #byArn = new Map<string, Stream>();
  readonly #listeners = new Map<string, Set<() => void>>();
  /** Streams with records in the batch that collects, and in the one that commits. */
  #collected = new Set<Stream>();
  #committing = new Set<Stream>();
  /** The newest sequence number that may be seen: all up to it are durable. */
  #visible = 0;
  #visibleNext = 0;

  constructor(store: Store, clock: Clock, scope: Scope, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#scope = scope;
    this.#log = log;
  }

  numberFrom(numbers: SequenceSource): void {
    this.#numbers = numbers;
  }

  load(): void {
    this.#byId = new Map();
    this.#byArn = new Map();
    this.#collected.clear();
    this.#committing.clear();
    this.#visible = this.#numbers.lastSequence;
    const [start, end] = allStreams();
    for (const { value } of this.#store.entries({ start, end }))
      this.#add(JSON.parse(value.toString()) as StreamDefinition);
  }

  byId(id: number): Stream | undefined {
    return this.#byId.get(id);
  }

  /** Throws ResourceNotFoundException in the Streams API's words. */
  byArn(arn: string): Stream {
    const stream = this.#byArn.get(arn);
    if (!stream) throw resourceNotFound(`Requested resource not found: Stream: ${arn} not found`);
    return stream;
  }

  /** By ARN, ascending. */
  all(): Stream[] {
    return [...this.#byArn.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  /** Switches on a new stream for a table. */
  open(table: TableDefinition, viewType: StreamViewType): Stream {
    const now = this.#clock.now();
    let label = labelOf(now);
    while (this.#byArn.has(this.#arn(table.name, label)))
      label = labelOf(Date.parse(`${label}Z`) + 1); // switched off and on within a millisecond
    const shard: ShardDefinition = {
      index: 0,
      shardId: shardId(now),
      fromHash: 0,
      toHash: ALL_HASHES,
      start: this.#numbers.lastSequence + 1,
      trimmed: 0,
    };
    const stream = this.#add({
      id: this.#numbers.nextStreamId(),
      arn: this.#arn(table.name, label),
      label,
      tableName: table.name,
      viewType,
      keySchema: table.keySchema,
      createdAt: now,
      salt: randomBytes(16).toString('hex'),
      shards: [shard],
    });
    this.save(stream);
    return stream;
  }

  /** Ends a stream: its shards are closed, and can still be read. */
  disable(stream: Stream): void {
    const { definition } = stream;
    definition.disabledAt = this.#clock.now();
    for (const shard of definition.shards) shard.end ??= this.#numbers.lastSequence;
    this.save(stream);
    this.#collected.add(stream); // readers learn that no more will come
  }

  save(stream: Stream): void {
    this.#store.put(streamKey(stream.id), Buffer.from(JSON.stringify(stream.definition)));
  }

  /** Forgets a stream whose records are all removed. */
  forget(stream: Stream): void {
    this.#byId.delete(stream.id);
    this.#byArn.delete(stream.arn);
    this.#store.remove(streamKey(stream.id));
  }

  append(stream: Stream, hash: number, event: StreamEvent): void {
    const sequence = this.#numbers.nextSequence();
    const shard = stream.shardFor(hash);
    this.#store.append(recordKey(stream.id, shard.index, sequence), encodeRecord(stream, event));
    this.#collected.add(stream);
  }

  /** The batch at hand is about to be committed. */
  beforeCommit(): void {
    const empty = this.#committing;
    empty.clear();
    this.#committing = this.#collected;
    this.#collected = empty;
    this.#visibleNext = this.#numbers.lastSequence;
  }

  /** It is durable: tell the readers. */
  afterCommit(): void {
    this.#visible = this.#visibleNext;
    for (const stream of this.#committing) {
      const listeners = this.#listeners.get(stream.arn);
      if (!listeners) continue;
      for (const listener of [...listeners]) this.#call(listener, stream);
    }
    this.#committing.clear();
  }

  // StreamLog

  describe(streamArn: string): ReturnType<StreamLog['describe']> {
    const stream = this.byArn(streamArn);
    return {
      viewType: stream.definition.viewType,
      enabled: stream.enabled,
      shards: stream.definition.shards.map(({ shardId, parentShardId, end }) => ({
        shardId,
        ...(parentShardId === undefined ? {} : { parentShardId }),
        closed: end !== undefined,
      })),
    };
  }

  read(
    streamArn: string,
    shardId: string,
    position: StreamPosition,
    limit: number,
  ): { records: StoredStreamRecord[]; next: StreamPosition | undefined } {
    const stream = this.byArn(streamArn);
    const shard = this.shardOf(stream, shardId);
    const after = this.resolve(shard, position);
    const { records, next } = this.readAfter(stream, shard, after, limit);
    return {
      records: records.map(({ record, sequence }) => record.toRecord(stream, sequence)),
      next: next === undefined ? undefined : { type: 'AFTER', sequenceNumber: sequenceText(next) },
    };
  }

  subscribe(streamArn: string, listener: () => void): () => void {
    this.byArn(streamArn);
    // A function may be given twice: each subscription is its own.
    const own = (): void => {
      listener();
    };
    const listeners = this.#listeners.get(streamArn) ?? new Set();
    this.#listeners.set(streamArn, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(streamArn) === listeners)
        this.#listeners.delete(streamArn);
    };
  }

  // For the Streams API

  shardOf(stream: Stream, shardId: string): ShardDefinition {
    const shard = stream.shard(shardId);
    if (!shard)
      throw resourceNotFound(`Requested resource not found: Shard does not exist: ${shardId}`);
    return shard;
  }

  /** The sequence number behind which to read. */
  resolve(shard: ShardDefinition, position: StreamPosition): number {
    switch (position.type) {
      case 'TRIM_HORIZON':
        return Math.max(shard.start - 1, shard.trimmed);
      case 'LATEST':
        return Math.max(shard.start - 1, Math.min(this.#visible, shard.end ?? this.#visible));
      case 'AFTER': {
        const sequence = sequenceOf(position.sequenceNumber);
        if (sequence === undefined)
          throw new AwsError(
            'ValidationException',
            `Invalid SequenceNumber: ${position.sequenceNumber} was not given out by this stream`,
          );
        return sequence;
      }
    }
  }

  /**
   * At most `limit` records behind sequence number `after`, of at most `maxBytes` together (but always
   * one). `next`: behind which to read on; undefined when the shard is closed and read to its end.
   */
  readAfter(
    stream: Stream,
    shard: ShardDefinition,
    after: number,
    limit: number,
    maxBytes = Infinity,
  ): { records: LoggedRecord[]; next: number | undefined } {
    if (after < shard.trimmed)
      throw new AwsError(
        'TrimmedDataAccessException',
        'The operation attempted to read past the oldest stream record in a shard',
      );
    const records: LoggedRecord[] = [];
    let bytes = 0;
    let more = false;
    const range = {
      start: recordKey(stream.id, shard.index, after + 1),
      end: recordKey(stream.id, shard.index + 1, 0),
    };
    for (const { key, value } of this.#store.entries(range)) {
      bytes += value.length;
      if (records.length === limit || (bytes > maxBytes && records.length > 0)) {
        more = true;
        break;
      }
      records.push({ sequence: sequenceOfRecord(key), record: new StoredRecord(value) });
    }
    const last = records.at(-1)?.sequence ?? after;
    // A closed shard is at its end once all it can hold is visible.
    const ended = !more && shard.end !== undefined && shard.end <= this.#visible;
    return { records, next: ended ? undefined : last };
  }

  #add(definition: StreamDefinition): Stream {
    const stream = new Stream(definition);
    this.#byId.set(stream.id, stream);
    this.#byArn.set(stream.arn, stream);
    return stream;
  }

  #call(listener: () => void, stream: Stream): void {
    try {
      listener();
    } catch (error) {
      this.#log.error('a listener of a stream failed', { stream: stream.arn, error });
    }
  }

  #arn(tableName: string, label: string): string {
    return makeArn(this.#scope, 'dynamodb', `table/${tableName}/stream/${label}`);
  }
}

/** `2025-01-01T00:00:00.000` */
function labelOf(time: number): string {
  return new Date(time).toISOString().slice(0, -1);
}

/** As the service names them: milliseconds in 20 digits, 8 hexadecimal digits. */
function shardId(time: number): string {
  return `shardId-${String(time).padStart(20, '0')}-${randomBytes(4).toString('hex')}`;
}
