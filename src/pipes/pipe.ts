import type { Destinations } from '../destinations/index.js';
import { AwsError, isAwsError } from '../lib/aws-error.js';
import { sleep, type Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { PipeResource, State } from '../state/index.js';
import type { ChangeStream, ChangeStreams, ShardInfo } from '../streams/index.js';
import { Checkpointer, SHARD_END } from './checkpointer.js';
import { PipeDefinition } from './definition.js';
import { Delivery } from './delivery.js';
import { Health, type HealthEvent } from './health.js';
import { shardsToBegin, type ShardProgress } from './lineage.js';
import type { PipeMetrics } from './metrics.js';
import { PathWatch } from './path-watch.js';
import type { PipeStatus } from './pipe-status.js';
import { ShardReader } from './shard-reader.js';

/** How long a pipe that stops waits for its requests in flight; most answer sooner, or never. */
const DRAIN_MS = 3_000;
/** How often health and template paths are looked at while there is something to see. */
const WATCH_EVERY_MS = 1_000;
/** After a failed look for new shards. */
const REDISCOVER_MS = 1_000;

/** The stream cannot be opened. The message is for the user. */
export class SourceError extends Error {}

export interface PipeOptions {
  pipe: PipeResource;
  state: Pick<State, 'checkpoints' | 'deadLetters'>;
  streams: ChangeStreams;
  destinations: Destinations;
  clock: Clock;
  log: Log;
  metrics: PipeMetrics;
  /** Tells a persisting failure, and with undefined that it is over. */
  onReason: (reason: string | undefined) => void;
  /** The pipe cannot go on; it is to be stopped. */
  onFailed: (error: unknown) => void;
}

/** One pipe as it runs: reads the shards of its stream and delivers their records. */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #definition: PipeDefinition;
  readonly #checkpointer: Checkpointer;
  readonly #delivery: Delivery;
  readonly #health = new Health();
  readonly #paths: PathWatch;
  readonly #begun = new Map<string, ShardProgress>();
  readonly #readers = new Map<string, ShardReader>();
  readonly #stop = new AbortController();
  #stream: ChangeStream | undefined;
  #unsubscribe: (() => void) | undefined;
  #discovering: Promise<void> | undefined;
  #watchTimer: NodeJS.Timeout | undefined;

  /** Throws DefinitionError when the pipe cannot run as it is defined. */
  constructor(options: PipeOptions) {
    const { pipe, state, destinations, clock, log, metrics } = options;
    this.#options = options;
    this.#definition = new PipeDefinition(pipe);
    this.#paths = new PathWatch(this.#definition.paths);
    this.#checkpointer = new Checkpointer(state.checkpoints, pipe.id, log);
    this.#delivery = new Delivery({
      pipeName: pipe.name,
      targetArn: pipe.target,
      definition: this.#definition,
      destinations,
      deadLetters: state.deadLetters,
      clock,
      log,
      metrics,
      health: this.#health,
      paths: this.#paths,
      onFinished: (record) => {
        this.#readers.get(record.shardId)!.finish(record);
        this.#checkpointer.moved();
      },
      onWatch: () => this.#watch(),
    });
  }

  /**
   * Resolves when the pipe reads: from then on it misses nothing, also with LATEST and after a crash.
   * Rejects with SourceError when there is no such stream.
   */
  async start(): Promise<void> {
    await this.#findStart(await this.#open());
    const { pipe, log } = this.#options;
    for (const note of this.#definition.withoutEffect) log.warn(note, { pipe: pipe.name });
    await this.#delivery.adaptToRateLimit();
    this.#unsubscribe = this.#stream!.onMore(() => this.#more());
    await this.#discover();
  }

  /** The destination was changed: waiting retries are worth a try now, and the rate limit may be new. */
  async destinationChanged(): Promise<void> {
    this.#delivery.retryNow();
    await this.#delivery.adaptToRateLimit();
  }

  /** Stops reading, waits a bounded time for what is in flight, and saves the checkpoints. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#unsubscribe?.();
    clearTimeout(this.#watchTimer);
    for (const reader of this.#readers.values()) reader.stop();
    await this.#delivery.stop(DRAIN_MS);
    await this.#checkpointer.close();
  }

  status(): Omit<PipeStatus, 'state'> {
    const { metrics, clock } = this.#options;
    const readers = [...this.#readers.values()];
    const oldest = readers
      .map(({ tracker }) => tracker.oldestWrittenAt)
      .filter((at) => at !== undefined);
    const { delay, lastDelivery, lastFailure } = metrics;
    return {
      ...metrics.counts,
      inFlight: this.#delivery.inFlight,
      waiting: this.#delivery.unfinished - this.#delivery.inFlight,
      delay: { p50: delay.percentile(0.5), p99: delay.percentile(0.99), max: delay.max },
      ...(lastDelivery && { lastDelivery }),
      ...(lastFailure && { lastFailure }),
      idle: this.#discovering === undefined && readers.every(({ idle }) => idle),
      ...(oldest.length > 0 && { oldestUndeliveredMs: clock.now() - Math.min(...oldest) }),
      warnings: [...this.#definition.withoutEffect, ...this.#paths.warnings],
    };
  }

  async #open(): Promise<readonly ShardInfo[]> {
    try {
      this.#stream = this.#options.streams.open(this.#options.pipe.source);
      return await this.#stream.shards();
    } catch (error) {
      if (error instanceof AwsError) throw new SourceError(error.message, { cause: error });
      throw error;
    }
  }

  /**
   * At the first start with LATEST, fixes and saves the position in every shard there is. Shards without
   * a checkpoint after that came later, and are read from their beginning.
   */
  async #findStart(shards: readonly ShardInfo[]): Promise<void> {
    if (this.#definition.startingPosition === 'TRIM_HORIZON') return;
    if (await this.#checkpointer.hasStarted()) return;
    for (const { shardId } of shards) {
      if ((await this.#checkpointer.load(shardId)) !== null) continue;
      const { next } = await this.#stream!.read(shardId, { type: 'LATEST' }, 1);
      const position = next?.type === 'AFTER' ? next.sequenceNumber : undefined;
      await this.#checkpointer.save(shardId, next === undefined ? SHARD_END : position);
    }
    await this.#checkpointer.markStarted();
  }

  #more(): void {
    for (const reader of this.#readers.values()) reader.more();
    // All known shards are closed and read: what is more must be in new ones.
    if (this.#readers.size === 0) void this.#discover();
  }

  /** Looks for shards to begin; one look at a time. */
  #discover(): Promise<void> {
    this.#discovering ??= this.#beginShards().finally(() => (this.#discovering = undefined));
    return this.#discovering;
  }

  async #beginShards(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const shards = await this.#stream!.shards();
        const listed = new Set(shards.map(({ shardId }) => shardId));
        for (const [shardId, progress] of this.#begun)
          if (progress === 'finished' && !listed.has(shardId)) this.#begun.delete(shardId);
        // Shards that were finished in an earlier run make way for their children at once.
        for (;;) {
          const toBegin = shardsToBegin(shards, this.#begun);
          if (toBegin.length === 0) return;
          for (const shardId of toBegin) await this.#begin(shardId);
        }
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) {
          this.#fail(error);
          return;
        }
        const { log, pipe } = this.#options;
        log.error('The shards of a stream cannot be listed; it is tried again', {
          pipe: pipe.name,
          error,
        });
        await sleep(REDISCOVER_MS, this.#stop.signal);
      }
    }
  }

  async #begin(shardId: string): Promise<void> {
    const handled = await this.#checkpointer.load(shardId);
    if (this.#stop.signal.aborted) return;
    if (handled === SHARD_END) {
      this.#begun.set(shardId, 'finished');
      return;
    }
    const { metrics, clock, log, pipe } = this.#options;
    const reader = new ShardReader({
      stream: this.#stream!,
      shardId,
      from:
        typeof handled === 'string'
          ? { type: 'AFTER', sequenceNumber: handled }
          : { type: 'TRIM_HORIZON' },
      definition: this.#definition,
      metrics,
      pipeName: pipe.name,
      clock,
      log,
      onRecord: (record) => this.#delivery.add(record),
      onBatch: () => {
        this.#delivery.start();
        this.#checkpointer.moved();
      },
    });
    this.#begun.set(shardId, 'reading');
    this.#readers.set(shardId, reader);
    this.#checkpointer.follow(shardId, reader.tracker);
    void this.#run(shardId, reader);
  }

  async #run(shardId: string, reader: ShardReader): Promise<void> {
    try {
      if (!(await reader.run())) return;
      this.#readers.delete(shardId);
      this.#begun.set(shardId, 'finished');
      this.#checkpointer.end(shardId);
      await this.#discovering;
      await this.#discover();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#options.onFailed(error);
  }

  #watch(): void {
    if (this.#watchTimer !== undefined || this.#stop.signal.aborted) return;
    this.#watchTimer = setTimeout(() => {
      this.#watchTimer = undefined;
      const now = this.#options.clock.now();
      const { log, pipe } = this.#options;
      for (const event of this.#health.tick(now, this.#delivery.unfinished)) this.#tell(event);
      for (const warning of this.#paths.tick(now)) log.warn(warning, { pipe: pipe.name });
      if (this.#health.active || this.#paths.active) this.#watch();
    }, WATCH_EVERY_MS);
  }

  #tell(event: HealthEvent): void {
    const { log, pipe, onReason } = this.#options;
    switch (event.type) {
      case 'failing':
        log.warn('Deliveries of a pipe fail', { pipe: pipe.name, reason: event.text });
        return onReason(event.text);
      case 'still failing':
        return onReason(event.text);
      case 'recovered':
        log.info('Deliveries of a pipe succeed again', {
          pipe: pipe.name,
          failedForMs: event.failedForMs,
        });
        return onReason(undefined);
      case 'gave up':
        log.warn('Records were given up and are kept as dead letters', {
          pipe: pipe.name,
          records: event.records,
          reason: event.reason,
        });
    }
  }
}
