import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import { MomentoError } from '../momento-error.js';

/**
 * Everything alive, on the disk: it is read only when the process starts, for the cache must then hold what
 * it held, since whoever filled it (a pipe) will not come again. A write is acknowledged when the operating
 * system has it: it outlives the process, though not a power cut.
 *
 * Keys are a cache number (32 bits) and an item number (48 bits), so that items of any key length fit and
 * new ones are appended. Cache number 0 holds the caches' names under their numbers. A cache that is
 * deleted or flushed loses its number at once; what lay under it is removed afterwards.
 */
const FILE = 'items.mdb';
const KEY_BYTES = 10;
const NAMES = 0;
/** Kind (8 bits), nothing (8), length of the key (16), expiry time (float64); then key and value. */
const HEADER_BYTES = 12;
/** The place in the list is the kind's number on the disk. */
const KINDS = ['scalar', 'dictionary', 'set', 'list', 'sorted set'] as const;
/** An element of a collection: kind (8 bits), nothing (8), number of the collection (48); then its payload. */
const ELEMENT_HEADER_BYTES = 8;
const KIND_ELEMENT = 255;
/** Entries that loading and clearing handle before they let others run. */
const CHUNK = 2000;
/** The least time between two log lines about a disk that fails. */
const LOG_EVERY_MS = 10_000;

type Kind = (typeof KINDS)[number];

export interface MirroredItem {
  cacheId: number;
  recordId: number;
  kind: Kind;
  expiresAt: number;
  key: Uint8Array;
  /** Empty for collections, whose elements follow. */
  value: Uint8Array;
}

/** An element of a collection, which has come before it. */
export interface MirroredElement {
  cacheId: number;
  /** The collection. */
  recordId: number;
  elementId: number;
  payload: Buffer;
}

/** Both return whether what they get is to stay on the disk. */
export interface Loader {
  item(item: MirroredItem): boolean;
  element(element: MirroredElement): boolean;
}

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
      names.set(key.readUIntBE(4, 6), value.toString());
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
        const cacheId = key.readUInt32BE(0);
        const recordId = key.readUIntBE(4, 6);
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
    return this.#put(cacheId, recordId, makeItem('scalar', expiresAt, key, value));
  }

  /** As {@link put}, for a collection; its elements are written by {@link putElement}. */
  putCollection(
    cacheId: number,
    recordId: number,
    expiresAt: number,
    kind: Kind,
    key: Uint8Array,
  ): Promise<void> {
    return this.#put(cacheId, recordId, makeItem(kind, expiresAt, key, NO_VALUE));
  }

  /** Writes an element of a collection, over an older one of the same number. */
  putElement(
    cacheId: number,
    elementId: number,
    recordId: number,
    payload: Uint8Array,
  ): Promise<void> {
    const record = Buffer.allocUnsafe(ELEMENT_HEADER_BYTES + payload.length);
    record[0] = KIND_ELEMENT;
    record[1] = 0;
    record.writeUIntBE(recordId, 2, 6);
    record.set(payload, ELEMENT_HEADER_BYTES);
    return this.#put(cacheId, elementId, record);
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
    this.#key.writeUInt32BE(cacheId, 0);
    this.#key.writeUIntBE(recordId, 4, 6);
    return this.#key;
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

function makeKey(cacheId: number, recordId: number): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  key.writeUInt32BE(cacheId, 0);
  key.writeUIntBE(recordId, 4, 6);
  return key;
}

function rangeOf(cacheId: number): { start: Buffer; end: Buffer } {
  return { start: makeKey(cacheId, 0), end: makeKey(cacheId + 1, 0) };
}

const NO_VALUE = Buffer.alloc(0);

function makeItem(kind: Kind, expiresAt: number, key: Uint8Array, value: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + key.length + value.length);
  record[0] = KINDS.indexOf(kind);
  record[1] = 0;
  record.writeUInt16BE(key.length, 2);
  record.writeDoubleBE(expiresAt, 4);
  record.set(key, HEADER_BYTES);
  record.set(value, HEADER_BYTES + key.length);
  return record;
}

function offer(loader: Loader, cacheId: number, id: number, record: Buffer): boolean {
  if (record[0] === KIND_ELEMENT)
    return loader.element({
      cacheId,
      recordId: record.readUIntBE(2, 6),
      elementId: id,
      payload: record.subarray(ELEMENT_HEADER_BYTES),
    });
  const kind = KINDS[record[0]!];
  if (kind === undefined)
    throw new Error(
      'The cache folder holds items of a kind that this version does not know; start the version that wrote it.',
    );
  const valueStart = HEADER_BYTES + record.readUInt16BE(2);
  return loader.item({
    cacheId,
    recordId: id,
    kind,
    expiresAt: record.readDoubleBE(4),
    key: record.subarray(HEADER_BYTES, valueStart),
    value: record.subarray(valueStart),
  });
}
