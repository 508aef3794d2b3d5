import { AwsError } from '../../lib/aws-error.js';
import type { Log } from '../../lib/log.js';
import { Batch } from './batch.js';
import type { Database } from './database.js';
import { flushedGeneration, Gathered } from './gathered.js';
import { keyText, type Write } from './memtable.js';
import { overlaid, writesIn, type Entry } from './overlay.js';
import type { WriteAheadLog } from './write-ahead-log.js';

export type { Entry } from './overlay.js';

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

/** Bytes of writes after which they go to the database; they go after {@link FLUSH_AFTER_MS} in any case. */
const FLUSH_BYTES = 4 * 1024 * 1024;
const FLUSH_AFTER_MS = 200;
/** Writes wait when so much has gathered and the database still works on what came before. */
const MAX_GATHERED_BYTES = 8 * FLUSH_BYTES;
const FLUSH_RETRY_MS = 1000;

/**
 * An ordered key-value store with group commit. Writes collect in a batch; a batch is committed by
 * logging it as a whole, then lies in memory where readers find it, and is brought into the database
 * with others later:
 *
 *     put ─▶ collecting ─▶ logging ─▶ gathering ─▶ flushing ─▶ database
 *            (one batch)  (one batch)  (committed: readers see these)
 *
 * Readers see what is committed; a writer, who must build on writes still under way, reads with
 * {@link Store.readLatest}. After a crash the log holds what the database lacks, see {@link recover}.
 */
export class Store {
  readonly #database: Database;
  readonly #writeAhead: WriteAheadLog | undefined;
  readonly #log: Log;
  #collecting: Batch | undefined;
  #logging: Batch | undefined;
  /** The batch at hand is being written to the log: its generation must not end now. */
  #isAppending = false;
  #gathering = new Gathered(1);
  #flushing: Gathered | undefined;
  /** Ends when the flush at work has ended, well or not. */
  #flushed: Promise<void> = Promise.resolve();
  #flushTimer: NodeJS.Timeout | undefined;
  #isFlushDue = false;
  #scheduled = false;
  #closing: Promise<void> | undefined;
  #beforeCommit: () => void = () => undefined;
  #afterCommit: () => void = () => undefined;
  #afterFailure: () => void = () => undefined;

  /** Without a log, what the process had not yet brought to the database ends with it. */
  constructor(database: Database, writeAhead: WriteAheadLog | undefined, log: Log) {
    this.#database = database;
    this.#writeAhead = writeAhead;
    this.#log = log;
  }

  /** Brings into the database what a crash left in the log. To be called once, before anything else. */
  async recover(): Promise<void> {
    const flushed = flushedGeneration(this.#database);
    let left: Gathered | undefined;
    for (const { generation, writes } of this.#writeAhead?.replay(flushed) ?? []) {
      if (left?.generation !== generation) {
        await this.#bring(left);
        left = new Gathered(generation);
      }
      const batch = new Batch();
      for (const write of writes) batch.set(write);
      left.add(batch);
    }
    await this.#bring(left);
    const recovered = left?.generation ?? flushed;
    this.#writeAhead?.dropAfter(recovered);
    this.#begin(recovered + 1);
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
    return this.#isAllInDatabase() ? this.#stored(key) : this.#committed(key, keyText(key));
  }

  /** As {@link read}, but sees writes that are still to be committed. */
  readLatest(key: Buffer): Buffer | undefined {
    const collecting = this.#collecting;
    const logging = this.#logging;
    if (!(collecting ?? logging)) return this.read(key);
    const text = keyText(key);
    const write = collecting?.writes.get(text) ?? logging?.writes.get(text);
    return write ? write.value : this.#committed(key, text);
  }

  /** The committed entries of a range, as they were when the iteration began; bytes may be kept. */
  *entries(range: KeyRange): IterableIterator<Entry> {
    for (const { key, value } of this.lentEntries(range)) yield { key, value: Buffer.from(value) };
  }

  /** As {@link entries}, but a value's bytes are valid only until the next step, or the next read. */
  lentEntries(range: KeyRange): Iterable<Entry> {
    const { start, end, reverse = false, exclusiveStart = false } = range;
    const entries = this.#database.getRange(
      reverse
        ? { start: end, end: start, reverse, exclusiveStart: true, inclusiveEnd: !exclusiveStart }
        : { start, end, reverse, exclusiveStart, inclusiveEnd: false },
    );
    let writes = this.#gatheredIn(start, end);
    if (writes.length === 0) return entries;
    if (exclusiveStart && writes[0]!.key.equals(start)) writes = writes.slice(1);
    return overlaid(entries, reverse ? writes.reverse() : writes, reverse);
  }

