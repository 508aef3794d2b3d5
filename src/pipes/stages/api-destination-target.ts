import type {
  Attempt,
  AttemptReceiver,
  DeliveryRequest,
  Destinations,
} from '../../destinations/index.js';
import type { HttpRequest } from './http-request.js';
import type { LateInput, StageInput, Target } from './stage.js';

/** Sends each event to an API destination. */
export class ApiDestinationTarget implements Target {
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

  send(input: StageInput | LateInput, signal: AbortSignal, receiver: AttemptReceiver): void {
    const request =
      typeof input === 'function' ? () => this.#request.make(input()) : this.#request.make(input);
    this.#destinations.send(this.#arn, request, signal, new Judging(receiver));
  }

  /** What would be sent for an event. Throws RequestError. */
  make(input: StageInput): DeliveryRequest {
    return this.#request.make(input);
  }

  /** Sends a request of the caller's own, within the destination's rate limit. */
  call(request: DeliveryRequest, signal: AbortSignal): Promise<Attempt> {
    return this.#destinations.deliver(this.#arn, request, signal);
  }

  rateLimit(): Promise<number | undefined> {
    return this.#destinations.rateLimit(this.#arn);
  }

  loweredRate(): number | undefined {
    return this.#destinations.loweredRate(this.#arn);
  }
}

/** Hands on what it is told, judged by what the target says of the record. */
class Judging implements AttemptReceiver {
  readonly #receiver: AttemptReceiver;

  constructor(receiver: AttemptReceiver) {
    this.#receiver = receiver;
  }

  attempted(attempt: Attempt): void {
    this.#receiver.attempted(judged(attempt));
  }

  unmade(error: unknown): void {
    this.#receiver.unmade(error);
  }
}

/** The attempt with what the target says of the record itself. */
function judged(attempt: Attempt): Attempt {
  return attempt.outcome === 'delivered' && reportsFailure(attempt.responseBody)
    ? {
        ...attempt,
        outcome: 'retry',
        reason: `The target answered ${String(attempt.status)}, but names the record in batchItemFailures`,
      }
    : attempt;
}

/**
 * Whether a target that answered with success says that the record failed: with one record in the batch, any
 * entry of `batchItemFailures` does (documented for batches; inferred for API destinations).
 */
function reportsFailure(body: string): boolean {
  if (!body.includes('"batchItemFailures"')) return false;
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== 'object' || answer === null) return false;
    const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
    return Array.isArray(failures) && failures.length > 0;
  } catch {
    return false; // no such report: the words stood in some other text
  }
}
