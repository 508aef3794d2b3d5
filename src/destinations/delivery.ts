import type { Clock } from '../lib/clock.js';
import type { Client } from 'undici';
import type { Attempt, AttemptReceiver, DeliveryRequest, RequestMaker } from './attempt.js';
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

/** One call of `send`, from waiting in its lane to the attempt it ends with. */
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
  readonly #receiver: AttemptReceiver;
  #destination: Destination | undefined;
  #outgoing: OutgoingRequest | undefined;
  #origin: Origin | undefined;
  /** The connection that it is on. */
  #client: Client | undefined;
  #exchange: Exchange | undefined;
  /** The token that was sent, with OAuth. */
  #authorization: string | undefined;
  #renewed = false;
  /** To be sent again as soon as its connection is given back. */
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
    receiver: AttemptReceiver,
  ) {
    this.#context = context;
    this.#lane = lane;
    this.#toMake = request;
    this.#receiver = receiver;
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
      this.#tell(undefined, error);
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

  /** Sends it, on a connection that is free and with a token that is taken already. */
  start(origin: Origin): void {
    const { clock } = this.#context;
    this.#origin = origin;
    this.#client = origin.take();
    this.#startedAt = clock.now();
    this.#startedMonotonic = clock.monotonic();
    this.#writtenAt = undefined;
    this.#exchange = new Exchange(this, this.#request!.wholeAnswer ? WHOLE : BEGINNING);
    const { connectionClose } = this.#context;
    const timeLimits = this.#timeLimits;
    const options = { timeLimits, connectionClose };
    this.#exchange.start(this.#client, this.#method!, this.#outgoing!, options);
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
      this.#sendAgain();
      return;
    }
    const text = exchange.text();
    if (typeof text === 'string') this.#conclude(exchange, text);
    else void text.then((unpacked) => this.#conclude(exchange, unpacked));
  }

  gone(failed: boolean): void {
    if (this.#writtenAt === undefined) this.#lane.spent();
    const client = this.#client!;
    this.#client = undefined;
    this.#origin!.release(client, failed);
    this.#sendAgain();
  }

  #sendAgain(): void {
    if (!this.#again || this.#client !== undefined) return;
    this.#again = false;
    this.#exchange = undefined;
    this.#lane.enter(this);
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
    const request = this.#request;
    const attempt: Attempt = {
      outcome,
      status,
      reason: this.#masked(reason, false),
      retryAfterMs: retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, clock.now()),
      startedAt: sent ? this.#startedAt : clock.now(),
      durationMs: sent ? clock.monotonic() - this.#startedMonotonic : 0,
      request: {
        method: this.#method ?? '',
        url: this.#outgoing?.url ?? destination?.endpoint.origin ?? this.#lane.arn,
      },
      sent:
        this.#outgoing === undefined ? undefined : new SentRequest(this.#destination!, request!),
      responseBody: this.#masked(text.slice(0, TEXT_CHARACTERS), text.length >= TEXT_CHARACTERS),
    };
    if (request?.wholeAnswer) {
      attempt.answer = text;
      attempt.mask = this.#mask;
    }
    if (request?.method === 'GET' && destination)
      attempt.unsentBody = mergeBody(destination.body, request.body);
    this.#tell(attempt);
  }

  /** A fault of the receiver is thrown where nobody catches it: the client that calls back would take it for its own. */
  #tell(attempt: Attempt | undefined, unmade?: unknown): void {
    try {
      if (attempt === undefined) this.#receiver.unmade(unmade);
      else this.#receiver.attempted(attempt);
    } catch (fault) {
      queueMicrotask(() => {
        throw fault;
      });
    }
  }

  get #timeLimits(): TimeLimits {
    return this.#context.timeLimits.of(this.#request?.timeLimitMs);
  }

  get #method(): string | undefined {
    return this.#request?.method ?? (this.#destination ?? this.#lane.destination)?.method;
  }

  #masked(text: string, cut: boolean): string {
    return text === '' ? text : maskSecrets(text, this.#secrets, cut);
  }

  /** What masks later on. It keeps the secrets, not the delivery. */
  get #mask(): (text: string) => string {
    const secrets = this.#secrets;
    return (text) => maskSecrets(text, secrets, false);
  }

  get #secrets(): readonly string[] {
    if (!this.#destination) return [];
    const { tokens, connection } = this.#destination;
    const { secretTexts } = connection;
    if (tokens === undefined || this.#authorization === undefined) return secretTexts;
    return [...tokens.secretTexts(this.#authorization), ...secretTexts];
  }
}
