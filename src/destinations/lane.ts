import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import { AdaptiveRate } from './adaptive-rate.js';
import type { Loaded } from './catalogue.js';
import type { Destination } from './destination.js';
import type { Delivery } from './delivery.js';
import { planHeaders } from './headers.js';
import type { HeaderPlan } from './headers.js';
import type { ConnectionWaiter, Origin } from './origin.js';
import { RateLimit } from './rate-limit.js';
import { WaitingList } from './waiting-list.js';

/** What a lane needs of its surroundings. */
export interface LaneContext {
  readonly clock: Clock;
  readonly log: Log;
  /** Reads and compiles a destination. */
  load(arn: string): Promise<Loaded>;
  origin(origin: string): Origin;
  /** The lane's destination was read, or there is none to send to (any more at all, when `missing`). */
  loaded(lane: Lane, missing: boolean): void;
}

/**
 * Deliveries waiting for more than this are refused: the stream is the buffer, not this queue. Senders that
 * bound what they have in flight never come near.
 */
const MAX_WAITING = 100_000;
/** What a pause saves up while a target's own limit is being felt for: few targets measure finer. */
const LOWERED_BURST_MS = 20;
/** A lowered rate rises meanwhile, so what waits for it looks again. */
const LOWERED_LOOK_MS = 100;

/**
 * The way to one destination: deliveries wait here, first come first served, for its definition, a token, its
 * rate limit and a free connection, and take the last two at the same moment. Taking a token first and then
 * waiting for a connection would let saved-up tokens go out in one burst.
 */
export class Lane implements ConnectionWaiter {
  previous: ConnectionWaiter | undefined;
  next: ConnectionWaiter | undefined;
  waits = false;
  readonly arn: string;
  /** The compiled definition; undefined until it is read, and again after a change. */
  destination: Destination | undefined;
  readonly #context: LaneContext;
  readonly #waiting = new WaitingList<Delivery>();
  #origin: Origin | undefined;
  #limit: RateLimit | undefined;
  #adaptive: AdaptiveRate | undefined;
  #headers: { authorization: string; plan: HeaderPlan } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pumping = false;
  #preparing = false;
  /** Counts the changes, so that a definition read before one is not kept after it. */
  #version = 0;

  constructor(arn: string, context: LaneContext) {
    this.arn = arn;
    this.#context = context;
  }

  /** Where it sends; undefined until the first definition is read. */
  get origin(): Origin | undefined {
    return this.#origin;
  }

