import { systemClock, type Clock } from '../lib/clock.js';
import {
  MAX_ITEM_BYTES,
  MAX_MESSAGE_BYTES as OWN_MAX_MESSAGE_BYTES,
  MAX_SUBSCRIPTIONS,
  MAX_TTL_MS as OWN_MAX_TTL_MS,
} from './limits.js';
import { invalidArgument, MomentoError } from './momento-error.js';

/** Published limits of the hosted service, on demand (documented); they may be raised there on request. */
const OPERATIONS_PER_SECOND = 100;
const CONTROL_OPERATIONS_PER_SECOND = 5;
const MAX_TTL_MS = 24 * 60 * 60 * 1000;
const MAX_ELEMENT_BYTES = 128 * 1024;
const MAX_MESSAGE_BYTES = 4 * 1024;
const MAX_PUBLISHES_PER_SECOND = 10;
const KB = 1024;

/** What listCaches tells of each cache. Rates that are not limited are left out. */
export interface ToldLimits {
  maxTrafficRate?: number;
  maxItemSizeKb: number;
  maxTtlSeconds: number;
  maxPublishRate?: number;
  maxSubscriptions: number;
  maxMessageSizeKb: number;
}

/**
 * The hosted service's limits, for those who want to know what production will do. Off unless asked for:
 * then nothing is refused here.
 */
export class ServiceLimits {
  readonly #operations: TokenBucket | undefined;
  readonly #control: TokenBucket | undefined;
  readonly #publishes: TokenBucket | undefined;

  constructor(options: { hosted: boolean; clock?: Clock }) {
    if (!options.hosted) return;
    const clock = options.clock ?? systemClock;
    this.#operations = new TokenBucket(OPERATIONS_PER_SECOND, clock);
    this.#control = new TokenBucket(CONTROL_OPERATIONS_PER_SECOND, clock);
    this.#publishes = new TokenBucket(MAX_PUBLISHES_PER_SECOND, clock);
  }

  /** Whether the hosted service's limits hold. */
  get areHosted(): boolean {
    return this.#operations !== undefined;
  }

  /** The limits that hold, and nothing of those that do not. */
  get told(): ToldLimits {
    const isHosted = this.areHosted;
    return {
      ...(isHosted && { maxTrafficRate: OPERATIONS_PER_SECOND }),
      ...(isHosted && { maxPublishRate: MAX_PUBLISHES_PER_SECOND }),
      maxItemSizeKb: MAX_ITEM_BYTES / KB,
      maxTtlSeconds: (isHosted ? MAX_TTL_MS : OWN_MAX_TTL_MS) / 1000,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      maxMessageSizeKb: Math.floor((isHosted ? MAX_MESSAGE_BYTES : OWN_MAX_MESSAGE_BYTES) / KB),
    };
  }

  /**
   * Admits an operation on items or elements, or throws RESOURCE_EXHAUSTED, INVALID_ARGUMENT. Two elements
   * count as one operation (documented).
   */
  admit(elements: readonly Uint8Array[], ttlMs: number | undefined): void {
    if (this.#operations === undefined) return;
    if (ttlMs !== undefined && ttlMs > MAX_TTL_MS)
      throw invalidArgument(
        `The TTL is ${ttlMs} ms; the hosted service takes ${MAX_TTL_MS} (24 hours) at most.`,
      );
    for (const { length } of elements)
      if (elements.length > 1 && length > MAX_ELEMENT_BYTES)
        throw new MomentoError(
          'RESOURCE_EXHAUSTED',
          `An element of a collection may have ${MAX_ELEMENT_BYTES} bytes in the hosted service; this one has ${length}.`,
          'element_size_limit_exceeded',
        );
    take(this.#operations, Math.max(1, elements.length / 2), OPERATIONS_PER_SECOND);
  }

  /** Admits the making, listing, flushing or deleting of a cache. */
  admitControl(): void {
    if (this.#control !== undefined) take(this.#control, 1, CONTROL_OPERATIONS_PER_SECOND);
  }

  /** Admits a message of so many bytes. */
  admitPublish(bytes: number): void {
    if (this.#publishes === undefined) return;
    if (bytes > MAX_MESSAGE_BYTES)
      throw new MomentoError(
        'RESOURCE_EXHAUSTED',
        `A message may have ${MAX_MESSAGE_BYTES} bytes in the hosted service; this one has ${bytes}.`,
        'request_size_limit_exceeded',
      );
    take(this.#publishes, 1, MAX_PUBLISHES_PER_SECOND);
  }
}

function take(bucket: TokenBucket, tokens: number, perSecond: number): void {
  if (bucket.take(tokens)) return;
  throw new MomentoError(
    'RESOURCE_EXHAUSTED',
    `More than ${perSecond} operations a second, which is the hosted service's limit. Send fewer, or start the server without its limits.`,
    'operations_rate_limit_exceeded',
  );
}

/** Fills up within a second. */
class TokenBucket {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = perSecond;
    this.#filledAt = clock.monotonic();
  }

  /** An operation larger than the bucket passes when it is full, and empties it beyond its bottom. */
  take(tokens: number): boolean {
    const now = this.#clock.monotonic();
    const filled = this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(filled, this.#perSecond);
    this.#filledAt = now;
    if (this.#tokens < Math.min(tokens, this.#perSecond)) return false;
    this.#tokens -= tokens;
    return true;
  }
}
