import type { Attempt } from '../../destinations/index.js';
import type { PipeDefinition } from '../definition.js';
import type { PathWatch } from '../path-watch.js';
import type { PipeRecord } from '../pipe-record.js';
import type { Enrichment } from './enrichment.js';
import type { StageInput, Target } from './stage.js';

/** `skipped`: done, and the target was not called. */
export type StagesAttempt = Attempt & { skipped?: boolean };

export interface StagesOptions {
  definition: Pick<PipeDefinition, 'variablesAt'>;
  enrichment: Enrichment | undefined;
  target: Target;
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
  run(record: PipeRecord, signal: AbortSignal): Promise<StagesAttempt> {
    const { enrichment, target } = this.#options;
    const { record: change, variables } = record;
    const input: StageInput = { event: change, variables, record: change };
    return enrichment === undefined
      ? target.send(input, signal)
      : this.#runEnriched(enrichment, input, signal);
  }

  async #runEnriched(
    enrichment: Enrichment,
    input: StageInput,
    signal: AbortSignal,
  ): Promise<StagesAttempt> {
    const { definition, target, targetPaths, onWatch, now } = this.#options;
    const { attempt, event } = await enrichment.send(input, signal);
    if (attempt.outcome !== 'delivered') return attempt;
    if (event === undefined) return { ...attempt, skipped: true };
    if (targetPaths.watching) {
      targetPaths.observe(input.record, now(), event);
      if (targetPaths.active) onWatch();
    }
    // Each stage has its own time of arrival (documented).
    return target.send({ ...input, event, variables: definition.variablesAt(now()) }, signal);
  }

  /** Events per second that all stages can take; undefined when nothing limits them. */
  async rateLimit(): Promise<number | undefined> {
    const { enrichment, target } = this.#options;
    const limits = await Promise.all([enrichment?.rateLimit(), target.rateLimit()]);
    const known = limits.filter((limit) => limit !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }
}
