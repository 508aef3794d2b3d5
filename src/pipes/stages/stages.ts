import type { Attempt } from '../../destinations/index.js';
import type { PipeDefinition } from '../definition.js';
import type { PathWatch } from '../path-watch.js';
import type { PipeRecord } from '../pipe-record.js';
import type { Execution, Executions } from '../executions/execution.js';
import type { StageName } from '../executions/message-types.js';
import type { Enriched, Enrichment } from './enrichment.js';
import type { LateInput, StageInput, Target } from './stage.js';

/** `skipped`: done, and the target was not called. */
export type StagesAttempt = Attempt & { skipped?: boolean };

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
   * Takes a record through all stages once. A record is delivered as well when the enrichment leaves nothing
   * to send (`skipped`). Rejects with RequestError when a stage cannot make its request. Where newer states of an item
   * replace those that wait, the first stage's request is made when its turn has come, with what the record is then.
   */
  run(record: PipeRecord, signal: AbortSignal): Promise<StagesAttempt> {
    const { enrichment, executions, definition } = this.#options;
    const stage = enrichment === undefined ? 'Target' : 'Enrichment';
    const execution = executions.of(record, stage);
    const input = definition.coalesces
      ? (): StageInput => {
          record.isSent = true;
          return inputOf(record, execution, stage);
        }
      : inputOf(record, execution, stage);
    return enrichment === undefined
      ? this.#send(execution, input, signal)
      : this.#runEnriched(execution, enrichment, record, input, signal);
  }

  /** The last stage. Every record passes here: no object and no promise more than it takes. */
  async #send(
    execution: Execution,
    input: StageInput | LateInput,
    signal: AbortSignal,
  ): Promise<Attempt> {
    try {
      const attempt = await this.#options.target.send(input, signal);
      execution.leave(attempt);
      execution.end(attempt.outcome === 'delivered' ? undefined : attempt.reason);
      return attempt;
    } catch (error) {
      execution.fail(error);
      throw error;
    }
  }

  async #runEnriched(
    execution: Execution,
    enrichment: Enrichment,
    pipeRecord: PipeRecord,
    input: StageInput | LateInput,
    signal: AbortSignal,
  ): Promise<StagesAttempt> {
    const { definition, targetPaths, onWatch, now } = this.#options;
    let enriched: Enriched;
    try {
      enriched = await enrichment.send(input, signal);
    } catch (error) {
      execution.fail(error);
      throw error;
    }
    const { attempt, event } = enriched;
    execution.leave(attempt);
    if (attempt.outcome !== 'delivered') {
      execution.end(attempt.reason);
      return attempt;
    }
    if (event === undefined) {
      execution.skipTarget();
      execution.end(undefined);
      return { ...attempt, skipped: true };
    }
    const { record } = pipeRecord;
    if (targetPaths.watching) {
      targetPaths.observe(record, now(), event);
      if (targetPaths.active) onWatch();
    }
    // Each stage has its own time of arrival (documented).
    const variables = definition.variablesAt(now());
    const onRequest = execution.enter('Target');
    return this.#send(execution, { event, variables, record, onRequest }, signal);
  }

  /** Events per second that all stages can take; undefined when nothing limits them. */
  async rateLimit(): Promise<number | undefined> {
    const { enrichment, target } = this.#options;
    const limits = await Promise.all([enrichment?.rateLimit(), target.rateLimit()]);
    const known = limits.filter((limit) => limit !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }
}

/** What the first stage works on. */
function inputOf(
  { record, variables }: PipeRecord,
  execution: Execution,
  stage: StageName,
): StageInput {
  return { event: record, variables, record, onRequest: execution.enter(stage) };
}
