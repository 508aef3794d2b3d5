import type { Attempt, DeliveryRequest, Destinations } from '../../destinations/index.js';
import { readAnswer, TooManyEvents } from './answer.js';
import type { HttpRequest } from './http-request.js';
import type { LateInput, StageInput } from './stage.js';

/** What came of an enrichment. */
export interface Enriched {
  readonly attempt: Attempt;
  /** What the target is to get; undefined when the attempt failed, or there is nothing to send. */
  readonly event: unknown;
}

/**
 * The enrichment of a pipe by an API destination: one call for each record, whose answer takes the
 * record's place (documented).
 */
export class Enrichment {
  readonly #arn: string;
  readonly #request: HttpRequest;
  readonly #destinations: Destinations;
  readonly paths: readonly string[];

  constructor(arn: string, request: HttpRequest, destinations: Destinations) {
    this.#arn = arn;
    this.#request = request;
    this.#destinations = destinations;
    this.paths = request.paths;
  }

  /**
   * Throws RequestError when there is nothing sensible to send. An input that is a function is asked for when the request
   * is made.
   */
  async send(input: StageInput | LateInput, signal: AbortSignal): Promise<Enriched> {
    const make = (now: StageInput): DeliveryRequest => ({
      ...this.#request.make(now),
      wholeAnswer: true,
    });
    const request =
      typeof input === 'function' ? (): DeliveryRequest => make(input()) : make(input);
    const attempt = await this.#destinations.deliver(this.#arn, request, signal);
    if (attempt.outcome !== 'delivered')
      return { attempt: inEnrichment(attempt, attempt.reason), event: undefined };
    const event = readAnswer(attempt.answer ?? '');
    if (event instanceof TooManyEvents)
      return {
        attempt: inEnrichment({ ...attempt, outcome: 'retry' }, event.reason),
        event: undefined,
      };
    return { attempt, event };
  }

  rateLimit(): Promise<number | undefined> {
    return this.#destinations.rateLimit(this.#arn);
  }
}

function inEnrichment(attempt: Attempt, reason: string): Attempt {
  return { ...attempt, reason: `The enrichment failed: ${reason}` };
}
