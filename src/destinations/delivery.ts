import type { Clock } from '../lib/clock.js';
import type { Attempt, DeliveryRequest, RequestMaker } from './attempt.js';
import { mergeBody } from './body.js';
import type { Cancellable, CancellationGroup, Cancellations } from './cancellation.js';
import { isRefusal, outcomeOf, statusReason } from './classify.js';
import type { Destination } from './destination.js';
import { BEGINNING, Exchange, TEXT_CHARACTERS, WHOLE } from './exchange.js';
import type { ExchangeOwner } from './exchange.js';
import { CancelledError, explainFailure, TimeLimitError } from './failure.js';
import type { HeaderPlan } from './headers.js';
import type { Lane } from './lane.js';
import { maskSecrets } from './mask.js';
import type { Origin } from './origin.js';
import { buildRequest } from './request.js';
import { SentRequest } from './sent-request.js';
import type { OutgoingRequest } from './request.js';
import { parseRetryAfter } from './retry-after.js';
import type { TimeLimits } from './time-limits.js';
import type { Waiting } from './waiting-list.js';

export interface DeliveryContext {
  readonly clock: Clock;
  readonly cancellations: Cancellations;
  readonly timeLimits: TimeLimits;
  readonly connectionClose: boolean;
}

/** What a delivery ends with. */
export interface DeliveryPromise {
  resolve: (attempt: Attempt) => void;
  reject: (error: unknown) => void;
}

/** One call of `deliver`, from waiting in its lane to the attempt it ends with. */
export class Delivery implements ExchangeOwner, Cancellable, Waiting<Delivery> {
  cancellationIndex = 0;
  previous: Delivery | undefined;
  next: Delivery | undefined;
  waits = false;

  readonly #context: DeliveryContext;
  readonly #lane: Lane;
  readonly #toMake: DeliveryRequest | RequestMaker;
  /** Undefined until it is made. */
  #request: DeliveryRequest | undefined;
  readonly #cancellation: CancellationGroup;
  readonly #promise: DeliveryPromise;
  #destination: Destination | undefined;
  #outgoing: OutgoingRequest | undefined;
  #origin: Origin | undefined;
  #exchange: Exchange | undefined;
  /** The token that was sent, with OAuth. */
  #authorization: string | undefined;
  #renewed = false;
  /** To be sent again as soon as its connection is free. */
  #again = false;
  /** Monotonic; undefined until the request is on a connection. */
  #writtenAt: number | undefined;
  #startedAt = 0;
  #startedMonotonic = 0;

  constructor(
    context: DeliveryContext,
    lane: Lane,
    request: DeliveryRequest | RequestMaker,
    signal: AbortSignal,
    promise: DeliveryPromise,
  ) {
    this.#context = context;
    this.#lane = lane;
    this.#toMake = request;
    this.#promise = promise;
    this.#cancellation = context.cancellations.groupOf(signal);
    this.#cancellation.add(this);
  }

  /** Builds the request; false when that failed, and the delivery with it. */
  prepare(destination: Destination, headers: HeaderPlan): boolean {
    this.#destination = destination;
    this.#authorization = destination.tokens?.authorization();
    let request: DeliveryRequest;
    try {
      request = this.#make();
    } catch (error) {
      this.#cancellation.remove(this);
      this.#promise.reject(error);
      return false;
    }
    const outgoing = buildRequest(destination, headers, request);
    if (typeof outgoing === 'string') {
      this.#end('rejected', outgoing);
      return false;
    }
    this.#outgoing = outgoing;
    return true;
  }

