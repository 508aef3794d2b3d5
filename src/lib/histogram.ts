/**
 * Counts durations in logarithmic buckets of about 2 % width, so that percentiles cost little memory
 * however many values are recorded.
 */
const BUCKETS_PER_DOUBLING = 32;
const SMALLEST_MS = 0.001;

export class Histogram {
  readonly #buckets = new Map<number, number>();
  #count = 0;
  #max = 0;

  /** Records one duration in milliseconds; anything below a microsecond counts as one. */
  record(ms: number): void {
    const clamped = Math.max(ms, SMALLEST_MS);
    const bucket = Math.floor(Math.log2(clamped / SMALLEST_MS) * BUCKETS_PER_DOUBLING);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count += 1;
    this.#max = Math.max(this.#max, ms);
  }

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** The value in milliseconds that a share `p` (0 to 1) of the records does not exceed; 0 when empty. */
  percentile(p: number): number {
    const wanted = Math.ceil(p * this.#count);
    let seen = 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(bucket)!;
      if (seen >= wanted) {
        const upper = SMALLEST_MS * 2 ** ((bucket + 1) / BUCKETS_PER_DOUBLING);
        return Math.min(upper, this.#max);
      }
    }
    return 0;
  }
}
