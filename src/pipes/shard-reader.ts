import { isAwsError } from '../lib/aws-error.js';
import { sleep, type Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { ChangeRecord, ChangeStream, ShardPosition, StreamEntry } from '../streams/index.js';
import { BatchingWindow } from './batching-window.js';
import { CheckpointTracker } from './checkpoint-tracker.js';
import type { Replaced } from './coalescing.js';
import type { PipeDefinition } from './definition.js';
import type { PipeMetrics } from './metrics.js';
import type { PipeTrace } from './trace/pipe-trace.js';
import type { ReadAhead } from './read-ahead.js';
import { itemKey, type PipeRecord } from './pipe-record.js';
import { backoff, jittered } from './retry.js';
import { Signal } from './signal.js';

/** Most records of one read (GetRecords: 1,000). */
const MAX_READ = 1_000;
/** Before the size of the records is known: of whole pipes' records at most so many are read. */
const FIRST_READ = 100;
/** Reads are for many records: they begin when so much of each bound is free. */
const FREE_PART = { records: 0.5, bytes: 0.5, span: 0.1 };
/** Waits after failed reads. */
const FIRST_READ_WAIT_MS = 100;
const MAX_READ_WAIT_MS = 10_000;

export interface ShardReaderOptions {
  stream: ChangeStream;
  shardId: string;
  from: Exclude<ShardPosition, { type: 'LATEST' }>;
  definition: PipeDefinition;
  metrics: PipeMetrics;
  trace: PipeTrace;
  pipeName: string;
  clock: Clock;
  log: Log;
  readAhead: ReadAhead;
  /** Takes a record that the filters let through. */
  onRecord: (record: PipeRecord) => void;
  /** The same, before it is held back for its batch. */
  onTaken: (key: string, record: ChangeRecord) => void;
  /** After each batch: records were added, or the position has moved. */
  onBatch: () => void;
  /** A read found nothing more. */
  onCaughtUp: () => void;
  /** A read failed and is tried again, or with undefined succeeded after failures. */
  onReadFailure: (error: unknown) => void;
}

/**
 * Reads one shard: from its position to its end if it has one, as far ahead of the deliveries as the
 * bounds allow. Filtered-out records end here.
 */
export class ShardReader {
  readonly tracker: CheckpointTracker;
  readonly #options: ShardReaderOptions;
  readonly #wake = new Signal();
  readonly #stop = new AbortController();
  readonly #window: BatchingWindow<PipeRecord>;
  #position: ShardPosition | undefined;
  #unfinished = 0;
  #unfinishedBytes = 0;
  /** Mean size of the records so far; the next read is cut to fit it. Undefined before the first. */
  #meanBytes: number | undefined;
  #caughtUp = false;
  #reads = 0;
  #lastEmptyRead = 0;
  #newestWrittenAt: number | undefined;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
    this.#position = options.from;
    this.#window = new BatchingWindow({
      ...options.definition.batching,
      release: (records) => {
        for (const record of records) options.onRecord(record);
        options.onBatch();
      },
    });
    this.tracker = new CheckpointTracker(
      options.from.type === 'AFTER' ? options.from.sequenceNumber : undefined,
    );
  }

  /** Whether all records committed so far are read and finished. */
  get idle(): boolean {
    return this.#caughtUp && this.tracker.span === 0;
  }

  /** Reads begun so far. */
  get reads(): number {
    return this.#reads;
  }

  /** The last of them that found nothing more, by its number; 0 when none did. */
  get lastEmptyRead(): number {
    return this.#lastEmptyRead;
  }

  /** Epoch milliseconds at which the newest record read was written; undefined before the first. */
  get newestWrittenAt(): number | undefined {
    return this.#newestWrittenAt;
  }

  /** Whether the shard is closed and read to its end. */
  get isAtEnd(): boolean {
    return this.#position === undefined;
  }

  /** There may be more to read. */
  more(): void {
    this.#caughtUp = false;
    this.#wake.set();
  }

  /** Lets go of what waits for its batch to be full. */
  flush(): void {
    this.#window.flush();
  }

  /** A record that came from here is done with. */
  finish(record: PipeRecord): void {
    this.tracker.finish(record.mark);
    if (record.held !== undefined) this.tracker.finish(record.held);
    this.#release(record.record.dynamodb.SizeBytes);
  }

  /** A record that came from here was replaced by a newer one. */
  replaced({ bytes, marks }: Replaced): void {
    for (const mark of marks) this.tracker.drop(mark);
    this.#release(bytes);
  }

  #release(bytes: number): void {
    this.#unfinished -= 1;
    this.#unfinishedBytes -= bytes;
    if (this.#hasRoom()) this.#wake.set();
  }

  /** Ends `run` soon. */
  stop(): void {
    this.#stop.abort();
    this.#window.stop();
    this.#wake.set();
  }

  /**
   * Reads until the shard is closed and all of it is finished (true) or the reader is stopped (false).
   * Rejects with ResourceNotFoundException when the stream is gone.
   */
  async run(): Promise<boolean> {
    while (!this.#isStopped()) {
      this.#wake.clear();
      const closed = this.#position === undefined;
      if (closed && this.tracker.span === 0) return true;
      if (closed || !this.#hasRoom()) {
        this.#window.flush();
        await this.#wake.wait();
        continue;
      }
      const entries = await this.#read();
      if (this.#isStopped()) break;
      if (entries.length > 0) {
        this.#take(entries);
        // Sends and timers get their turn also while a long backlog is read.
        await new Promise(setImmediate);
      } else if (this.#position !== undefined) {
        this.#lastEmptyRead = this.#reads;
        this.#options.onCaughtUp();
        if (this.#wake.isSet) continue;
        this.#caughtUp = true;
        await this.#wake.wait();
      }
    }
    return false;
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  #hasRoom(): boolean {
    const { records, bytes, span } = this.#options.readAhead;
    return (
      this.#unfinished <= records * (1 - FREE_PART.records) &&
      this.#unfinishedBytes <= bytes * (1 - FREE_PART.bytes) &&
      this.tracker.span <= span * (1 - FREE_PART.span)
    );
  }

  /** How many records fit. */
  #room(): number {
    const { records, bytes, span } = this.#options.readAhead;
    const fitting =
      this.#meanBytes === undefined
        ? FIRST_READ
        : (bytes - this.#unfinishedBytes) / this.#meanBytes;
    const room = Math.min(MAX_READ, records - this.#unfinished, fitting, span - this.tracker.span);
    return Math.max(1, Math.floor(room));
  }

  async #read(): Promise<readonly StreamEntry[]> {
    const { stream, shardId, pipeName, log, onReadFailure } = this.#options;
    const limit = this.#room();
    for (let failures = 0; ;) {
      this.#reads += 1;
      try {
        const { entries, next } = await stream.read(shardId, this.#position!, limit);
        this.#position = next;
        if (failures > 0) onReadFailure(undefined);
        return entries;
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) {
          if (!(await this.#isTrimmed())) throw error;
          this.#tellLoss();
          this.#position = undefined;
          if (failures > 0) onReadFailure(undefined);
          return [];
        }
        if (this.#isStopped()) return [];
        failures += 1;
        if (isAwsError(error, 'TrimmedDataAccessException')) {
          this.#tellLoss();
          this.#position = { type: 'TRIM_HORIZON' };
        } else {
          onReadFailure(error);
          if (failures === 1)
            log.error('A stream cannot be read; the read is tried again', {
              pipe: pipeName,
              shardId,
              error,
            });
        }
        const waitMs = jittered(backoff(failures, FIRST_READ_WAIT_MS, MAX_READ_WAIT_MS));
        await sleep(waitMs, this.#stop.signal);
        if (this.#isStopped()) return [];
      }
    }
  }

  /** Whether the stream is still there, and only this shard of it is not. */
  async #isTrimmed(): Promise<boolean> {
    const { stream, shardId } = this.#options;
    return (await stream.shards()).every((shard) => shard.shardId !== shardId);
  }

  #tellLoss(): void {
    const { pipeName, shardId, log } = this.#options;
    log.error('Changes were lost: the stream keeps 24 hours, the pipe was behind for longer', {
      pipe: pipeName,
      shardId,
    });
  }

  #take(entries: readonly StreamEntry[]): void {
    const { definition, metrics, trace, clock, shardId } = this.#options;
    const { onRecord, onTaken, onBatch } = this.#options;
    const holdsBack = definition.batching.size > 1 && definition.batching.windowMs > 0;
    const now = clock.now();
    const variables = definition.variablesAt(now);
    let bytes = 0;
    for (const { record, writtenAt } of entries) {
      const { SequenceNumber, SizeBytes, Keys } = record.dynamodb;
      bytes += SizeBytes;
      if (!definition.matches(record)) {
        metrics.counts.filtered += 1;
        trace.note('filtered', record, writtenAt, now);
        this.tracker.skip(SequenceNumber);
        continue;
      }
      this.#unfinished += 1;
      this.#unfinishedBytes += SizeBytes;
      const key = itemKey(Keys);
      onTaken(key, record);
      const pipeRecord: PipeRecord = {
        key,
        shardId,
        record,
        writtenAt,
        variables,
        mark: this.tracker.begin(SequenceNumber, writtenAt),
        held: undefined,
        isSent: false,
        trace: undefined,
        tries: 0,
        setbacks: 0,
        lastFailure: undefined,
        failingSince: undefined,
        letter: undefined,
        storeFailures: 0,
        replay: undefined,
        onDone: undefined,
      };
      if (holdsBack) this.#window.add(pipeRecord, SizeBytes);
      else onRecord(pipeRecord);
    }
    metrics.counts.read += entries.length;
    this.#newestWrittenAt = entries.at(-1)!.writtenAt;
    this.#meanBytes = Math.max(1, bytes / entries.length);
    onBatch();
  }
}
