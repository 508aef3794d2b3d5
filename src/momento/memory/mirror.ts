import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import { MomentoError } from '../momento-error.js';
import {
  cacheIdOf,
  elementRecord,
  itemRecord,
  KEY_BYTES,
  makeKey,
  offer,
  rangeOf,
  recordIdOf,
  writeKey,
  type Kind,
  type Loader,
} from './mirror-records.js';

/**
 * Everything alive, on the disk: it is read only when the process starts, for the cache must then hold what
 * it held, since whoever filled it (a pipe) will not come again. A write is acknowledged when the operating
 * system has it: it outlives the process, though not a power cut.
 *
 * Cache number 0 holds the caches' names under their numbers. A cache that is
 * deleted or flushed loses its number at once; what lay under it is removed afterwards.
 */
const FILE = 'items.mdb';
const NAMES = 0;
/** Entries that loading and clearing handle before they let others run. */
const CHUNK = 2000;
/** The least time between two log lines about a disk that fails. */
const LOG_EVERY_MS = 10_000;
const NO_VALUE = Buffer.alloc(0);

export class Mirror {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #log: Log;
  readonly #clock: Clock;
  /** lmdb copies keys when it takes them, so one serves all. */
  readonly #key = Buffer.alloc(KEY_BYTES);
  /** Items whose removal failed; tried again, lest they come back after a restart. */
  #unremoved: { cacheId: number; recordId: number }[] = [];
  #clearing: Promise<void> = Promise.resolve();
  /** Elements of collections that are gone are removed, one collection after the other. */
  #sweeping: Promise<void> = Promise.resolve();
  #closing = false;
  #nextCacheId = NAMES + 1;
  #nextRecordId = 0;
  #lastLogged = -Infinity;

