import { AwsError } from '../lib/aws-error.js';
import type { Log } from '../lib/log.js';
import type { DeadLetter, PipeResource, State } from '../state/index.js';
import {
  type ChangeRecord,
  type ChangeStream,
  type ChangeStreams,
  type ShardInfo,
} from '../streams/index.js';
import { PipeBackfill } from './backfill/pipe-backfill.js';
import { Checkpointer } from './checkpointer.js';
import { deadLetterArn, DeadLetterOutlet } from './dead-letter-queue.js';
import { DefinitionError, PipeDefinition } from './definition.js';
import { Delivery } from './delivery/delivery.js';
import { Executions } from './executions/execution.js';
import { ExecutionLog } from './executions/execution-log.js';
import type { PipeMetrics } from './metrics.js';
import type { PipeStatus } from './pipe-status.js';
import { PipeTable } from './pipe-table.js';
import { PipeWatch } from './pipe-watch.js';
import { isNewest, replayedRecord, type CurrentItem, type ReplayOutcome } from './replay.js';
import type { Rooms } from './rooms.js';
import { ShardReaders } from './shard-readers.js';
import type { SourceTables } from './source-table.js';
import { PipeVerify } from './verify/pipe-verify.js';
import type { TargetLists } from './verify/target-keys.js';
import { Stages } from './stages/stages.js';
import type { PipeTrace } from './trace/pipe-trace.js';
import { findStart } from './start-position.js';

/** How long a pipe that stops waits for its requests in flight; most answer sooner, or never. */
const DRAIN_MS = 3_000;

/** The stream cannot be opened. The message is for the user. */
export class SourceError extends Error {}

export interface PipeOptions extends Rooms {
  pipe: PipeResource;
  state: Pick<State, 'checkpoints' | 'deadLetters' | 'backfills'>;
  streams: ChangeStreams;
  log: Log;
  metrics: PipeMetrics;
  trace: PipeTrace;
  /** Tells a persisting failure, and with undefined that it is over. */
  onReason: (reason: string | undefined) => void;
  /** The pipe cannot go on; it is to be stopped. */
  onFailed: (error: unknown) => void;
  currentItem: CurrentItem;
  tables: SourceTables;
  lists: TargetLists;
}