  #make(): DeliveryRequest {
    const toMake = this.#toMake;
    this.#request ??= typeof toMake === 'function' ? toMake() : toMake;
    return this.#request;
  }

  /** Sends it, on a connection and with a token that are taken already. */
  start(origin: Origin): void {
    const { clock } = this.#context;
    this.#origin = origin;
    this.#startedAt = clock.now();
    this.#startedMonotonic = clock.monotonic();
    this.#writtenAt = undefined;
    this.#exchange = new Exchange(this, this.#request!.wholeAnswer ? WHOLE : BEGINNING);
    const { connectionClose } = this.#context;
    const timeLimits = this.#timeLimits;
    const options = { timeLimits, connectionClose };
    this.#exchange.start(origin.pool, this.#method!, this.#outgoing!, options);
  }

  /** Ends it without sending. */
  fail(reason: string): void {
    this.#end('retry', reason);
  }

  cancel(): void {
    if (this.#exchange) {
      this.#exchange.abort(new CancelledError('called off'));
      return;
    }
    this.#lane.leave(this);
    this.fail('the delivery was called off before it was sent; it is sent again later');
  }

  written(): void {
    this.#writtenAt = this.#lane.spent();
  }

  settled(): void {
    const exchange = this.#exchange!;
    const { status, error } = exchange;
    if (status !== undefined)
      this.#lane.answered(this.#writtenAt!, isRefusal(status, exchange.retryAfter));
    else if (error instanceof TimeLimitError && this.#writtenAt !== undefined)
      this.#lane.timedOut(this.#writtenAt);
    if (!error && this.#mayRenew(status!)) {
      this.#renewed = true;
      this.#again = true;
      return; // sent again once the connection is free, see `gone`
    }
    const text = exchange.text();
    if (typeof text === 'string') this.#conclude(exchange, text);
    else void text.then((unpacked) => this.#conclude(exchange, unpacked));
  }

  gone(): void {
    if (this.#writtenAt === undefined) this.#lane.spent();
    this.#origin!.release();
    if (this.#again) {
      this.#again = false;
      this.#exchange = undefined;
      this.#lane.enter(this);
    }
  }

  /**
   * Whether the target refused an OAuth token, which is then replaced at once, and the request sent again
   * without counting as another attempt (inferred); a second refusal is the attempt's result.
   */
  #mayRenew(status: number): boolean {
    const tokens = this.#destination!.tokens;
    const isRefused =
      status === 401 || status === 407 || this.#request!.tokenRefusals?.has(status) === true;
    if (!tokens || !isRefused) return false;
    tokens.reject(this.#authorization!);
    return !this.#renewed;
  }

  #conclude(exchange: Exchange, text: string): void {
    const destination = this.#destination!;
    const { status, error } = exchange;
    if (error) {
      const { outcome, reason } = explainFailure(error, {
        origin: destination.endpoint.origin,
        phase: exchange.phase,
        timeLimitMs: this.#timeLimits.limitMs,
        bytes: exchange.bytes,
      });
      this.#end(outcome, reason, status, text);
      return;
    }
    const outcome = outcomeOf(status!, this.#request!.method);
    const reason =
      outcome === 'delivered'
        ? ''
        : statusReason(status!, destination.connection, exchange.location);
    const retryAfter = outcome === 'retry' ? exchange.retryAfter : undefined;
    this.#end(outcome, reason, status, text, retryAfter);
  }

  #end(
    outcome: Attempt['outcome'],
    reason: string,
    status?: number,
    text = '',
    retryAfter?: string,
  ): void {
    const { clock } = this.#context;
    this.#cancellation.remove(this);
    const sent = this.#exchange !== undefined;
    const destination = this.#destination ?? this.#lane.destination;
    this.#promise.resolve({
      outcome,
      status,
      reason: this.#masked(reason, false),
      retryAfterMs: parseRetryAfter(retryAfter, clock.now()),
      startedAt: sent ? this.#startedAt : clock.now(),
      durationMs: sent ? clock.monotonic() - this.#startedMonotonic : 0,
      request: {
        method: this.#method ?? '',
        url: this.#outgoing?.url ?? destination?.endpoint.origin ?? this.#lane.arn,
      },
      sent:
        this.#outgoing === undefined
          ? undefined
          : new SentRequest(this.#destination!, this.#request!),
      responseBody: this.#masked(text.slice(0, TEXT_CHARACTERS), text.length >= TEXT_CHARACTERS),
      ...(this.#request?.wholeAnswer && { answer: text }),
      ...(this.#request?.method === 'GET' &&
        destination && { unsentBody: mergeBody(destination.body, this.#request.body) }),
    });
  }

  get #timeLimits(): TimeLimits {
    return this.#context.timeLimits.of(this.#request?.timeLimitMs);
  }

  get #method(): string | undefined {
    return this.#request?.method ?? (this.#destination ?? this.#lane.destination)?.method;
  }

  #masked(text: string, cut: boolean): string {
    const destination = this.#destination;
    if (text === '' || !destination) return text;
    const { secretTexts: secrets } = destination.connection;
    const token = this.#authorization?.replace(/^\S+ /, '');
    return maskSecrets(text, token ? [token, ...secrets] : secrets, cut);
  }
}
