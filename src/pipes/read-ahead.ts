/** Records that a pipe holds in memory, read and not finished. What is beyond waits in the stream. */
export const READ_AHEAD_RECORDS = 2_000;
/** The same in bytes of the stream's own measure (`SizeBytes`). */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;
/**
 * Records from the oldest unfinished one on, finished or not. It bounds what one stuck item lets others
 * run ahead, and so what is repeated after a crash.
 */
export const MAX_SPAN = 10_000;
/** So much of each a shard has however many there are. */
const LEAST_RECORDS = 10;
const LEAST_BYTES = 64 * 1024;
const LEAST_SPAN = 100;

/** How far ahead of the deliveries a pipe reads: the same share for each of the shards that it reads. */
export class ReadAhead {
  #shards = 0;

  /** One shard more, or less, is read. */
  add(count: 1 | -1): void {
    this.#shards += count;
  }

  get records(): number {
    return this.#share(READ_AHEAD_RECORDS, LEAST_RECORDS);
  }

  get bytes(): number {
    return this.#share(READ_AHEAD_BYTES, LEAST_BYTES);
  }

  get span(): number {
    return this.#share(MAX_SPAN, LEAST_SPAN);
  }

  #share(all: number, least: number): number {
    return Math.max(least, Math.floor(all / Math.max(1, this.#shards)));
  }
}
