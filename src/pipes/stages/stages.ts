import type { Attempt } from '../../destinations/index.js';
import type { PipeDefinition } from '../definition.js';
import type { PathWatch } from '../path-watch.js';
import type { PipeRecord } from '../pipe-record.js';
import { messageOf, type Execution, type Executions } from '../executions/execution.js';
import type { Enrichment } from './enrichment.js';
import type { StageInput, Target } from './stage.js';

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
   * to send (`skipped`). Throws, or rejects with, RequestError when a stage cannot make its request.
   */
  async run(record: PipeRecord, signal: AbortSignal): Promise<StagesAttempt> {
    const { enrichment, executions } = this.#options;
    const { record: change, variables } = record;
    const input: StageInput = { event: change, variables, record: change };
    const execution = executions.begin(record);
    try {
      const attempt = await (enrichment === undefined
        ? this.#send(execution, input, signal)
        : this.#runEnriched(execution, enrichment, input, signal));
      execution.end(attempt.outcome === 'delivered' ? undefined : attempt.reason);
      return attempt;
    } catch (error) {
      execution.end(messageOf(error));
      throw error;
    }
  }

  async #send(execution: Execution, input: StageInput, signal: AbortSignal): Promise<Attempt> {
    const { target } = this.#options;
    const { event, variables, record } = input;
    const { attempt } = await execution.stage('Target', async (onRequest) => ({
      // Without a spread: this is the hot path.
      attempt: await target.send({ event, variables, record, onRequest }, signal),
    }));
    return attempt;
  }

  async #runEnriched(
    execution: Execution,
    enrichment: Enrichment,
    input: StageInput,
    signal: AbortSignal,
  ): Promise<StagesAttempt> {
    const { definition, targetPaths, onWatch, now } = this.#options;
    const { attempt, event } = await execution.stage('Enrichment', (onRequest) =>
      enrichment.send({ ...input, onRequest }, signal),
    );
    if (attempt.outcome !== 'delivered') return attempt;
    if (event === undefined) {
      execution.skipTarget();
      return { ...attempt, skipped: true };
    }
    if (targetPaths.watching) {
      targetPaths.observe(input.record, now(), event);
      if (targetPaths.active) onWatch();
    }
    // Each stage has its own time of arrival (documented).
    const variables = definition.variablesAt(now());
    return this.#send(execution, { event, variables, record: input.record }, signal);
  }

  /** Events per second that all stages can take; undefined when nothing limits them. */
  async rateLimit(): Promise<number | undefined> {
    const { enrichment, target } = this.#options;
    const limits = await Promise.all([enrichment?.rateLimit(), target.rateLimit()]);
    const known = limits.filter((limit) => limit !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }
}
