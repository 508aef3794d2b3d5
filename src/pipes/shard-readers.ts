import { isAwsError } from '../lib/aws-error.js';
import { sleep, type Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { ChangeRecord, ChangeStream, ShardInfo } from '../streams/index.js';
import { SHARD_END, type Checkpointer } from './checkpointer.js';
import type { Replaced } from './coalescing.js';
import type { PipeDefinition } from './definition.js';
import { finishedBefore, Lineage } from './lineage.js';
import type { PipeMetrics } from './metrics.js';
import type { PipeRecord } from './pipe-record.js';
import type { PipeTrace } from './trace/pipe-trace.js';
import { ReadAhead } from './read-ahead.js';
import { backoff, jittered } from './retry.js';
import { Settling, type Shards } from './settling/settling.js';
import { ShardReader } from './shard-reader.js';

/** Waits after failed looks for new shards. */
const FIRST_REDISCOVER_MS = 1_000;
const MAX_REDISCOVER_MS = 10_000;
/** The list of shards, beside their ids. */
const SHARD_LIST = '';

export interface ShardReadersOptions {
  stream: ChangeStream;
  /** Those of the stream at the start, and what is handled of each; see `findStart`. */
  shards: readonly ShardInfo[];
  handled: ReadonlyMap<string, string | undefined>;
  checkpointer: Checkpointer;
  definition: PipeDefinition;
  metrics: PipeMetrics;
  trace: PipeTrace;
  pipeName: string;
  clock: Clock;
  log: Log;
  /** Takes a record that the filters let through. */
  onRecord: (record: PipeRecord) => void;
  /** The same, before it is held back for its batch. */
  onTaken: (key: string, record: ChangeRecord) => void;
  /** After each batch: records were added, or a position has moved. */
  onBatch: () => void;
  /** A read of a shard, or of their list, failed, or with undefined succeeded after failures. */
  onRead: (what: string, error: unknown) => void;
  /** The stream is gone, or something unexpected happened. */
  onFailed: (error: unknown) => void;
}

/** The readers of a stream's shards: each begins when its parents are finished, and ends with its shard. */
export class ShardReaders {
  readonly #options: ShardReadersOptions;
  readonly #lineage = new Lineage();
  readonly #readAhead = new ReadAhead();
  readonly #readers = new Map<string, ShardReader>();
  readonly #settling = new Settling();
  readonly #shards: Shards;
  readonly #stop = new AbortController();
  #discovering: Promise<void> | undefined;
  /** The shards are to be listed (again). */
  #discoverAgain = false;

  constructor(options: ShardReadersOptions) {
    this.#options = options;
    this.#shards = {
      reading: (shardId) => this.#readers.get(shardId),
      isFinished: (shardId) => this.#lineage.isFinished(shardId),
      look: () => this.more(undefined),
    };
    for (const shardId of finishedBefore(options.shards, options.handled, SHARD_END))
      this.#lineage.set(shardId, 'finished');
  }

  /** Whether all records committed so far are read and finished. */
  get idle(): boolean {
    return this.#discovering === undefined && this.#all.every(({ idle }) => idle);
  }

  /** When the oldest record in hand was written (epoch milliseconds); undefined when none is. */
  get oldestWrittenAt(): number | undefined {
    const times = this.#all
      .map(({ tracker }) => tracker.oldestWrittenAt)
      .filter((at) => at !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  get #all(): ShardReader[] {
    return [...this.#readers.values()];
  }

  /**
   * Resolves to true once everything that is committed now is finished, to false when `signal` or `stop` comes
   * before. Rejects when the shards cannot be listed.
   */
  async settled(signal: AbortSignal): Promise<boolean> {
    const { stream, clock } = this.#options;
    if (this.#stop.signal.aborted) return false;
    return this.#settling.wait(stream, this.#shards, clock, signal);
  }

  /**
   * As `settled`, but resolves already when all that is committed now is read and handed on, also what would wait for its
   * batch to be full.
   */
  async handedOn(signal: AbortSignal): Promise<boolean> {
    const { stream, clock } = this.#options;
    if (this.#stop.signal.aborted) return false;
    const isRead = await this.#settling.wait(stream, this.#shards, clock, signal, 'read');
    if (isRead) for (const reader of this.#readers.values()) reader.flush();
    return isRead;
  }

  /** There may be more to read: in these shards, or in any. */
  more(shardIds: ReadonlySet<string> | undefined): void {
    if (shardIds === undefined) {
      for (const reader of this.#readers.values()) reader.more();
      void this.discover();
      return;
    }
    for (const shardId of shardIds) {
      this.#readers.get(shardId)?.more();
      if (!this.#lineage.knows(shardId)) void this.discover();
    }
  }

  /** A record that came from here is done with. */
  finish(record: PipeRecord): void {
    this.#readers.get(record.shardId)!.finish(record);
    this.#settling.moved(this.#shards);
  }

  /** A record that came from here was replaced by a newer one of its item. */
  replaced(replaced: Replaced): void {
    this.#readers.get(replaced.shardId)!.replaced(replaced);
  }

  stop(): void {
    this.#stop.abort();
    for (const reader of this.#readers.values()) reader.stop();
    this.#settling.stop();
  }

  /** Looks for shards to begin. One look at a time; what is asked for meanwhile is one look more. */
  discover(): Promise<void> {
    this.#discoverAgain = true;
    this.#discovering ??= this.#lookForShards().finally(() => {
      this.#discovering = undefined;
      // Asked for while the last look was ending.
      if (this.#discoverAgain) void this.discover();
    });
    return this.#discovering;
  }

  async #lookForShards(): Promise<void> {
    for (let failures = 0; this.#discoverAgain;) {
      this.#discoverAgain = false;
      if (this.#stop.signal.aborted) return;
      try {
        await this.#beginShards();
        if (failures > 0) this.#options.onRead(SHARD_LIST, undefined);
        failures = 0;
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) {
          this.#fail(error);
          return;
        }
        failures += 1;
        this.#options.onRead(SHARD_LIST, error);
        const { log, pipeName } = this.#options;
        if (failures === 1)
          log.error('The shards of a stream cannot be listed; it is tried again', {
            pipe: pipeName,
            error,
          });
        const waitMs = jittered(backoff(failures, FIRST_REDISCOVER_MS, MAX_REDISCOVER_MS));
        await sleep(waitMs, this.#stop.signal);
        this.#discoverAgain = true;
      }
    }
  }

  async #beginShards(): Promise<void> {
    const shards = await this.#options.stream.shards();
    if (this.#stop.signal.aborted) return;
    const gone = this.#lineage.list(shards);
    for (const shardId of this.#lineage.toBegin()) this.#begin(shardId);
    const { checkpointer } = this.#options;
    for (const shardId of this.#lineage.followed()) checkpointer.replaced(shardId);
    for (const shardId of gone) await checkpointer.forget(shardId);
  }

  #begin(shardId: string): void {
    const { handled, onRead, onBatch, ...options } = this.#options;
    const position = handled.get(shardId);
    const reader = new ShardReader({
      ...options,
      shardId,
      from:
        position === undefined
          ? { type: 'TRIM_HORIZON' }
          : { type: 'AFTER', sequenceNumber: position },
      readAhead: this.#readAhead,
      onBatch: () => {
        onBatch();
        this.#settling.moved(this.#shards);
      },
      onCaughtUp: () => this.#settling.moved(this.#shards),
      onReadFailure: (error) => onRead(shardId, error),
    });
    this.#lineage.set(shardId, 'reading');
    this.#readers.set(shardId, reader);
    this.#readAhead.add(1);
    this.#options.checkpointer.follow(shardId, reader.tracker);
    void this.#run(shardId, reader);
  }

  async #run(shardId: string, reader: ShardReader): Promise<void> {
    try {
      if (!(await reader.run())) return;
      this.#readers.delete(shardId);
      this.#readAhead.add(-1);
      this.#lineage.set(shardId, 'finished');
      this.#settling.moved(this.#shards);
      this.#options.checkpointer.end(shardId);
      await this.discover();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#options.onFailed(error);
  }
}
