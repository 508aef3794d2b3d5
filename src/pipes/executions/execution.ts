import type { Attempt } from '../../destinations/index.js';
import type { Clock } from '../../lib/clock.js';
import { stringifyJson } from '../../lib/json-text.js';
import type { PipeRecord } from '../pipe-record.js';
import { reasonOf } from '../stages/stage.js';
import type { Details, ExecutionLog } from './execution-log.js';
import type { ExecutionMetrics } from './execution-metrics.js';
import type { MessageType, StageName } from './message-types.js';

export interface ExecutionsOptions {
  metrics: ExecutionMetrics;
  /** Undefined when the pipe logs nothing. */
  log: ExecutionLog | undefined;
  clock: Clock;
}

/** The executions of a pipe: one each time that a record passes its stages, so one for each attempt. */
export class Executions {
  readonly options: ExecutionsOptions;
  running = 0;

  constructor(options: ExecutionsOptions) {
    this.options = options;
  }

  begin(record: PipeRecord): Execution {
    const { metrics, clock } = this.options;
    this.running += 1;
    const now = clock.now();
    metrics.series.ConcurrentExecutions.record(this.running, now);
    metrics.series.EventCount.record(1, now);
    metrics.series.EventSize.record(record.record.dynamodb.SizeBytes, now);
    return new Execution(this, record);
  }
}

/**
 * One pass of a record through the stages, as logs and metrics tell it: `enter` and `leave` for each stage, then
 * `end`. It wraps nothing around what it tells of: a promise more for each record would cost more than all else here.
 */
export class Execution {
  readonly #all: Executions;
  readonly #id: string;
  /** Of the stage that it is in; when that was entered (monotonic) and whether its request was made. */
  #stage: StageName = 'Target';
  #enteredAt = 0;
  #isMade = false;

  constructor(all: Executions, record: PipeRecord) {
    this.#all = all;
    const { log } = all.options;
    this.#id = log === undefined ? '' : log.newExecutionId();
    if (log !== undefined)
      this.#log('ExecutionStarted', { payload: () => `[${stringifyJson(record.record)}]` });
  }

  /** Enters a stage; gives what is to be told of the payload once the request is made, if anybody listens. */
  enter(stage: StageName): ((payload: string) => void) | undefined {
    const { clock, log } = this.#all.options;
    this.#stage = stage;
    this.#enteredAt = clock.monotonic();
    if (log === undefined) return undefined;
    this.#isMade = false;
    this.#log(`${stage}StageEntered`);
    this.#log(`${stage}TransformationStarted`);
    return (payload) => {
      this.#isMade = true;
      this.#log(`${stage}TransformationSucceeded`, { payload: () => payload });
      this.#log(`${stage}InvocationStarted`, { payload: () => payload });
    };
  }

  /** What came of the stage. */
  leave(attempt: Attempt): void {
    this.#left();
    const stage = this.#stage;
    if (attempt.outcome === 'delivered') {
      if (this.#all.options.log === undefined) return;
      this.#log(`${stage}InvocationSucceeded`, { attempt });
      this.#log(`${stage}StageSucceeded`);
      return;
    }
    this.#log(`${stage}InvocationFailed`, { attempt, error: attempt.reason });
    this.#failed(attempt.reason);
  }

  /** The stage could not make its request, or failed by a fault of ours. */
  fail(error: unknown): void {
    this.#left();
    const message = reasonOf(error);
    if (!this.#isMade) this.#log(`${this.#stage}TransformationFailed`, { error: message });
    this.#failed(message);
    this.end(message);
  }

  /** The enrichment left nothing to send. */
  skipTarget(): void {
    this.#log('TargetStageSkipped');
  }

  /** `failure`: for people; undefined when it went well. */
  end(failure: string | undefined): void {
    const { clock, metrics } = this.#all.options;
    this.#all.running -= 1;
    if (failure === undefined) {
      this.#log('ExecutionSucceeded');
      return;
    }
    metrics.series.ExecutionFailed.record(1, clock.now());
    this.#log('ExecutionFailed', { error: failure });
  }

  #left(): void {
    const { clock, metrics } = this.#all.options;
    const took = clock.monotonic() - this.#enteredAt;
    metrics.series[`${this.#stage}StageDuration`].record(took, clock.now());
  }

  #failed(error: string): void {
    const { clock, metrics } = this.#all.options;
    metrics.series[`${this.#stage}StageFailed`].record(1, clock.now());
    this.#log(`${this.#stage}StageFailed`, { error });
  }

  #log(messageType: MessageType, details?: Details): void {
    this.#all.options.log?.write(this.#id, messageType, details ?? {});
  }
}
