import type { Attempt } from '../../destinations/index.js';
import type { Clock } from '../../lib/clock.js';
import { stringifyJson } from '../../lib/json-text.js';
import type { PipeRecord } from '../pipe-record.js';
import { RequestError } from '../stages/stage.js';
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
  readonly #options: ExecutionsOptions;
  #running = 0;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  begin(record: PipeRecord): Execution {
    const { metrics, clock } = this.#options;
    this.#running += 1;
    const now = clock.now();
    metrics.record('ConcurrentExecutions', this.#running, now);
    metrics.record('EventCount', 1, now);
    metrics.record('EventSize', record.record.dynamodb.SizeBytes, now);
    return new Execution(this.#options, record, () => (this.#running -= 1));
  }
}

/** One pass of a record through the stages, as logs and metrics tell it. */
export class Execution {
  readonly #options: ExecutionsOptions;
  readonly #id: string;
  readonly #onEnd: () => void;

  constructor(options: ExecutionsOptions, record: PipeRecord, onEnd: () => void) {
    this.#options = options;
    this.#onEnd = onEnd;
    this.#id = options.log?.newExecutionId() ?? '';
    this.#log('ExecutionStarted', { payload: () => `[${stringifyJson(record.record)}]` });
  }

  /**
   * Runs a stage. `send` is given what to call with the payload of the request, once that is made and before it is
   * sent; what it throws is thrown on.
   */
  async stage<T extends { attempt: Attempt }>(
    name: StageName,
    send: (onRequest: ((payload: string) => void) | undefined) => Promise<T>,
  ): Promise<T> {
    const { clock, log, metrics } = this.#options;
    const started = clock.monotonic();
    this.#log(`${name}StageEntered`);
    this.#log(`${name}TransformationStarted`);
    const made = { yes: false };
    const onRequest = (payload: string): void => {
      made.yes = true;
      this.#log(`${name}TransformationSucceeded`, { payload: () => payload });
      this.#log(`${name}InvocationStarted`, { payload: () => payload });
    };
    let details: Details;
    try {
      const result = await send(log && onRequest);
      const { attempt } = result;
      if (attempt.outcome === 'delivered') {
        this.#log(`${name}InvocationSucceeded`, { attempt });
        this.#log(`${name}StageSucceeded`);
        return result;
      }
      details = { attempt, error: attempt.reason };
      this.#log(`${name}InvocationFailed`, details);
      this.#failed(name, details);
      return result;
    } catch (error) {
      details = { error: messageOf(error) };
      if (!made.yes) this.#log(`${name}TransformationFailed`, details);
      this.#failed(name, details);
      throw error;
    } finally {
      metrics.record(`${name}StageDuration`, clock.monotonic() - started, clock.now());
    }
  }

  /** The enrichment left nothing to send. */
  skipTarget(): void {
    this.#log('TargetStageSkipped');
  }

  /** `failure`: for people; undefined when it went well. */
  end(failure: string | undefined): void {
    const { clock, metrics } = this.#options;
    this.#onEnd();
    if (failure === undefined) {
      this.#log('ExecutionSucceeded');
      return;
    }
    metrics.record('ExecutionFailed', 1, clock.now());
    this.#log('ExecutionFailed', { error: failure });
  }

  #failed(name: StageName, details: Details): void {
    const { clock, metrics } = this.#options;
    metrics.record(`${name}StageFailed`, 1, clock.now());
    this.#log(`${name}StageFailed`, {
      ...(details.error !== undefined && { error: details.error }),
    });
  }

  #log(messageType: MessageType, details: Details = {}): void {
    this.#options.log?.write(this.#id, messageType, details);
  }
}

/** Only a RequestError's message is for users. */
export function messageOf(error: unknown): string {
  return error instanceof RequestError ? error.message : 'Internal error: see the log.';
}
