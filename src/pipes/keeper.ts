import { isAwsError } from '../lib/aws-error.js';
import type { DeadLetter, PipeCurrentState, PipeResource } from '../state/index.js';
import { StreamReadError, type ChangeRecord } from '../streams/index.js';
import { DefinitionError } from './definition.js';
import type { Metric } from './executions/execution-metrics.js';
import { failedState, nextStep, type Running } from './lifecycle.js';
import { PipeMetrics } from './metrics.js';
import type { PipeStatus } from './pipe-status.js';
import type { ReplayOutcome } from './replay.js';
import type { SettledOutcome, WaitOptions } from './settling/outcome.js';
import { Pipe, SourceError } from './pipe.js';
import { PipeTrace } from './trace/pipe-trace.js';
import { backoff } from './retry.js';
import { shortened } from './state-reason.js';
import type { SupervisorOptions } from './supervisor.js';

/** Waits before the next try after something unexpected, e.g. a state table that does not answer. */
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** The reason AWS gives for a state that the user asked for (reported). */
const BY_USER = 'USER_INITIATED';
/** AWS's words for a running pipe whose stream is gone (documented). */
const STREAM_GONE =
  'Stream not found. To resume processing please delete the pipe and create a new one.';

/** Keeps one name's pipe as it is wanted: compares definition with what runs, and acts on the difference. */
export class Keeper {
  readonly #name: string;
  readonly #options: SupervisorOptions;
  /** There is no such pipe any more. */
  readonly #onGone: () => void;
  #running: (Running & { pipe: Pipe; metrics: PipeMetrics }) | undefined;
  /** What outlives updates of the pipe. */
  #metrics: { id: string; metrics: PipeMetrics; trace: PipeTrace } | undefined;
  #state: PipeCurrentState = 'CREATING';
  /** Why the running pipe must be stopped. */
  #failure: { error: unknown } | undefined;
  #reconciling: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(name: string, options: SupervisorOptions, onGone: () => void) {
    this.#name = name;
    this.#options = options;
    this.#onGone = onGone;
  }

  /** How the pipe does; undefined while it does not run. */
  status(): PipeStatus | undefined {
    const status = this.#running?.pipe.status();
    return status && { state: this.#state, ...status };
  }

  /** What CloudWatch would tell, by minutes since then; undefined when it never ran. */
  metrics(since: number): Metric[] | undefined {
    return this.#metrics?.metrics.executions.list(since);
  }

  /** The last records with their steps; undefined when it never ran. */
  get trace(): PipeTrace | undefined {
    return this.#metrics?.trace;
  }

  /** Sends a dead letter once more; undefined while the pipe does not run. */
  replay(
    letter: DeadLetter,
    force: boolean,
    record?: ChangeRecord,
  ): Promise<ReplayOutcome> | undefined {
    return this.#running?.pipe.replay(letter, force, record);
  }

  /** See `Supervisor.settled`. A pipe that is updated meanwhile is waited for as it is then. */
  async settled({ timeoutMs, since, signal }: WaitOptions): Promise<SettledOutcome> {
    const from = since ?? this.#options.clock.now();
    const timeUp = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    let settled = false;
    for (;;) {
      await endOf(this.#reconciling, timeUp);
      if (this.#running === undefined || timeUp.aborted) break;
      settled = await this.#running.pipe.settled(timeUp);
      if (settled) break;
    }
    return {
      result: settled ? 'settled' : timeUp.aborted ? 'timeout' : 'not running',
      deadLettered: this.#metrics?.metrics.giveUps.since(from) ?? 0,
    };
  }

  /** The running pipe's backfills; undefined while it does not run. */
  get backfill(): Pipe['backfill'] | undefined {
    return this.#running?.pipe.backfill;
  }

  /** Undefined while the pipe does not run. */
  get verify(): Pipe['verify'] | undefined {
    return this.#running?.pipe.verify;
  }

  /** Looks at the definition; resolves when all is as it should be, or will be tried again. */
  reconcile(): Promise<void> {
    this.#again = true;
    this.#reconciling ??= this.#reconcile().finally(() => {
      this.#reconciling = undefined;
      // Asked for while the last look was ending; a look that failed has its own timer.
      if (this.#again && this.#retry === undefined) void this.reconcile();
    });
    return this.#reconciling;
  }

  /** Something about destinations was changed. */
  async destinationChanged(): Promise<void> {
    await this.#running?.pipe.destinationChanged();
  }

  /** Stops the pipe without a change of its state: it runs again after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#reconciling;
    await this.#stop();
  }

  async #reconcile(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    try {
      while (this.#again) {
        this.#again = false;
        if (this.#failure !== undefined) await this.#stopFailed(this.#failure.error);
        while (await this.#step());
      }
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#options.log.error('A pipe cannot be brought into its wanted state; it is tried again', {
        pipe: this.#name,
        error,
      });
      const waitMs = backoff(this.#failures, FIRST_RETRY_MS, MAX_RETRY_MS);
      if (!this.#closed) this.#retry = setTimeout(() => void this.reconcile(), waitMs);
    }
  }

  /** Takes one step; false when there is nothing to do. */
  async #step(): Promise<boolean> {
    if (this.#closed) return false;
    const { state } = this.#options;
    const pipe = await state.pipes.get(this.#name);
    if (pipe !== undefined) this.#state = pipe.currentState;
    const step = nextStep(pipe, this.#running);
    switch (step.do) {
      case 'nothing':
        if (pipe === undefined && !this.#again) this.#onGone();
        return false;
      case 'run':
        await this.#run(pipe!);
        return true;
      case 'stop': {
        const { id } = this.#running!;
        await this.#stop();
        if (step.forget) await this.#forget(id);
        return true;
      }
      case 'settle':
        await this.#settle(pipe!, step.to, BY_USER);
        return true;
      case 'remove':
        await this.#forget(pipe!.id);
        await state.pipes.delete(this.#name);
        return true;
    }
  }

  /** Deletes what is kept of how far a pipe is. */
  async #forget(id: string): Promise<void> {
    const { state } = this.#options;
    await state.checkpoints.deleteAll(id);
    const backfill = await state.backfills.get(this.#name);
    if (backfill?.pipeId === id) await state.backfills.delete(this.#name);
  }

  async #run(resource: PipeResource): Promise<void> {
    const { id, generation } = resource;
    if (this.#metrics?.id !== id)
      this.#metrics = { id, metrics: new PipeMetrics(), trace: new PipeTrace() };
    const { metrics, trace } = this.#metrics;
    trace.enrichedBy(enrichmentOf(resource));
    let pipe: Pipe | undefined;
    let told: string | undefined;
    const tell = (): Promise<void> => this.#setReason(resource, () => told);
    try {
      pipe = new Pipe({
        ...this.#options,
        pipe: resource,
        metrics,
        trace,
        onReason: (reason) => {
          told = reason;
          void tell();
        },
        onFailed: (error) => {
          this.#failure = { error };
          void this.reconcile();
        },
      });
      await pipe.start();
    } catch (error) {
      await pipe?.stop();
      const unreachable = error instanceof StreamReadError;
      if (unreachable && resource.currentState === 'RUNNING') {
        // It ran, and will again: a source may be down when the server comes up.
        await this.#setReason(resource, () => shortened(error.message));
        throw error;
      }
      if (!(unreachable || error instanceof SourceError || error instanceof DefinitionError))
        throw error;
      await this.#giveUp(resource, error);
      return;
    }
    this.#running = { id, generation, pipe, metrics };
    await this.#settle(resource, 'RUNNING', BY_USER);
    // What it told before it was RUNNING could not be written yet.
    if (told !== undefined) await tell();
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#failure = undefined;
    await running?.pipe.stop();
  }

  /** Stops a pipe that cannot go on. Unless its source is gone for good, it is started again. */
  async #stopFailed(error: unknown): Promise<void> {
    await this.#stop();
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
    const resource = await this.#options.state.pipes.get(this.#name);
    if (resource !== undefined) await this.#giveUp(resource, error);
  }

  async #giveUp(resource: PipeResource, error: Error): Promise<void> {
    const to = failedState(resource.currentState);
    const wasRunning = resource.currentState === 'RUNNING' && !(error instanceof DefinitionError);
    const reason = wasRunning ? STREAM_GONE : shortened(error.message);
    this.#options.log.error('A pipe cannot run', { pipe: this.#name, state: to, reason });
    await this.#settle(resource, to, reason);
  }

  /** Writes a state, unless the definition was changed since it was read. */
  async #settle(seen: PipeResource, to: PipeCurrentState, stateReason: string): Promise<void> {
    if (seen.currentState === to && seen.stateReason === stateReason) return;
    const stored = await this.#options.state.pipes.update(seen.name, (pipe) =>
      isSame(pipe, seen) && pipe.currentState === seen.currentState
        ? { ...pipe, currentState: to, stateReason }
        : undefined,
    );
    if (stored !== undefined) this.#state = stored.currentState;
  }

  /** `reason` is asked when it is written: of two writes at once the later one must not bring back the earlier. */
  async #setReason(running: PipeResource, reason: () => string | undefined): Promise<void> {
    const { state, log } = this.#options;
    try {
      await state.pipes.update(this.#name, (pipe) =>
        isSame(pipe, running) && pipe.currentState === 'RUNNING'
          ? { ...pipe, stateReason: reason() ?? BY_USER }
          : undefined,
      );
    } catch (error) {
      log.error('The state of a pipe cannot be written', { pipe: this.#name, error });
    }
  }
}

/** Resolves when a task has ended, or the signal aborts. */
function endOf(task: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  if (task === undefined || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    void task.finally(done);
  });
}

/** What its enrichment is, to be compared; undefined when it has none. */
function enrichmentOf({ enrichment, enrichmentParameters }: PipeResource): string | undefined {
  return enrichment ? JSON.stringify([enrichment, enrichmentParameters]) : undefined;
}

function isSame(pipe: PipeResource, seen: PipeResource): boolean {
  return (
    pipe.id === seen.id &&
    pipe.generation === seen.generation &&
    pipe.desiredState === seen.desiredState
  );
}
