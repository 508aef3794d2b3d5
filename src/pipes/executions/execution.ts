import type { Attempt, AttemptReceiver } from '../../destinations/index.js';
import type { Clock } from '../../lib/clock.js';
import { stringifyJson } from '../../lib/json-text.js';
import type { PipeRecord } from '../pipe-record.js';
import type { PipeTrace } from '../trace/pipe-trace.js';
import { reasonOf } from '../stages/stage.js';
import type { PassReceiver } from '../stages/stages.js';
import type { Details, ExecutionLog } from './execution-log.js';
import type { ExecutionMetrics } from './execution-metrics.js';
import type { MessageType, StageName } from './message-types.js';

export interface ExecutionsOptions {
  metrics: ExecutionMetrics;
  /** Undefined when the pipe logs nothing. */
  log: ExecutionLog | undefined;
  trace: PipeTrace;
  clock: Clock;
}

/** The executions of a pipe: one each time that a record passes its stages, so one for each attempt. */
export class Executions {
  readonly options: ExecutionsOptions;
  running = 0;

  constructor(options: ExecutionsOptions) {
    this.options = options;
  }

  /** An execution that begins when its first stage is entered, with what the record is then. */
  of(record: PipeRecord, firstStage: StageName, receiver: PassReceiver): Execution {
    return new Execution(this, record, firstStage, receiver);
  }

  begun(record: PipeRecord): void {
    const { metrics, trace, clock } = this.options;
    this.running += 1;
    const now = clock.now();
    record.trace ??= trace.begin(record.record, record.writtenAt, now);
    record.trace.begin(now);
    metrics.series.ConcurrentExecutions.record(this.running, now);
    metrics.series.EventCount.record(1, now);
    metrics.series.EventSize.record(record.record.dynamodb.SizeBytes, now);
  }
}

/**
 * One pass of a record through the stages, as logs and metrics tell it: `enter` and `leave` for each stage. It is the
 * receiver of the last stage's attempt, and hands on what came of the pass.
 */
export class Execution implements AttemptReceiver {
  readonly #all: Executions;
  readonly #record: PipeRecord;
  readonly #receiver: PassReceiver;
  #id = '';
  #hasBegun = false;
  /** Of the stage that it is in; when that was entered (monotonic) and whether its request was made. */
  #stage: StageName;
  #enteredAt = 0;
  #isMade = false;

  constructor(all: Executions, record: PipeRecord, firstStage: StageName, receiver: PassReceiver) {
    this.#all = all;
    this.#record = record;
    this.#receiver = receiver;
    this.#stage = firstStage;
  }

  /** Enters a stage; gives what is to be told of the payload once the request is made, if anybody listens. */
  enter(stage: StageName): ((payload: string) => void) | undefined {
    const { clock, log } = this.#all.options;
    if (!this.#hasBegun) this.#begin();
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
    // A request that is made late may never be made, e.g. because nobody is there to send it to.
    if (!this.#hasBegun) this.enter(this.#stage);
    this.#left(attempt, undefined);
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

  /** The last stage, or one that failed, has ended. */
  attempted(attempt: Attempt): void {
    this.leave(attempt);
    this.#end(attempt.outcome === 'delivered' ? undefined : attempt.reason);
    this.#receiver.passed(this.#record, attempt);
  }

  /** The stage could not make its request, or failed by a fault of ours. */
  unmade(error: unknown): void {
    if (!this.#hasBegun) this.enter(this.#stage);
    const message = reasonOf(error);
    this.#left(undefined, message);
    if (!this.#isMade) this.#log(`${this.#stage}TransformationFailed`, { error: message });
    this.#failed(message);
    this.#end(message);
    this.#receiver.unsent(this.#record, error);
  }

  /** The enrichment left nothing to send. */
  skipTarget(attempt: Attempt): void {
    this.#log('TargetStageSkipped');
    this.#end(undefined);
    this.#receiver.passed(this.#record, { ...attempt, skipped: true });
  }

  /** `failure`: for people; undefined when it went well. */
  #end(failure: string | undefined): void {
    const { clock, metrics } = this.#all.options;
    this.#all.running -= 1;
    if (failure === undefined) {
      this.#log('ExecutionSucceeded');
      return;
    }
    metrics.series.ExecutionFailed.record(1, clock.now());
    this.#log('ExecutionFailed', { error: failure });
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#all.begun(this.#record);
    const { log } = this.#all.options;
    if (log === undefined) return;
    this.#id = log.newExecutionId();
    const { record } = this.#record;
    this.#log('ExecutionStarted', { payload: () => `[${stringifyJson(record)}]` });
  }

  #left(attempt: Attempt | undefined, error: string | undefined): void {
    const { clock, metrics } = this.#all.options;
    const took = clock.monotonic() - this.#enteredAt;
    metrics.stageDuration[this.#stage].record(took, clock.now());
    this.#record.trace?.step(this.#stage, took, attempt, error);
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
