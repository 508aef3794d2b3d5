import type { Attempt, DeliveryRequest, Destinations } from '../../destinations/index.js';
import { parseEvent, RawEvent } from '../../transformer/index.js';
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
        attempt: inEnrichment(
          { ...attempt, outcome: 'retry' },
          `it answered with ${String(event.count)} events, but the target takes one: let it answer with one object, or with [] to send nothing`,
        ),
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

class TooManyEvents {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }
}

/**
 * Undefined for `""`, `{}` and `[]`: the target is not called then (documented). A list of one stands for its
 * element (inferred from targets that take one event), so `[{}]` sends an empty object. What is not JSON is
 * passed on as text.
 */
function readAnswer(text: string): unknown {
  if (text === '') return undefined;
  let event: unknown;
  try {
    event = parseEvent(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new RawEvent(text);
  }
  if (Array.isArray(event)) return event.length > 1 ? new TooManyEvents(event.length) : event[0];
  const isEmpty =
    event === '' ||
    (typeof event === 'object' && event !== null && Object.keys(event).length === 0);
  return isEmpty ? undefined : event;
}
