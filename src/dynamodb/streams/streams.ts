import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import { makeArn, type Scope } from '../../lib/arn.js';
import { resourceNotFound, trimmedDataAccess } from '../errors.js';
import { readDocument } from '../storage/damage.js';
import {
  allStreams,
  idIn,
  recordKey,
  recordsBehind,
  sequenceOfRecord,
  streamKey,
} from '../storage/keyspace.js';
import type { Store } from '../storage/store.js';
import type { TableDefinition } from '../tables/definition.js';
import { Announcer } from './announcer.js';
import { positionIn } from './position.js';
import type { Rotation } from './rotation.js';
import { ShardRotation } from './shard-rotation.js';
import type { ShardDefinition } from './shards.js';
import type {
  ShardListener,
  StoredStreamRecord,
  StreamLog,
  StreamPosition,
  StreamViewType,
} from './stream-log.js';
import { encodeRecord, ReadRecord, StoredRecord, type StreamEvent } from './stored-record.js';
import { sequenceText, Stream, type StreamDefinition } from './stream.js';

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

export interface StreamsOptions {
  store: Store;
  clock: Clock;
  scope: Scope;
  log: Log;
  rotation: Rotation;
  numbers: SequenceSource;
}

/** All streams of the folder, those of deleted tables included. */
export class Streams implements StreamLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #scope: Scope;
  readonly #numbers: SequenceSource;
  readonly #rotation: ShardRotation;
  #byId = new Map<number, Stream>();
  #byArn = new Map<string, Stream>();
  readonly #announcer: Announcer;
  /** Streams whose shards rotated in the batch that collects. */
  readonly #rotated = new Set<Stream>();
  /** The newest sequence number that may be seen: all up to it are durable. */
  #visible = 0;
  #visibleNext = 0;

  constructor({ store, clock, scope, log, rotation, numbers }: StreamsOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#scope = scope;
    this.#numbers = numbers;
    this.#announcer = new Announcer(log);
    this.#rotation = new ShardRotation({
      store,
      clock,
      log,
      rotation,
      numbers,
      onClosed: (stream, shard) => {
        this.#announcer.changed(stream, shard);
        this.#rotated.add(stream);
      },
    });
  }

  load(): void {
    this.#byId = new Map();
    this.#byArn = new Map();
    this.#announcer.forget();
    this.#rotated.clear();
    this.#visible = this.#numbers.lastSequence;
    const [start, end] = allStreams();
    for (const { key, value } of this.#store.entries({ start, end }))
      this.#rotation.loaded(
        this.#add(readDocument(value, `The definition of stream ${idIn(key)}`)),
      );
  }

  byId(id: number): Stream | undefined {
    return this.#byId.get(id);
  }

  /** The stream that is on for a table. */
  ofTable(table: TableDefinition): Stream | undefined {
    const stream = table.streamId === undefined ? undefined : this.#byId.get(table.streamId);
    if (stream) stream.wantedShards = this.#rotation.shardsFor(table);
    return stream;
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
    const stream = this.#add({
      id: this.#numbers.nextStreamId(),
      arn: this.#arn(table.name, label),
      label,
      tableName: table.name,
      viewType,
      keySchema: table.keySchema,
      createdAt: now,
      salt: randomBytes(16).toString('hex'),
      shards: this.#rotation.first(table, now),
    });
    this.save(stream);
    return stream;
  }

  /** Ends a stream: its shards are closed, and can still be read. */
  disable(stream: Stream): void {
    for (const { definition } of stream.openShards) this.#announcer.changed(stream, definition);
    stream.disable(this.#numbers.lastSequence, this.#clock.now());
    this.save(stream);
  }

  /** Closes the shards that are older than they may be, each followed by its children. */
  rotateAged(stream: Stream): void {
    this.#rotation.rotateAged(stream);
    if (this.#rotated.has(stream)) this.save(stream);
  }

  /** Forgets the shards that were closed before `before` (epoch milliseconds) and hold no records. */
  dropClosed(stream: Stream, before: number): void {
    if (this.#rotation.dropClosed(stream, before)) this.save(stream);
  }

  save(stream: Stream): void {
    this.#store.put(streamKey(stream.id), Buffer.from(JSON.stringify(stream.definition)));
  }

  /** Forgets a stream whose records are all removed. */
  forget(stream: Stream): void {
    this.#byId.delete(stream.id);
    this.#byArn.delete(stream.arn);
    this.#rotated.delete(stream);
    this.#store.remove(streamKey(stream.id));
  }

  append(stream: Stream, hash: number, event: StreamEvent): void {
    const sequence = this.#numbers.nextSequence();
    const shard = stream.openShardFor(hash);
    const { index } = shard.definition;
    this.#store.append(recordKey(stream.id, index, sequence), encodeRecord(stream, event));
    this.#announcer.changed(stream, shard.definition);
    this.#rotation.appended(stream, shard);
  }

  /** The batch at hand is about to be committed. */
  beforeCommit(): void {
    for (const stream of this.#rotated) this.save(stream);
    this.#rotated.clear();
    this.#announcer.beforeCommit();
    this.#visibleNext = this.#numbers.lastSequence;
  }

  /** It is durable: tell the readers. */
  afterCommit(): void {
    this.#visible = this.#visibleNext;
    this.#announcer.afterCommit();
  }

  // StreamLog

  describe(streamArn: string): ReturnType<StreamLog['describe']> {
    const stream = this.byArn(streamArn);
    return {
      viewType: stream.definition.viewType,
      enabled: stream.enabled,
      shards: this.shardsOf(stream).map((shard) => ({
        shardId: shard.shardId,
        ...(shard.parentShardId === undefined ? {} : { parentShardId: shard.parentShardId }),
        closed: this.isClosed(shard),
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
    const after = this.positionIn(shard, position);
    const { records, next } = this.readAfter(stream, shard, after, limit);
    return {
      records: records.map(({ record, sequence }) => new ReadRecord(record, stream, sequence)),
      next: next === undefined ? undefined : { type: 'AFTER', sequenceNumber: sequenceText(next) },
    };
  }

  subscribe(streamArn: string, listener: ShardListener): () => void {
    this.byArn(streamArn);
    return this.#announcer.subscribe(streamArn, listener);
  }

  // For the Streams API

  /** The shards that are durable, oldest first. */
  shardsOf(stream: Stream): ShardDefinition[] {
    return stream.definition.shards.filter(
      ({ parentShardId, start }) => parentShardId === undefined || start <= this.#visible,
    );
  }

  /** Whether it is durable that a shard gets no more records. */
  isClosed({ end }: ShardDefinition): boolean {
    return end !== undefined && end <= this.#visible;
  }

  shardOf(stream: Stream, shardId: string): ShardDefinition {
    const shard = stream.shard(shardId);
    if (!shard) throw resourceNotFound('Requested resource not found: Shard does not exist');
    return shard;
  }

  /** The sequence number behind which to read. */
  positionIn(shard: ShardDefinition, position: StreamPosition): number {
    return positionIn(shard, position, this.#visible);
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
    if (after < shard.trimmed) throw trimmedDataAccess();
    const records: LoggedRecord[] = [];
    let bytes = 0;
    let more = false;
    for (const { key, value } of this.#store.entries(
      recordsBehind(stream.id, shard.index, after),
    )) {
      bytes += value.length;
      if (records.length === limit || (bytes > maxBytes && records.length > 0)) {
        more = true;
        break;
      }
      records.push({ sequence: sequenceOfRecord(key), record: new StoredRecord(value) });
    }
    const last = records.at(-1)?.sequence ?? after;
    // A closed shard is at its end once all it can hold is visible.
    const ended = !more && this.isClosed(shard);
    return { records, next: ended ? undefined : last };
  }

  #add(definition: StreamDefinition): Stream {
    const stream = new Stream(definition);
    this.#byId.set(stream.id, stream);
    this.#byArn.set(stream.arn, stream);
    return stream;
  }

  #arn(tableName: string, label: string): string {
    return makeArn(this.#scope, 'dynamodb', `table/${tableName}/stream/${label}`);
  }
}

/** `2025-01-01T00:00:00.000` */
function labelOf(time: number): string {
  return new Date(time).toISOString().slice(0, -1);
}
