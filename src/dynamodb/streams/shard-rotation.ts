import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import { recordsBehind } from '../storage/keyspace.js';
import type { Store } from '../storage/store.js';
import type { TableDefinition } from '../tables/definition.js';
import { partitionsOf } from '../tables/partitions.js';
import { MAX_OPEN_SHARDS, MAX_SHARDS, type Rotation } from './rotation.js';
import { childShards, firstShards, type ShardDefinition } from './shards.js';
import type { OpenShard, Stream } from './stream.js';

export interface ShardRotationOptions {
  store: Store;
  clock: Clock;
  log: Log;
  rotation: Rotation;
  numbers: { nextSequence(): number; readonly lastSequence: number };
  /** A shard was closed, with the batch that collects: the stream is to be saved with it. */
  onClosed: (stream: Stream, shard: ShardDefinition) => void;
}

/** Which shards the streams have: closes those that are full or old, each followed by its children. */
export class ShardRotation {
  readonly #options: ShardRotationOptions;
  /** Ids of the streams that have too many shards to rotate. */
  readonly #crowded = new Set<number>();

  constructor(options: ShardRotationOptions) {
    this.#options = options;
  }

  /** How many open shards the stream of a table is to have. */
  shardsFor(table: TableDefinition): number {
    return this.#options.rotation.shards ?? Math.min(MAX_OPEN_SHARDS, partitionsOf(table));
  }

  /** The shards of a new stream. */
  first(table: TableDefinition, now: number): ShardDefinition[] {
    const { numbers } = this.#options;
    const nextSequence = (): number => numbers.nextSequence();
    return firstShards(this.shardsFor(table), { shards: [], now, nextSequence });
  }

  /** A stream was read from the store: counts the records of its open shards. */
  loaded(stream: Stream): void {
    const { maxRecords } = this.#options.rotation;
    if (maxRecords === Infinity) return;
    for (const shard of stream.openShards)
      shard.records = this.#count(stream, shard.definition, maxRecords);
  }

  /** A record was added to a shard. */
  appended(stream: Stream, shard: OpenShard): void {
    shard.records += 1;
    if (shard.records >= this.#options.rotation.maxRecords) this.#rotate(stream, shard);
  }

  /** Closes the shards that are too old. */
  rotateAged(stream: Stream): void {
    const { clock, rotation } = this.#options;
    const before = clock.now() - rotation.maxAgeMs;
    const { createdAt } = stream.definition;
    for (const shard of stream.openShards)
      if ((shard.definition.createdAt ?? createdAt) <= before) this.#rotate(stream, shard);
  }

  /** Forgets the shards closed before `before` (epoch milliseconds) that hold no records; whether there were any. */
  dropClosed(stream: Stream, before: number): boolean {
    const gone = stream.definition.shards.filter(
      (shard) =>
        shard.closedAt !== undefined &&
        shard.closedAt < before &&
        this.#count(stream, shard, 1) === 0,
    );
    if (gone.length > 0) stream.drop(new Set(gone));
    return gone.length > 0;
  }

  /** Closes a shard with the batch that collects. It is split when the stream is to have more open shards. */
  #rotate(stream: Stream, shard: OpenShard): void {
    const { clock, numbers, onClosed } = this.#options;
    const { shards } = stream.definition;
    const count = stream.openShards.length < stream.wantedShards ? 2 : 1;
    if (shards.length + count > MAX_SHARDS) {
      this.#tellCrowded(stream);
      shard.records = 0; // the next look is after as many records
      return;
    }
    const now = clock.now();
    const end = numbers.lastSequence;
    const nextSequence = (): number => numbers.nextSequence();
    const children = childShards(shard.definition, count, { shards, now, nextSequence });
    stream.replace(shard, children, end, now);
    this.#crowded.delete(stream.id);
    onClosed(stream, shard.definition);
  }

  #tellCrowded(stream: Stream): void {
    if (this.#crowded.has(stream.id)) return;
    this.#crowded.add(stream.id);
    this.#options.log.warn(
      `A stream has ${MAX_SHARDS} shards, and they are kept for 24 hours: until then none is closed. Let its shards have more records, or live longer.`,
      { stream: stream.arn },
    );
  }

  /** The committed records of a shard, counted up to `limit`. */
  #count({ id }: Stream, { index, trimmed }: ShardDefinition, limit: number): number {
    const { start, end } = recordsBehind(id, index, trimmed);
    let count = 0;
    for (const _ of this.#options.store.keys(start, end, limit)) count += 1;
    return count;
  }
}