  /** Opens the mirror in a folder, which is made when missing. */
  constructor(directory: string, clock: Clock, log: Log) {
    mkdirSync(directory, { recursive: true });
    this.#clock = clock;
    this.#log = log;
    this.#db = open({
      path: join(directory, FILE),
      encoding: 'binary',
      keyEncoding: 'binary',
      maxDbs: 1,
    });
  }

  /** The caches' names under their numbers. */
  readNames(): Map<number, string> {
    const names = new Map<number, string>();
    for (const { key, value } of this.#db.getRange(rangeOf(NAMES)))
      names.set(recordIdOf(key), value.toString());
    for (const id of names.keys()) this.#nextCacheId = Math.max(this.#nextCacheId, id + 1);
    return names;
  }

  /**
   * Hands over all items and elements, in the order of their numbers within a cache. Resolves when all are
   * read. To be called once, after {@link readNames}.
   */
  async load(loader: Loader): Promise<void> {
    let start = makeKey(NAMES + 1, 0);
    for (;;) {
      const entries = Array.from(this.#db.getRange({ start, limit: CHUNK }));
      for (const { key, value } of entries) {
        const [cacheId, recordId] = [cacheIdOf(key), recordIdOf(key)];
        this.#nextCacheId = Math.max(this.#nextCacheId, cacheId + 1);
        this.#nextRecordId = Math.max(this.#nextRecordId, recordId + 1);
        if (!offer(loader, cacheId, recordId, value)) this.removeBehind(cacheId, recordId);
      }
      const last = entries.at(-1);
      if (last === undefined) return;
      start = Buffer.concat([last.key, Buffer.alloc(1)]);
      await new Promise(setImmediate);
    }
  }

  /** Gives a cache a new number, under which it holds nothing. Resolves when that is written. */
  async addCache(name: string): Promise<number> {
    const cacheId = this.#nextCacheId++;
    await this.#written(this.#db.put(makeKey(NAMES, cacheId), Buffer.from(name)));
    return cacheId;
  }

  /** Takes a cache's number away; its items are removed behind it. Resolves when the cache is gone. */
  async removeCache(cacheId: number): Promise<void> {
    await this.#written(this.#db.remove(makeKey(NAMES, cacheId)));
    this.#clear(cacheId);
  }

  /** Gives a cache another number at once, under which it holds nothing. */
  renewCache(oldId: number, name: string): { cacheId: number; written: Promise<void> } {
    const cacheId = this.#nextCacheId++;
    // What one turn of the event loop writes is one transaction.
    const swap = Promise.all([
      this.#db.remove(makeKey(NAMES, oldId)),
      this.#db.put(makeKey(NAMES, cacheId), Buffer.from(name)),
    ]);
    return { cacheId, written: this.#written(swap).then(() => this.#clear(oldId)) };
  }

  newRecordId(): number {
    return this.#nextRecordId++;
  }

  /** Writes an item, over an older one of the same number. Resolves when the operating system has it. */
  put(
    cacheId: number,
    recordId: number,
    expiresAt: number,
    key: Uint8Array,
    value: Uint8Array,
  ): Promise<void> {
    return this.#put(cacheId, recordId, itemRecord('scalar', expiresAt, key, value));
  }

  /** As {@link put}, for a collection; its elements are written by {@link putElement}. */
  putCollection(
    cacheId: number,
    recordId: number,
    expiresAt: number,
    kind: Kind,
    key: Uint8Array,
  ): Promise<void> {
    return this.#put(cacheId, recordId, itemRecord(kind, expiresAt, key, NO_VALUE));
  }

  /** Writes an element of a collection, over an older one of the same number. */
  putElement(
    cacheId: number,
    elementId: number,
    recordId: number,
    payload: Uint8Array,
  ): Promise<void> {
    return this.#put(cacheId, elementId, elementRecord(recordId, payload));
  }

  /** Removes an item. Resolves when the operating system has it, or tries again later if that fails. */
  remove(cacheId: number, recordId: number): Promise<void> {
    if (this.#closing) return Promise.reject(closingError());
    return this.#db.remove(this.#keyOf(cacheId, recordId)).then(nothing, (error: unknown) => {
      this.#unremoved.push({ cacheId, recordId });
      throw this.#failure(error);
    });
  }

  /** Tries again to remove what could not be removed. To be called now and then. */
  retryRemovals(): void {
    if (this.#unremoved.length === 0) return;
    const again = this.#unremoved;
    this.#unremoved = [];
    for (const { cacheId, recordId } of again) this.removeBehind(cacheId, recordId);
  }

  /** Removes an item that nobody waits for: one that was evicted or whose time is over. */
  removeBehind(cacheId: number, recordId: number): void {
    // A failure is logged by `remove`, which also sees to it that the removal is tried again.
    void this.remove(cacheId, recordId).catch(nothing);
  }

  /** As {@link removeBehind} for many, a few at a time. Loading does it when this is cut short. */
  removeAllBehind(cacheId: number, recordIds: Iterable<number>): void {
    const ids: Iterator<number, unknown> = recordIds[Symbol.iterator]();
    this.#sweeping = this.#sweeping.then(async () => {
      while (!this.#closing) {
        for (let i = 0; i < CHUNK; i++) {
          const next = ids.next();
          if (next.done === true) return;
          this.removeBehind(cacheId, next.value);
        }
        await new Promise(setImmediate);
      }
    });
  }

  /** Waits until everything is written and closes the files. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([this.#clearing, this.#sweeping]);
    await this.#db.committed;
    await this.#db.close();
  }

  /** Removes all items under a number that is no cache's any more. Loading does it when this is cut short. */
  #clear(cacheId: number): void {
    this.#clearing = this.#clearing.then(async () => {
      try {
        while (!this.#closing) {
          const keys = Array.from(this.#db.getKeys({ ...rangeOf(cacheId), limit: CHUNK }));
          if (keys.length === 0) return;
          await Promise.all(keys.map((key) => this.#db.remove(key)));
        }
      } catch (error) {
        this.#failure(error);
      }
    });
  }

  #keyOf(cacheId: number, recordId: number): Buffer {
    return writeKey(this.#key, cacheId, recordId);
  }

  #put(cacheId: number, recordId: number, record: Buffer): Promise<void> {
    if (this.#closing) return Promise.reject(closingError());
    return this.#written(this.#db.put(this.#keyOf(cacheId, recordId), record));
  }

  #written(commit: Promise<unknown>): Promise<void> {
    return commit.then(nothing, (error: unknown) => {
      throw this.#failure(error);
    });
  }

  #failure(error: unknown): MomentoError {
    const now = this.#clock.monotonic();
    if (now - this.#lastLogged >= LOG_EVERY_MS) {
      this.#lastLogged = now;
      this.#log.error(
        'The cache cannot write to its data folder; make sure that its disk has room and is writable',
        { error },
      );
    }
    return new MomentoError(
      'INTERNAL',
      'The change could not be kept on the disk. Send it again; the log of the server says what is wrong.',
    );
  }
}

function nothing(): void {
  // Only the fact counts.
}

function closingError(): MomentoError {
  return new MomentoError('UNAVAILABLE', 'The cache is closing. Send the request again later.');
}
