/** A target is slow when it usually answers so many times later than it can, and late at all. */
const SLOW_FACTOR = 3;
const SLOW_MS = 100;
/** One answer moves the median by so much; a few outliers do not. */
const MEDIAN_STEP = 1.05;
/** Of so many answers the median is known, wherever it began. */
const ENOUGH_ANSWERS = 200;
/** Slowing down has helped when the median fell at least to that share. */
const HELPED = 0.9;
/** After so long an old best is forgotten. */
const BEST_FOR_MS = 15_000;
/** When slowing down did not help, it is not tried again for so long. */
const GIVE_UP_FOR_MS = 60_000;

/**
 * Notices when a target answers later than it can, which is the sign of one that has too much to do. Where
 * slowing down does not help, the target is slow for another reason. Pure: times come in as arguments
 * (milliseconds).
 */
export class LatencyWatch {
  #medianMs = 1;
  #answers = 0;
  /** The median when it was last said that it is time to slow down; undefined once that has helped. */
  #slowMs: number | undefined;
  #gaveUpUntil = -Infinity;
  /** The shortest times of this span and of the one before. */
  #bestMs = Infinity;
  #previousBestMs = Infinity;
  #bestSince = 0;

  /** Takes the time of an answer; true when it is time to slow down. */
  isSlow(tookMs: number, now: number): boolean {
    // Up when a time is longer, down when it is shorter: that leads to the median.
    const median = (this.#medianMs *= tookMs > this.#medianMs ? MEDIAN_STEP : 1 / MEDIAN_STEP);
    if (now - this.#bestSince >= BEST_FOR_MS) {
      this.#previousBestMs = this.#bestMs;
      this.#bestMs = Infinity;
      this.#bestSince = now;
    }
    if (tookMs < this.#bestMs) this.#bestMs = tookMs;
    this.#answers += 1;
    if (this.#answers < ENOUGH_ANSWERS || now < this.#gaveUpUntil) return false;
    const best = Math.min(this.#bestMs, this.#previousBestMs);
    if (median < Math.max(SLOW_MS, best * SLOW_FACTOR)) {
      this.#slowMs = undefined;
      return false;
    }
    this.#answers = 0; // judged afresh by what comes next
    if (this.#slowMs !== undefined && median > this.#slowMs * HELPED) {
      this.#slowMs = undefined;
      this.#gaveUpUntil = now + GIVE_UP_FOR_MS;
      return false;
    }
    this.#slowMs = median;
    return true;
  }
}
