/**
 * The rate limit of one API destination as a true per-second limit: no window of one second ever holds
 * more than `rate` requests, also not after a pause. Pure: time comes in as an argument.
 *
 * It deals in tokens. There are `rate` of them, and one that was used comes back a second after its use, so
 * a window of a second holds each token at most once: that is the whole proof. To hold at the target as well,
 * which sees each request a little later, a use is not over when the request is written but when it is
 * answered (then it has surely arrived), or 15 ms after the writing if that is earlier. Until it is written,
 * a request keeps its token: connecting may come between. Returning tokens are counted per millisecond in a
 * ring, so memory and time do not depend on the rate:
 *
 *     ring   | 0 | 3 | 0 | 1 | …      tokens that come back at that millisecond
 *              ↑ tick: all up to here are back in `free`
 *
 * Besides it paces: what may be sent at once after a pause is a tenth of a second's worth, the rest follows
 * evenly. AWS documents neither (reference: connections and API destinations, section 6; inferred).
 */
const WINDOW_MS = 1000;
/** How long an unanswered request may be on its way; costs a slow target up to 1.5 % of the rate. */
const GUARD_MS = 15;
/** A pause saves up this much; a timer or an event loop that is late by less loses no throughput. */
const BURST_MS = 100;
/** More than WINDOW_MS + GUARD_MS, and a power of two. */
const RING = 1024;
const RING_MASK = RING - 1;

export class RateLimit {
  #rate: number;
  /** Tokens at hand. Negative after the rate was lowered, until enough of them came back. */
  #free: number;
  /** Tokens that are in the ring. */
  #away = 0;
  readonly #ring = new Int32Array(RING);
  #tick = 0;
  /** When the next request is due if requests come evenly (the virtual scheduling of GCRA). */
  #due = 0;
  #burstMs = BURST_MS;

  /** `rate`: requests per second, at least 1. Of a broken number there are as many tokens as the next whole one. */
  constructor(rate: number) {
    this.#rate = rate;
    this.#free = Math.ceil(rate);
  }

  get rate(): number {
    return this.#rate;
  }

  /**
   * Holds from the next token on; tokens that are in use stay in use. `burstMs`: how much a pause saves up.
   */
  setRate(rate: number, now: number, burstMs = BURST_MS): void {
    if (rate === this.#rate && burstMs === this.#burstMs) return;
    this.#free += Math.ceil(rate) - Math.ceil(this.#rate);
    this.#rate = rate;
    // What was paced at a lower rate does not hold up the next request for longer than this one asks.
    this.#due = Math.min(this.#due, now + burstMs + WINDOW_MS / rate);
    this.#burstMs = burstMs;
  }

  /**
   * Milliseconds until a token may be had: 0 when there is one now, Infinity when all of them belong to
   * requests that are not written yet (ask again after the next `spend`).
   */
  delay(now: number): number {
    this.#advance(now);
    const paced = Math.max(0, this.#due - this.#burstMs - now);
    if (this.#free > 0) return paced;
    return Math.max(paced, this.#nextReturn() - now);
  }

  /** Takes a token; only when `delay(now)` is 0. */
  take(now: number): void {
    this.#free -= 1;
    this.#due = Math.max(now, this.#due) + WINDOW_MS / this.#rate;
  }

  /** A token that was taken is used: its request is being written, or will never be. */
  spend(now: number): void {
    this.#advance(now);
    this.#return(Math.ceil(now) + WINDOW_MS + GUARD_MS, 1);
  }

  /** A request, written at `writtenAt` (the `now` of its `spend`), is answered: it has arrived. */
  answered(writtenAt: number, now: number): void {
    const guarded = Math.ceil(writtenAt) + GUARD_MS;
    const arrived = Math.ceil(now);
    if (arrived >= guarded) return;
    this.#return(guarded + WINDOW_MS, -1);
    this.#return(arrived + WINDOW_MS, 1);
  }

  #return(at: number, tokens: 1 | -1): void {
    const slot = at & RING_MASK;
    this.#ring[slot] = this.#ring[slot]! + tokens;
    this.#away += tokens;
  }

  #advance(now: number): void {
    const until = Math.floor(now);
    if (this.#away > 0) {
      const first = Math.max(this.#tick + 1, until - RING + 1);
      for (let tick = first; tick <= until; tick++) {
        const slot = tick & RING_MASK;
        const back = this.#ring[slot]!;
        this.#free += back;
        this.#away -= back;
        this.#ring[slot] = 0;
      }
    }
    if (until > this.#tick) this.#tick = until;
  }

  #nextReturn(): number {
    let free = this.#free;
    let away = this.#away;
    for (let tick = this.#tick + 1; away > 0; tick++) {
      const back = this.#ring[tick & RING_MASK]!;
      free += back;
      away -= back;
      if (free > 0) return tick;
    }
    return Infinity;
  }
}
