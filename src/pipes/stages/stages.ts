import type { Attempt, AttemptReceiver } from '../../destinations/index.js';
import type { PipeDefinition } from '../definition.js';
import type { PathWatch } from '../path-watch.js';
import type { PipeRecord } from '../pipe-record.js';
import type { Execution, Executions } from '../executions/execution.js';
import type { StageName } from '../executions/message-types.js';
import type { Enriched, Enrichment } from './enrichment.js';
import { maskedFor } from './masked-attempt.js';
import type { LateInput, StageInput, Target } from './stage.js';

/** `skipped`: done, and the target was not called. */
export type StagesAttempt = Attempt & { skipped?: boolean };

/** Who is told what came of a record's pass through the stages: once, by one of the two, perhaps before `run` returns. */
export interface PassReceiver {
  passed(record: PipeRecord, attempt: StagesAttempt): void;
  /** A stage could not make its request: a RequestError says why. */
  unsent(record: PipeRecord, error: unknown): void;
}

export interface StagesOptions {
  definition: Pick<PipeDefinition, 'variablesAt' | 'coalesces'>;
  enrichment: Enrichment | undefined;
  target: Target;
  /** Tells logs and metrics of each run. */
  executions: Executions;
  /** Looks at the events that the target gets. */
  targetPaths: PathWatch;
  /** Those have something to judge. */
  onWatch: () => void;
  now: () => number;
}

/** The stages of a pipe behind its filters: the enrichment, if there is one, then the target. */
export class Stages {
  readonly #options: StagesOptions;

  constructor(options: StagesOptions) {
    this.#options = options;
  }

  /**
   * Takes a record through all stages once, and tells the receiver what came of it. A record is delivered as well when the
   * enrichment leaves nothing to send (`skipped`). Where newer states of an item replace those that wait, the first
   * stage's request is made when its turn has come, with what the record is then.
   */
  run(record: PipeRecord, signal: AbortSignal, receiver: PassReceiver): void {
    const { enrichment, target, executions, definition } = this.#options;
    const stage = enrichment === undefined ? 'Target' : 'Enrichment';
    const execution = executions.of(record, stage, receiver);
    const input = definition.coalesces
      ? lateInputOf(record, execution, stage)
      : inputOf(record, execution, stage);
    if (enrichment === undefined) send(target, execution, input, signal);
    else void this.#runEnriched(execution, enrichment, record, input, signal);
  }

  async #runEnriched(
    execution: Execution,
    enrichment: Enrichment,
    { record }: PipeRecord,
    input: StageInput | LateInput,
    signal: AbortSignal,
  ): Promise<void> {
    const { definition, target, targetPaths, onWatch, now } = this.#options;
    let enriched: Enriched;
    try {
      enriched = await enrichment.send(input, signal);
    } catch (error) {
      execution.unmade(error);
      return;
    }
    const { attempt, event } = enriched;
    if (attempt.outcome !== 'delivered') {
      execution.attempted(attempt);
      return;
    }
    execution.leave(attempt);
    if (event === undefined) {
      execution.skipTarget(attempt);
      return;
    }
    if (targetPaths.watching) {
      targetPaths.observe(record, now(), event);
      if (targetPaths.active) onWatch();
    }
    // Each stage has its own time of arrival (documented).
    const variables = definition.variablesAt(now());
    const onPayload = execution.enter('Target');
    // An answer may hold what the enrichment was sent: that is to be seen in no trace and no log of the target either.
    const { mask } = attempt;
    const onRequest =
      mask && onPayload ? (payload: string): void => onPayload(mask(payload)) : onPayload;
    const receiver = mask ? maskedFor(execution, mask) : execution;
    send(target, receiver, { event, variables, record, onRequest }, signal);
  }

  /** Events per second that all stages can take; undefined when nothing limits them. */
  async rateLimit(): Promise<number | undefined> {
    const { enrichment, target } = this.#options;
    const limits = await Promise.all([enrichment?.rateLimit(), target.rateLimit()]);
    const known = limits.filter((limit) => limit !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }
}

/** The last stage. Every record passes here: no object and no promise more than it takes. */
function send(
  target: Target,
  receiver: AttemptReceiver,
  input: StageInput | LateInput,
  signal: AbortSignal,
): void {
  try {
    target.send(input, signal, receiver);
  } catch (error) {
    receiver.unmade(error);
  }
}

/** The same, as it is when the request is made. */
function lateInputOf(record: PipeRecord, execution: Execution, stage: StageName): LateInput {
  return () => {
    record.isSent = true;
    return inputOf(record, execution, stage);
  };
}

/** What the first stage works on. */
function inputOf(
  { record, variables }: PipeRecord,
  execution: Execution,
  stage: StageName,
): StageInput {
  return { event: record, variables, record, onRequest: execution.enter(stage) };
}
