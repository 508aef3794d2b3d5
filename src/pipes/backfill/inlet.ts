import type { Clock } from '../../lib/clock.js';
import type { Background } from '../delivery/delivery.js';
import type { PipeDefinition } from '../definition.js';
import type { PipeMetrics } from '../metrics.js';
import type { PipeRecord } from '../pipe-record.js';
import type { ShardReaders } from '../shard-readers.js';
import type { StreamViewType } from '../../streams/index.js';
import { Chunk, type Row } from './chunk.js';
import { itemRecord } from './item-record.js';

/** Records that were taken and are not done with: more wait in their chunks. */
const MAX_UNFINISHED = 1_000;
const MAX_UNFINISHED_BYTES = 16 * 1024 * 1024;

export interface InletOptions {
  streamArn: string;
  viewType: StreamViewType;
  /** Rows that the filters do not let through are not sent. */
  definition: Pick<PipeDefinition, 'matches' | 'variablesAt'>;
  readers: Pick<ShardReaders, 'handedOn'>;
  metrics: PipeMetrics;
  clock: Clock;
  /** There is something to send. */
  onReady: () => void;
}

/** What the rows of a chunk are sent as. */
export interface Sender {
  /** Goes into their event IDs. */
  runId: string;
  /** Ends the wait for the stream. */
  signal: AbortSignal;
  /** Rows a second, all chunks of this sender together; undefined: as many as the target takes. */
  pace: Pace | undefined;
}

/** Spreads rows evenly over time. */
export class Pace {
  readonly #gapMs: number;
  #next = -Infinity;

  constructor(perSecond: number) {
    this.#gapMs = 1000 / perSecond;
  }

  /** When the next one may go (monotonic milliseconds). */
  get next(): number {
    return this.#next;
  }

  /** One goes. What was not used is lost, so there are no bursts. */
  step(now: number): void {
    this.#next = Math.max(this.#next, now - this.#gapMs) + this.#gapMs;
  }
}

/**
 * Where items of the table come into the pipe beside the records of its stream, in their place: a row is handed to its
 * item's lane behind all changes that it may show, and only while no newer one has come; see
 * `docs/decisions/0011-backfill.md`. Changes go first: a row is taken when there is nothing else to send.
 */
export class Inlet implements Background {
  readonly #options: InletOptions;
  readonly #chunks = new Map<Chunk, Sender>();
  #unfinished = 0;
  #unfinishedBytes = 0;
  /** Of the last row: many are taken within a millisecond. */
  #variables: PipeRecord['variables'] | undefined;
  #variablesAt = NaN;

  constructor(options: InletOptions) {
    this.#options = options;
  }

  /**
   * Brings in what `read` reads of the table. Resolves to the chunk when its rows may be taken, to undefined when the pipe
   * was stopped, or the sender's signal aborted, before. Rejects with what `read`, or a look at the stream, rejects with.
   */
  async admit(read: () => Promise<readonly Row[]>, sender: Sender): Promise<Chunk | undefined> {
    const { readers, onReady } = this.#options;
    const chunk = new Chunk();
    this.#chunks.set(chunk, sender);
    try {
      chunk.fill(await read());
      if (!(await readers.handedOn(sender.signal))) {
        this.#chunks.delete(chunk);
        return undefined;
      }
    } catch (error) {
      this.#chunks.delete(chunk);
      throw error;
    }
    chunk.ready();
    void chunk.settled.then(() => this.#chunks.delete(chunk));
    onReady();
    return chunk;
  }

  /** Gives up a sender's chunks: what was not taken is forgotten. */
  abandon(sender: Sender): void {
    for (const [chunk, of] of this.#chunks)
      if (of === sender) {
        this.#chunks.delete(chunk);
        chunk.abandon();
      }
  }

  /** A change that the filters let through was read. */
  changed(key: string): void {
    if (this.#chunks.size === 0) return;
    for (const chunk of this.#chunks.keys()) chunk.changed(key);
  }

  get due(): number {
    let due = Infinity;
    for (const [chunk, { pace }] of this.#chunks)
      if (chunk.waiting > 0 && pace !== undefined) due = Math.min(due, pace.next);
    return due;
  }

  next(now: number): PipeRecord | undefined {
    if (this.#unfinished >= MAX_UNFINISHED || this.#unfinishedBytes >= MAX_UNFINISHED_BYTES)
      return undefined;
    for (const [chunk, sender] of this.#chunks) {
      if (sender.pace !== undefined && sender.pace.next > now) continue;
      const record = this.#nextOf(chunk, sender);
      if (record === undefined) continue;
      sender.pace?.step(now);
      // The chunks take turns, lest one be at its end before the next is read.
      if (chunk.waiting > 0) {
        this.#chunks.delete(chunk);
        this.#chunks.set(chunk, sender);
      }
      return record;
    }
    return undefined;
  }

  /** The next record of a chunk that the filters let through. */
  #nextOf(chunk: Chunk, sender: Sender): PipeRecord | undefined {
    const { definition, metrics, clock } = this.#options;
    for (let row = chunk.take(); row !== undefined; row = chunk.take()) {
      const now = clock.now();
      const record = itemRecord(row, now, { ...this.#options, runId: sender.runId });
      metrics.counts.read += 1;
      if (definition.matches(record)) return this.#pipeRecord(row, record, now, chunk);
      metrics.counts.filtered += 1;
      chunk.finish('filtered');
    }
    return undefined;
  }

  #pipeRecord(
    { key }: Row,
    record: PipeRecord['record'],
    writtenAt: number,
    chunk: Chunk,
  ): PipeRecord {
    const { SizeBytes } = record.dynamodb;
    this.#unfinished += 1;
    this.#unfinishedBytes += SizeBytes;
    return {
      key,
      shardId: '',
      record,
      writtenAt,
      variables: this.#variablesOf(writtenAt),
      mark: { before: undefined, writtenAt, index: 0, done: false, dropped: false },
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
      onDone: (outcome) => {
        this.#unfinished -= 1;
        this.#unfinishedBytes -= SizeBytes;
        chunk.finish(outcome);
      },
    };
  }

  #variablesOf(now: number): PipeRecord['variables'] {
    if (this.#variables === undefined || this.#variablesAt !== now) {
      this.#variables = this.#options.definition.variablesAt(now);
      this.#variablesAt = now;
    }
    return this.#variables;
  }
}