/** One pipe as it runs: reads the shards of its stream and delivers their records. */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #definition: PipeDefinition;
  readonly #executionLog: ExecutionLog | undefined;
  readonly #checkpointer: Checkpointer;
  readonly #delivery: Delivery;
  readonly #watch: PipeWatch;
  readonly #table: PipeTable;
  readonly #backfill: PipeBackfill;
  readonly #verify: PipeVerify;
  #readers: ShardReaders | undefined;
  #unsubscribe: (() => void) | undefined;

  /** Throws DefinitionError when the pipe cannot run as it is defined. */
  constructor(options: PipeOptions) {
    const { pipe, state, clock, log, metrics, trace } = options;
    this.#options = options;
    this.#definition = new PipeDefinition(pipe, options);
    this.#watch = new PipeWatch(this.#definition, {
      ...options,
      unfinished: () => this.#delivery.unfinished,
    });
    this.#executionLog = ExecutionLog.of({ pipe, logs: options.logs, now: () => clock.now(), log });
    this.#checkpointer = new Checkpointer(state.checkpoints, pipe.id, log);
    this.#delivery = new Delivery({
      pipeName: pipe.name,
      definition: this.#definition,
      stages: new Stages({
        definition: this.#definition,
        enrichment: this.#definition.enrichment,
        target: this.#definition.target,
        executions: new Executions({
          metrics: metrics.executions,
          log: this.#executionLog,
          trace,
          clock,
        }),
        targetPaths: this.#watch.definition.targetPaths,
        onWatch: this.#watch.look,
        now: () => clock.now(),
      }),
      deadLetters: new DeadLetterOutlet(pipe, state.deadLetters, options.queues),
      clock,
      log,
      metrics,
      trace,
      health: this.#watch.health,
      paths: this.#watch.definition.paths,
      onFinished: (record) => {
        this.#readers!.finish(record);
        this.#checkpointer.moved();
      },
      onReplaced: (replaced) => this.#readers!.replaced(replaced),
      onWatch: this.#watch.look,
    });
    this.#table = new PipeTable({
      pipe,
      definition: this.#definition,
      tables: options.tables,
      readers: () => this.#readers!,
      delivery: this.#delivery,
      metrics,
      clock,
    });
    this.#backfill = new PipeBackfill({
      pipe,
      wanted: this.#definition.backfills,
      source: () => this.#table.open(),
      backfills: state.backfills,
      clock,
      log,
    });
    this.#verify = new PipeVerify({
      pipe,
      definition: this.#definition,
      readers: () => this.#readers!,
      delivery: this.#delivery,
      source: () => this.#table.open(),
      lists: options.lists,
      clock,
    });
  }

  /**
   * Resolves when the pipe reads: from then on it misses nothing, also with LATEST and after a crash.
   * Rejects with SourceError when there is no such stream.
   */
  async start(): Promise<void> {
    const { pipe, log } = this.#options;
    this.#checkDeadLetterQueue();
    const { stream, shards } = await this.#open();
    const readers = await this.#readersOf(stream, shards);
    this.#readers = readers;
    const note = this.#executionLog?.note;
    if (note !== undefined) log.warn(note, { pipe: pipe.name });
    await this.#delivery.adaptToRateLimit();
    this.#unsubscribe = stream.onMore((shardIds) => readers.more(shardIds));
    await readers.discover();
    void this.#watch.inspect();
    await this.#backfill.start();
  }

  /** Compares the target with the table. */
  get verify(): Pick<PipeVerify, 'run'> {
    return this.#verify;
  }

  /** The existing items of the table on their way through the pipe. */
  get backfill(): Pick<PipeBackfill, 'begin' | 'cancel' | 'view'> {
    return this.#backfill;
  }

  /** The destination was changed: waiting retries are worth a try now, and the rate limit may be new. */
  async destinationChanged(): Promise<void> {
    this.#delivery.retryNow();
    await this.#delivery.adaptToRateLimit();
  }

  /**
   * Sends the record of a dead letter once more, in its item's turn. Unless `force`, only when it still is
   * its item's newest state: an older one must not take the place of what was sent since.
   */
  replay(
    letter: DeadLetter,
    force: boolean,
    change = letter.record as ChangeRecord,
  ): Promise<ReplayOutcome> {
    const { clock, currentItem, pipe } = this.#options;
    const original = letter.record as ChangeRecord;
    return new Promise((done) => {
      const isCurrent = async (): Promise<boolean | undefined> =>
        force || isNewest(original, await currentItem(pipe.source, original.dynamodb.Keys));
      const record = replayedRecord(letter, change, this.#definition.variablesAt(clock.now()), {
        isCurrent,
        done,
      });
      this.#delivery.replay(record, done);
    });
  }

  /** Stops reading, waits a bounded time for what is in flight, and saves the checkpoints. */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#watch.stop();
    this.#readers?.stop();
    this.#verify.stop();
    await this.#delivery.stop(DRAIN_MS);
    await this.#backfill.stop();
    await this.#checkpointer.close();
  }

  /**
   * Resolves to true once everything that is committed to the stream now is delivered, filtered out or given up; to
   * false when `signal` or a stop of the pipe comes before.
   */
  settled(signal: AbortSignal): Promise<boolean> {
    return this.#readers?.settled(signal) ?? Promise.resolve(false);
  }

  status(): Omit<PipeStatus, 'state'> {
    const { metrics, clock } = this.#options;
    const oldest = this.#readers?.oldestWrittenAt;
    const { delay, lastDelivery, lastFailure } = metrics;
    const loweredRate = this.#definition.target.loweredRate();
    return {
      ...metrics.counts,
      inFlight: this.#delivery.inFlight,
      waiting: this.#delivery.unfinished - this.#delivery.inFlight,
      delay: { p50: delay.percentile(0.5), p99: delay.percentile(0.99), max: delay.max },
      ...(loweredRate !== undefined && { loweredRate }),
      ...(lastDelivery && { lastDelivery }),
      ...(lastFailure && { lastFailure }),
      idle: this.#readers?.idle === true,
      ...(oldest !== undefined && { oldestUndeliveredMs: clock.now() - oldest }),
      warnings: [
        ...(this.#executionLog?.note === undefined ? [] : [this.#executionLog.note]),
        ...this.#watch.definition.warnings,
      ],
      lint: this.#watch.definition.lint,
    };
  }

  /** A pipe that ran before goes on without its queue: nothing it gives up is passed over. */
  #checkDeadLetterQueue(): void {
    const { pipe, queues } = this.#options;
    const arn = deadLetterArn(pipe);
    if (arn === undefined || pipe.currentState === 'RUNNING' || queues.exists(arn)) return;
    // The first half is AWS's (reported).
    throw new DefinitionError(
      `Input parameter is invalid from the request due to : Error occurred while sending message to SQS queue: ${arn}: ` +
        'there is no such queue here. Create it, then update or start the pipe.',
    );
  }

  async #open(): Promise<{ stream: ChangeStream; shards: readonly ShardInfo[] }> {
    try {
      const stream = this.#options.streams.open(this.#options.pipe.source);
      return { stream, shards: await stream.shards() };
    } catch (error) {
      if (error instanceof AwsError) throw new SourceError(error.message, { cause: error });
      throw error;
    }
  }

  async #readersOf(stream: ChangeStream, shards: readonly ShardInfo[]): Promise<ShardReaders> {
    const { clock, log, metrics, trace, pipe } = this.#options;
    const handled = await findStart(
      this.#checkpointer,
      stream,
      shards,
      this.#definition.startingPosition,
      (shardId) =>
        log.error(
          'Changes may be lost: the stream keeps 24 hours, and the pipe was stopped for longer',
          { pipe: pipe.name, shardId },
        ),
    );
    return new ShardReaders({
      stream,
      shards,
      handled,
      checkpointer: this.#checkpointer,
      definition: this.#definition,
      metrics,
      trace,
      pipeName: pipe.name,
      clock,
      log,
      onRecord: (record) => this.#delivery.add(record),
      onTaken: (key, record) => {
        this.#table.changed(key);
        this.#verify.changed(record);
      },
      onBatch: () => {
        this.#delivery.start();
        this.#checkpointer.moved();
      },
      onRead: (what, error) => this.#watch.noteRead(what, error),
      onFailed: (error) => this.#options.onFailed(error),
    });
  }
}