  /** At most `limit` committed keys from `start` up to, not including, `end`. */
  keys(start: Buffer, end: Buffer, limit: number): Buffer[] {
    const writes = this.#gatheredIn(start, end);
    if (writes.length === 0) return [...this.#database.getKeys({ start, end, limit })];
    const keys: Buffer[] = [];
    for (const { key } of this.lentEntries({ start, end })) {
      if (keys.length === limit) break;
      keys.push(key);
    }
    return keys;
  }

  put(key: Buffer, value: Buffer): void {
    this.#batch().set({ key, value });
  }

  remove(key: Buffer): void {
    this.#batch().set({ key, value: undefined });
  }

  /** Puts a new key that nobody looks for with {@link read} or {@link readLatest}, only by range. */
  append(key: Buffer, value: Buffer): void {
    this.#batch().append({ key, value });
  }

  /**
   * Resolves when all that was written so far is durable and visible. Rejects with InternalServerError
   * when the commit failed: then none of it is.
   */
  whenDurable(): Promise<void> {
    return (this.#collecting ?? this.#logging)?.done ?? Promise.resolve();
  }

  /** Runs `action` in a transaction of the database, at once and alone, also among processes. */
  exclusively<T>(
    action: (database: Pick<Database, 'getBinaryFast' | 'putSync' | 'removeSync'>) => T,
  ): T {
    return this.#database.transactionSync(() => action(this.#database));
  }

  /** Commits what was written, brings it to the database, then closes. */
  close(beforeClosing: () => void = () => undefined): Promise<void> {
    return (this.#closing ??= this.#close(beforeClosing));
  }

  async #close(beforeClosing: () => void): Promise<void> {
    while (this.#collecting ?? this.#logging) {
      try {
        await this.whenDurable();
      } catch (error) {
        this.#log.error('the last writes could not be stored', { error });
      }
    }
    for (let last; last !== this.#flushed;) await (last = this.#flushed);
    if (!this.#flushing && !this.#gathering.isEmpty) await this.#flush();
    clearTimeout(this.#flushTimer); // what could not be brought over stays in the log
    beforeClosing();
    await this.#database.close();
    this.#writeAhead?.close();
  }

  #batch(): Batch {
    if (this.#collecting) return this.#collecting;
    if (this.#closing)
      throw new AwsError(
        'InternalServerError',
        'The server is shutting down: send the request again.',
        { status: 500 },
      );
    this.#collecting = new Batch();
    this.#schedule();
    return this.#collecting;
  }

  #schedule(): void {
    if (this.#scheduled || this.#logging || !this.#collecting) return;
    this.#scheduled = true;
    // After the events at hand, so that what they write shares the commit.
    setImmediate(() => {
      this.#scheduled = false;
      void this.#commit();
    });
  }

  async #commit(): Promise<void> {
    const batch = this.#collecting;
    if (!batch || this.#logging) return;
    try {
      this.#beforeCommit();
      this.#logging = batch;
      this.#collecting = undefined;
      if (this.#gathering.bytes > MAX_GATHERED_BYTES) await this.#room();
      this.#isAppending = true;
      await this.#writeAhead?.write(batch.all(), batch.bytes);
    } catch (error) {
      this.#isAppending = false;
      this.#fail(batch, error);
      return;
    }
    this.#isAppending = false;
    this.#gathering.add(batch);
    this.#logging = undefined;
    this.#afterCommit();
    this.#flushInTime();
    // The next batch is on its way to the disk while those who wait for this one answer.
    void this.#commit();
    batch.resolve();
  }

  /** Waits until the database has caught up. Throws when it cannot. */
  async #room(): Promise<void> {
    await this.#flushed;
    if (this.#gathering.bytes > MAX_GATHERED_BYTES)
      throw new Error('the database does not take up what is written; see the errors before');
  }

  #fail(batch: Batch, cause: unknown): void {
    this.#log.error('a commit failed; its writes are refused', { error: cause });
    const later = this.#collecting === batch ? undefined : this.#collecting;
    this.#logging = undefined;
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

  // Reading

  #isAllInDatabase(): boolean {
    return this.#gathering.isEmpty && !this.#flushing;
  }

  #committed(key: Buffer, text: string): Buffer | undefined {
    const write = this.#gathering.writes.get(text) ?? this.#flushing?.writes.get(text);
    return write ? write.value : this.#stored(key);
  }

  #stored(key: Buffer): Buffer | undefined {
    const bytes = this.#database.getBinaryFast(key);
    // lmdb lends one large buffer and only pretends its length.
    return bytes?.subarray(0, bytes.length);
  }

  #gatheredIn(start: Buffer, end: Buffer): Write[] {
    if (this.#isAllInDatabase()) return [];
    const tables = [this.#gathering.writes, this.#gathering.appended];
    if (this.#flushing) tables.push(this.#flushing.writes, this.#flushing.appended);
    return writesIn(tables, start, end);
  }

  // From memory to the database

  #begin(generation: number): void {
    this.#gathering = new Gathered(generation);
    this.#writeAhead?.begin(generation);
  }

  #flushInTime(): void {
    if (this.#flushing || this.#isAppending || this.#gathering.isEmpty) return;
    if (this.#isFlushDue || this.#gathering.bytes >= FLUSH_BYTES) void this.#flush();
    else
      this.#flushTimer ??= setTimeout(() => {
        this.#isFlushDue = true;
        this.#flushInTime();
      }, FLUSH_AFTER_MS).unref();
  }

  /** Brings what has gathered to the database; never rejects. */
  #flush(): Promise<void> {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#isFlushDue = false;
    this.#flushing = this.#gathering;
    this.#begin(this.#gathering.generation + 1);
    return (this.#flushed = this.#tryToFlush(this.#flushing));
  }

  async #bring(gathered: Gathered | undefined): Promise<void> {
    if (!gathered) return;
    await this.#writeAhead?.sync(gathered.generation);
    await gathered.bringTo(this.#database);
  }

  async #tryToFlush(gathered: Gathered): Promise<void> {
    try {
      await this.#bring(gathered);
      this.#flushing = undefined;
      this.#flushInTime();
    } catch (error) {
      this.#log.error('committed writes could not be brought to the database; trying again', {
        error,
      });
      this.#flushTimer = setTimeout(() => {
        this.#flushTimer = undefined;
        this.#flushed = this.#tryToFlush(gathered);
      }, FLUSH_RETRY_MS).unref();
    }
  }
}
