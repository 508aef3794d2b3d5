/** A batch goes off when it holds so many bytes (documented). */
const MAX_BATCH_BYTES = 6 * 1024 * 1024;

export interface BatchingWindowOptions<T> {
  /** BatchSize. */
  size: number;
  /** MaximumBatchingWindowInSeconds, in milliseconds. */
  windowMs: number;
  /** Takes the records of a batch, in their order, when it goes off. */
  release: (records: readonly T[]) => void;
}

/**
 * Holds the records of a shard back until a batch of them is full, by number or by size, or the window of its
 * first record is over.
 */
export class BatchingWindow<T> {
  readonly #options: BatchingWindowOptions<T>;
  #held: T[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatchingWindowOptions<T>) {
    this.#options = options;
  }

  add(record: T, bytes: number): void {
    const { size, windowMs } = this.#options;
    this.#held.push(record);
    this.#bytes += bytes;
    if (this.#held.length >= size || this.#bytes >= MAX_BATCH_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), windowMs);
  }

  /** Lets go of what is held. */
  flush(): void {
    const held = this.#held;
    this.stop();
    if (held.length > 0) this.#options.release(held);
  }

  /** Forgets what is held. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held = [];
    this.#bytes = 0;
  }
}
