import { LatencyWatch } from './latency-watch.js';

/**
 * The rate that a target can take, found out from its answers. Nothing is held back until a target refuses
 * (429) or becomes slow; then the rate is lowered to a little less than what it has taken in the last second:
 *
 * - The first refusal may come long before a second is over, so what was taken says little. The rate doubles
 *   each second until it is refused again. So it is when much less was taken than the rate allowed: there was
 *   little to send, or everything was refused for a while.
 * - From then on it follows a cubic curve, as in TCP CUBIC: fast up to near the rate of the last
 *   refusal, hardly growing around it, and faster again beyond, so that a limit that was raised is found.
 *
 *       rate │                       ╱
 *            │ ─ ─ ─ ─ ─ ______.───'   ← peak: refused at
 *            │       .─'
 *            │ ╲___╱                   ← lowered to
 *            └──────────────────────── time
 *
 * Back at the destination's own limit it ends. Pure: times come in as arguments (milliseconds).
 */
const AFTER_REFUSAL = 0.96;
const AFTER_SLOWNESS = 0.8;
/** To come back to the peak takes so long, and at least so many requests. */
const RECOVERY_MS = 5_000;
const RECOVERY_REQUESTS = 150;
/** Less than this part of the rate taken: it says nothing about what the target can take. */
const TELLING_SHARE = 0.5;
const SECOND_MS = 1_000;
/** What the target took is counted in buckets of so long: those of a second, and the one that is being filled. */
const BUCKET_MS = 100;
const BUCKETS = SECOND_MS / BUCKET_MS + 1;
const LOWEST_RATE = 1;
/** After so long without a refusal, the next one counts as the first. */
const REMEMBERED_MS = 60_000;

interface Lowered {
  readonly at: number;
  readonly peak: number;
  /** Of the peak, at first. */
  readonly share: number;
  /** Whether the peak is only a first guess. */
  readonly searching: boolean;
}

export class AdaptiveRate {
  /** What was accepted, by bucket; the slot of a bucket is its number modulo BUCKETS. */
  readonly #accepted = new Int32Array(BUCKETS);
  #bucket = 0;
  readonly #limit: number;
  #lowered: Lowered | undefined;
  #refusedAt = -Infinity;
  readonly #latency = new LatencyWatch();

  /** `limit`: requests per second that the destination allows anyway. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether less is sent than the limit allows. */
  get isLowered(): boolean {
    return this.#lowered !== undefined;
  }

  /** Requests per second. */
  rate(now: number): number {
    const lowered = this.#lowered;
    if (lowered === undefined) return this.#limit;
    const rate = Math.max(LOWEST_RATE, risen(lowered, now - lowered.at));
    if (rate < this.#limit) return rate;
    this.#lowered = undefined;
    return this.#limit;
  }

  /** The target took a request and answered it after `tookMs`. */
  accepted(tookMs: number, now: number): void {
    this.#advance(now);
    this.#accepted[this.#bucket % BUCKETS]! += 1;
    this.answered(tookMs, now);
  }

  /** The target refused a request sent at `sentAt` because there are too many. */
  refused(sentAt: number, now: number): void {
    if (!this.#isNews(sentAt)) return;
    const taken = this.#taken(now);
    const since = now - this.#refusedAt;
    this.#refusedAt = now;
    const rate = this.rate(now);
    // Of less than a second at this rate, the count says too little.
    const peak = since < SECOND_MS ? rate : Math.min(rate, taken);
    // What is refused before the search has begun was sent into the same jam.
    const begun = this.#lowered?.searching !== true || now - this.#lowered.at >= SECOND_MS;
    const searching = since > REMEMBERED_MS || taken < rate * TELLING_SHARE || !begun;
    this.#lower({ at: now, peak, share: AFTER_REFUSAL, searching });
  }

  /** An answer, or none in time, after `tookMs`. */
  answered(tookMs: number, now: number): void {
    if (!this.#latency.isSlow(tookMs, now) || !this.#isNews(now - tookMs)) return;
    const peak = Math.min(this.rate(now), this.#taken(now));
    this.#lower({ at: now, peak, share: AFTER_SLOWNESS, searching: false });
  }

  /** Whether what was sent then was sent at the rate of now. */
  #isNews(sentAt: number): boolean {
    return this.#lowered === undefined || sentAt > this.#lowered.at;
  }

  #lower(lowered: Lowered): void {
    this.#lowered = { ...lowered, peak: Math.max(LOWEST_RATE, lowered.peak) };
  }

  /** Requests per second that the target took of late. */
  #taken(now: number): number {
    this.#advance(now);
    const taken = this.#accepted.reduce((sum, count) => sum + count, 0);
    return taken / (1 + (now % BUCKET_MS) / SECOND_MS);
  }

  #advance(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    for (let next = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); next <= bucket; next += 1)
      this.#accepted[next % BUCKETS] = 0;
    if (bucket > this.#bucket) this.#bucket = bucket;
  }
}

/** The rate that a lowered one has risen to after `ms`. */
function risen({ peak, share, searching }: Lowered, ms: number): number {
  if (searching) return peak * share * 2 ** Math.max(0, ms / SECOND_MS - 1);
  const recoveryMs = Math.max(RECOVERY_MS, (RECOVERY_REQUESTS / peak) * SECOND_MS);
  return peak * (1 + (1 - share) * (ms / recoveryMs - 1) ** 3);
}
