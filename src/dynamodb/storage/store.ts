import { AwsError } from '../../lib/aws-error.js';
import type { Log } from '../../lib/log.js';
import type { Database } from './database.js';

/** Bytes between `start` and `end`, both ways. */
export interface KeyRange {
  /** The lowest key. */
  start: Buffer;
  /** Above the highest key: not part of the range. */
  end: Buffer;
  /** Also leaves out `start` itself. */
  exclusiveStart?: boolean;
  /** From the highest key down. */
  reverse?: boolean;
}

export interface Entry {
  key: Buffer;
  value: Buffer;
}

/** `value` undefined: the key is removed. */
interface Write {
  key: Buffer;
  value: Buffer | undefined;
}

/**
 * What was written and is not yet on the disk. Everything that one call stack writes lies in one batch,
 * and a batch commits as a whole or not at all.
 */
class Batch {
  /** By key (latin1): the newest write of each. */
  readonly writes = new Map<string, Write>();
  /** Keys that nobody reads before the commit, in order. */
  readonly appended: Write[] = [];
  readonly done: Promise<void>;
  resolve!: () => void;
  reject!: (error: Error) => void;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Writers hold the same promise; a batch without any (background work) must not end the process.
    this.done.catch(() => undefined);
  }
}

/**
 * An ordered key-value store with group commit: while one batch is being committed, the next one
 * collects. Readers see what is committed; a writer, who must build on writes still under way, reads
 * with {@link Store.readLatest}.
 */
export class Store {
  readonly #database: Database;
  readonly #log: Log;
  #collecting: Batch | undefined;
  #committing: Batch | undefined;
  #scheduled = false;
  #closed = false;
  #beforeCommit: () => void = () => undefined;
  #afterCommit: () => void = () => undefined;
  #afterFailure: () => void = () => undefined;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /**
   * Sets what is called around each commit. `before`: just before the batch is handed over, to add the
   * writes that sum it up (counters). `after`: it is durable and visible. `failed`: neither it nor the
   * batch collected meanwhile will be; what was kept in memory beside the store must be read again.
   */
  onCommit(hooks: { before: () => void; after: () => void; failed: () => void }): void {
    this.#beforeCommit = hooks.before;
    this.#afterCommit = hooks.after;
    this.#afterFailure = hooks.failed;
  }

  /** The committed value. The bytes are valid only until the next read: copy what must last. */
  read(key: Buffer): Buffer | undefined {
    const bytes = this.#database.getBinaryFast(key);
    // lmdb lends one large buffer and only pretends its length.
    return bytes?.subarray(0, bytes.length);
  }

  /** As {@link read}, but sees writes that are still to be committed. */
  readLatest(key: Buffer): Buffer | undefined {
    if (this.#collecting ?? this.#committing) {
      const text = key.toString('latin1');
      const write = this.#collecting?.writes.get(text) ?? this.#committing?.writes.get(text);
      if (write) return write.value;
    }
    return this.read(key);
  }

  /** The committed entries of a range, as they were when the iteration began; bytes may be kept. */
  entries(range: KeyRange): Iterable<Entry> {
    const reverse = range.reverse ?? false;
    return this.#database.getRange(
      reverse
        ? {
            start: range.end,
            end: range.start,
            reverse: true,
            exclusiveStart: true,
            inclusiveEnd: !(range.exclusiveStart ?? false),
          }
        : {
            start: range.start,
            end: range.end,
            reverse: false,
            exclusiveStart: range.exclusiveStart ?? false,
            inclusiveEnd: false,
          },
    );
  }

  /** At most `limit` committed keys from `start` up to, not including, `end`. */
  keys(start: Buffer, end: Buffer, limit: number): Iterable<Buffer> {
    return this.#database.getKeys({ start, end, limit });
  }

  put(key: Buffer, value: Buffer): void {
    this.#batch().writes.set(key.toString('latin1'), { key, value });
  }

  remove(key: Buffer): void {
    this.#batch().writes.set(key.toString('latin1'), { key, value: undefined });
  }

  /** Puts a new key that nobody looks for with {@link readLatest}. */
  append(key: Buffer, value: Buffer): void {
    this.#batch().appended.push({ key, value });
  }

  /**
   * Resolves when all that was written so far is durable. Rejects with InternalServerError when the
   * commit failed: then none of it is.
   */
  whenDurable(): Promise<void> {
    return (this.#collecting ?? this.#committing)?.done ?? Promise.resolve();
  }

  /** Runs `action` in a transaction of its own, at once and alone, also among processes. */
  exclusively<T>(
    action: (database: Pick<Database, 'getBinaryFast' | 'putSync' | 'removeSync'>) => T,
  ): T {
    return this.#database.transactionSync(() => action(this.#database));
  }

  /** Commits what was written, then closes. */
  async close(beforeClosing: () => void = () => undefined): Promise<void> {
    this.#closed = true;
    while (this.#collecting ?? this.#committing) {
      try {
        await this.whenDurable();
      } catch (error) {
        this.#log.error('the last writes could not be stored', { error });
      }
    }
    beforeClosing();
    await this.#database.close();
  }

  #batch(): Batch {
    if (this.#collecting) return this.#collecting;
    if (this.#closed)
      throw new AwsError(
        'InternalServerError',
        'The server is shutting down: send the request again.',
        {
          status: 500,
        },
      );
    this.#collecting = new Batch();
    this.#schedule();
    return this.#collecting;
  }

  #schedule(): void {
    if (this.#scheduled || this.#committing || !this.#collecting) return;
    this.#scheduled = true;
    // After the events at hand, so that what they write shares the commit.
    setImmediate(() => {
      this.#scheduled = false;
      void this.#commit();
    });
  }

  async #commit(): Promise<void> {
    const batch = this.#collecting;
    if (!batch) return;
    try {
      this.#beforeCommit();
      this.#committing = batch;
      this.#collecting = undefined;
      await this.#database.batch(() => {
        for (const write of batch.writes.values()) this.#issue(write);
        for (const write of batch.appended) this.#issue(write);
      });
    } catch (error) {
      this.#fail(batch, error);
      return;
    }
    this.#committing = undefined;
    batch.resolve();
    this.#afterCommit();
    this.#schedule();
  }

  #issue({ key, value }: Write): void {
    // The promise of the whole batch is the one that tells.
    void (value === undefined ? this.#database.remove(key) : this.#database.put(key, value));
  }

  #fail(batch: Batch, cause: unknown): void {
    this.#log.error('a commit failed; its writes are refused', { error: cause });
    const later = this.#collecting === batch ? undefined : this.#collecting;
    this.#committing = undefined;
    this.#collecting = undefined;
    this.#afterFailure();
    const error = new AwsError(
      'InternalServerError',
      'The data could not be written: see the server log, and check the space left on the disk.',
      { status: 500 },
    );
    batch.reject(error);
    later?.reject(error);
  }
}
