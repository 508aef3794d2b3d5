import type { Attempt } from '../../destinations/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import type { PipeVariables } from '../../transformer/index.js';
import type { PipeDefinition } from '../definition.js';
import type { PathWatch } from '../path-watch.js';
import type { PipeRecord } from '../pipe-record.js';
import type { Execution, Executions } from '../executions/execution.js';
import type { Enriched, Enrichment } from './enrichment.js';
import type { Target } from './stage.js';

/** `skipped`: done, and the target was not called. */
export type StagesAttempt = Attempt & { skipped?: boolean };

export interface StagesOptions {
  definition: Pick<PipeDefinition, 'variablesAt'>;
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
   * to send (`skipped`). Rejects with RequestError when a stage cannot make its request.
   */
  run(record: PipeRecord, signal: AbortSignal): Promise<StagesAttempt> {
    const { enrichment, executions } = this.#options;
    const { record: change, variables } = record;
    const execution = executions.begin(record);
    return enrichment === undefined
      ? this.#send(execution, change, variables, change, signal)
      : this.#runEnriched(execution, enrichment, record, signal);
  }

  /** The last stage. Every record passes here: no object and no promise more than it takes. */
  async #send(
    execution: Execution,
    event: unknown,
    variables: PipeVariables,
    record: ChangeRecord,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const onRequest = execution.enter('Target');
    try {
      const attempt = await this.#options.target.send(
        { event, variables, record, onRequest },
        signal,
      );
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
    { record, variables }: PipeRecord,
    signal: AbortSignal,
  ): Promise<StagesAttempt> {
    const { definition, targetPaths, onWatch, now } = this.#options;
    const onRequest = execution.enter('Enrichment');
    let enriched: Enriched;
    try {
      enriched = await enrichment.send({ event: record, variables, record, onRequest }, signal);
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
    if (targetPaths.watching) {
      targetPaths.observe(record, now(), event);
      if (targetPaths.active) onWatch();
    }
    // Each stage has its own time of arrival (documented).
    return this.#send(execution, event, definition.variablesAt(now()), record, signal);
  }

  /** Events per second that all stages can take; undefined when nothing limits them. */
  async rateLimit(): Promise<number | undefined> {
    const { enrichment, target } = this.#options;
    const limits = await Promise.all([enrichment?.rateLimit(), target.rateLimit()]);
    const known = limits.filter((limit) => limit !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }
}
