import type { Showable, ShownRequest } from './sent-request.js';

/**
 * One request to an API destination and what came of it: the unit of log line, metric, dead letter and
 * trace. Holds no secret: authorization and other secret values are masked before it is made.
 */
export interface Attempt {
  /**
   * `delivered`: 2xx. `retry`: worth another try (401, 407, 409, 429, 5xx, time-out, no connection,
   * destination inactive). `rejected`: trying again will not help (other 4xx, 1xx, 3xx, invalid request).
   */
  outcome: 'delivered' | 'retry' | 'rejected';
  /** HTTP status; undefined when no answer came. */
  status: number | undefined;
  /** For people: what went wrong and what to do about it. Empty when delivered. */
  reason: string;
  /** From Retry-After: wait at least so long. Negative: do not retry at all (AWS's rule). */
  retryAfterMs: number | undefined;
  /** Epoch milliseconds at which the request was sent (after waiting for the rate limit). */
  startedAt: number;
  durationMs: number;
  request: { method: string; url: string };
  /** The whole request, for people; undefined when none was made. */
  sent?: Showable | undefined;
  /** The first part of the answer's body, as text; at most 1,024 characters. */
  responseBody: string;
  /** The answer's whole body as it came, when the request asked for it. Not masked: not for people's eyes. */
  answer?: string;
  /** With an answer: takes the connection's secrets out of a text that was made of it, for people's eyes. */
  mask?: (text: string) => string;
  /** Of a GET in place of the destination's own method: the body that that one would have sent. Not masked either. */
  unsentBody?: string;
}

/** What a pipe asks a destination to send. All values are resolved already. */
export interface DeliveryRequest {
  /** One value for each `*` of the endpoint, left to right, not yet percent-encoded. */
  pathParameters: readonly string[];
  queryStringParameters: Readonly<Record<string, string>>;
  headerParameters: Readonly<Record<string, string>>;
  /** The payload as it is to be sent (UTF-8). */
  body: string;
  /** Sent in place of the destination's method, without a body: nothing to delete is success then. */
  method?: 'DELETE' | 'GET';
  /** For the whole exchange, in place of the usual limit. */
  timeLimitMs?: number;
  /** Statuses besides 401 and 407 that say that an OAuth token is refused. */
  tokenRefusals?: ReadonlySet<number>;
  /** Whether the whole answer is of use: an enrichment's is. One of more than 6 MB is a failure then. */
  wholeAnswer?: boolean;
}

export type RequestMaker = () => DeliveryRequest;

/** Who is told what came of a delivery: once, by one of the two, perhaps before `send` returns. */
export interface AttemptReceiver {
  attempted(attempt: Attempt): void;
  /** There was none: the request could not be made. */
  unmade(error: unknown): void;
}

/** Sends requests to API destinations by ARN, authenticated and within their rate limits. */
export interface Destinations {
  /**
   * Waits for the destination's rate limit, sends once and tells what came of it. Never fails: a
   * missing destination, a refused address or a dead host are attempts too. When `signal` aborts
   * while it waits or sends, the outcome is `retry`.
   *
   * A request that is a function is made when its turn has come, once: until then it may be another's. What the
   * function throws, the receiver is told of.
   */
  send(
    destinationArn: string,
    request: DeliveryRequest | RequestMaker,
    signal: AbortSignal,
    receiver: AttemptReceiver,
  ): void;
  /** The same as a promise, which costs those more that send thousands in a second. */
  deliver(
    destinationArn: string,
    request: DeliveryRequest | RequestMaker,
    signal: AbortSignal,
  ): Promise<Attempt>;
  /**
   * What would be sent, as people may see it; nothing is. A text instead says why nothing can be, e.g. that there is no such
   * destination.
   */
  preview(destinationArn: string, request: DeliveryRequest): Promise<ShownRequest | string>;
  /** Invocations per second the destination allows; undefined when there is no such destination. */
  rateLimit(destinationArn: string): Promise<number | undefined>;
  /** Invocations per second at which it is sent to while its answers ask for less than that; else undefined. */
  loweredRate(destinationArn: string): number | undefined;
  close(): Promise<void>;
}