  /** Requests per second while the target's answers ask for less than the limit. */
  get loweredRate(): number | undefined {
    const adaptive = this.#adaptive;
    return adaptive?.isLowered ? adaptive.rate(this.#context.clock.monotonic()) : undefined;
  }

  /** Lets a delivery wait its turn; it is started or failed later, perhaps at once. */
  enter(delivery: Delivery): void {
    if (this.#waiting.size >= MAX_WAITING) {
      delivery.fail(
        `${MAX_WAITING} deliveries wait for this API destination already; raise its InvocationRateLimitPerSecond or send less at once`,
      );
      return;
    }
    this.#waiting.add(delivery);
    // Behind others that wait, what they wait for will come for this one too.
    if (this.#waiting.size === 1) this.pump();
  }

  leave(delivery: Delivery): void {
    this.#waiting.remove(delivery);
  }

  /** The definition or its connection changed: it is read again, at once when deliveries wait. */
  invalidate(): void {
    this.#version += 1;
    this.destination = undefined;
    this.#headers = undefined;
    if (this.#waiting.size > 0) this.pump();
  }

  /** Fails all that wait. */
  fail(reason: string): void {
    // Not those that come because these have failed.
    for (let left = this.#waiting.size; left > 0 && this.#waiting.first; left -= 1) {
      const { first } = this.#waiting;
      this.#waiting.remove(first);
      first.fail(reason);
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Starts what may be started now, and sees to it that it is called again for the rest. */
  pump(): void {
    // A delivery that fails while it is started frees its connection, which pumps again.
    if (this.#pumping) return;
    this.#pumping = true;
    for (let first = this.#waiting.first; first; first = this.#waiting.first) {
      if (!this.#startOne(first)) break;
    }
    this.#pumping = false;
  }

  /** A request of this lane is being written, or will never be: its token is used. Returns the time. */
  spent(): number {
    const now = this.#context.clock.monotonic();
    this.#limit!.spend(now);
    if (this.#waiting.size > 0 && this.#timer === undefined) this.pump();
    return now;
  }

  /** The target answered the request that was written at that time: took it, or refused it as one too many. */
  answered(writtenAt: number, refused: boolean): void {
    const now = this.#context.clock.monotonic();
    this.#limit!.answered(writtenAt, now);
    if (refused) this.#adaptive!.refused(writtenAt, now);
    else this.#adaptive!.accepted(now - writtenAt, now);
  }

  /** No whole answer came in time to the request that was written at that time. */
  timedOut(writtenAt: number): void {
    const now = this.#context.clock.monotonic();
    this.#adaptive!.answered(now - writtenAt, now);
  }

  /** False when it has to wait, and all behind it. */
  #startOne(delivery: Delivery): boolean {
    const destination = this.destination;
    if (!destination) {
      this.#prepare(() => this.#load());
      return false;
    }
    const headers = this.#headersFor(destination);
    if (!headers) return false;
    const now = this.#context.clock.monotonic();
    const delay = this.#delay(destination, now);
    if (delay > 0) {
      this.#pumpIn(delay);
      return false;
    }
    const origin = this.#origin!;
    if (!origin.hasFree) {
      origin.wait(this);
      return false;
    }
    this.#waiting.remove(delivery);
    if (delivery.prepare(destination, headers)) {
      this.#limit!.take(now);
      delivery.start(origin);
    }
    return true;
  }

  /** Milliseconds until the next request may be sent. */
  #delay({ ratePerSecond }: Destination, now: number): number {
    const limit = this.#limit!;
    const adaptive = this.#adaptive!;
    if (!adaptive.isLowered) return limit.delay(now);
    const rate = adaptive.rate(now);
    if (rate === ratePerSecond) limit.setRate(rate, now);
    else limit.setRate(rate, now, LOWERED_BURST_MS);
    return Math.min(limit.delay(now), LOWERED_LOOK_MS);
  }

  #headersFor(destination: Destination): HeaderPlan | undefined {
    const { tokens, connection } = destination;
    if (!tokens) return destination.headers;
    const authorization = tokens.authorization();
    if (authorization === undefined) {
      this.#prepare(() => tokens.renew());
      return undefined;
    }
    if (this.#headers?.authorization !== authorization) {
      const plan = planHeaders(connection.headers, [['Authorization', authorization]]);
      if (typeof plan === 'string') {
        this.fail(`the token of connection "${connection.name}" is unusable: ${plan}`);
        return undefined;
      }
      this.#headers = { authorization, plan };
    }
    return this.#headers.plan;
  }

  /** Runs what must come first, once at a time; all that wait fail with the reason it resolves to. */
  #prepare(work: () => Promise<string | undefined>): void {
    if (this.#preparing) return;
    this.#preparing = true;
    const done = (reason: string | undefined): void => {
      this.#preparing = false;
      if (reason === undefined) this.pump();
      else this.fail(reason);
    };
    void work().then(done, (error: unknown) => {
      this.#context.log.error('preparing an API destination failed', { arn: this.arn, error });
      done('Freshet could not prepare this API destination; the process log has the details');
    });
  }

  async #load(): Promise<string | undefined> {
    const version = this.#version;
    const loaded = await this.#context.load(this.arn);
    if (version !== this.#version) return undefined; // changed meanwhile: the next pump reads it again
    if ('unavailable' in loaded) {
      this.#context.loaded(this, loaded.missing);
      return loaded.unavailable;
    }
    this.destination = loaded;
    this.#limit ??= new RateLimit(loaded.ratePerSecond);
    this.#limit.setRate(loaded.ratePerSecond, this.#context.clock.monotonic());
    // Made anew: a changed definition may be what makes the target take more.
    this.#adaptive = new AdaptiveRate(loaded.ratePerSecond);
    this.#origin = this.#context.origin(loaded.endpoint.origin);
    // The limit may be a higher one: what waits is looked at afresh.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#context.loaded(this, false);
    return undefined;
  }

  #pumpIn(delay: number): void {
    // Without a token to come back, the next `spent` pumps.
    if (delay === Infinity || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.pump();
    }, Math.ceil(delay));
  }
}
