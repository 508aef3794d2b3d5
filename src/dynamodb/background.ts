import type { Item } from '../lib/attribute-value.js';
import { fillBackup, fillRestored } from './backups/copying.js';
import type { Engine } from './engine.js';
import { fillExpiry, fillIndex, readLatestItem, writeItem } from './items/item-writer.js';
import {
  expiryBound,
  expiryPrefix,
  itemKeyOfExpiry,
  recordsBehind,
  sequenceOfRecord,
  successor,
  tokensBefore,
  tokenWindow,
} from './storage/keyspace.js';
import { writtenAtOf } from './streams/stored-record.js';
import type { ShardDefinition } from './streams/shards.js';
import type { Stream } from './streams/stream.js';
import { expiryOf, type Table } from './tables/table.js';

/** Entries handled in one go: small enough that requests hardly wait for it. */
const CHUNK = 200;
/** How many windows of transaction tokens may matter; see `tokenKey`. */
const TOKEN_WINDOWS = 2;
/** Documented: stream records are kept for 24 hours. */
const RETENTION_MS = 24 * 60 * 60 * 1000;
const EXPIRY_INTERVAL_MS = 1000;
const TRIM_INTERVAL_MS = 60_000;
const ROTATE_INTERVAL_MS = 1000;

/**
 * What the engine does on its own: removes the entries of deleted tables and indexes, fills new
 * indexes, makes and restores backups, deletes expired items, rotates and trims streams. All of it in
 * small steps, each one batch; what a restart interrupts is taken up again.
 */
export class Background {
  readonly #engine: Engine;
  readonly #timers: NodeJS.Timeout[] = [];
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  start(): void {
    this.wake();
    this.#every(EXPIRY_INTERVAL_MS, () => this.expireItems());
    this.#every(ROTATE_INTERVAL_MS, () => this.rotateStreams());
    this.#every(TRIM_INTERVAL_MS, () => this.trimStreams());
    this.#every(TRIM_INTERVAL_MS, () => this.#trimTokens());
  }

  /** There may be entries to remove or an index to fill. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#maintain()
      .catch((error: unknown) => this.#engine.log.error('maintenance of tables failed', { error }))
      .finally(() => {
        this.#running = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#running;
  }

  /** Resolves when nothing is left to remove or fill. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Deletes the items whose time is over, and puts that into their streams. */
  async expireItems(): Promise<void> {
    const { catalog, clock, store } = this.#engine;
    for (const table of [...catalog.all()]) {
      if (!table.definition.timeToLive) continue;
      let more = true;
      while (more && !this.#stopped && catalog.findById(table.id)) {
        const end = expiryBound(table.id, Math.floor(clock.now() / 1000));
        const keys = [...store.keys(expiryPrefix(table.id), end, CHUNK)];
        for (const key of keys) this.#expire(table.id, key);
        more = keys.length === CHUNK;
        await store.whenDurable();
      }
    }
  }

  #expire(tableId: number, key: Buffer): void {
    const { catalog, clock, store } = this.#engine;
    const table = catalog.findById(tableId);
    const attribute = table?.definition.timeToLive?.attribute;
    if (!table || attribute === undefined) return;
    const itemKey = itemKeyOfExpiry(tableId, key);
    const item = readLatestItem(this.#engine, itemKey)?.retain();
    const now = clock.now();
    const seconds = item && expiryOf(item.item, attribute, now);
    // Only if the item still ends then: it may have been changed since.
    if (seconds !== undefined && seconds * 1000 < now)
      writeItem(this.#engine, table, itemKey, item, undefined, true);
    else store.remove(key);
  }

  /** Closes the shards that are old enough. */
  async rotateStreams(): Promise<void> {
    const { streams, store } = this.#engine;
    for (const stream of streams.all()) streams.rotateAged(stream);
    await store.whenDurable();
  }

  /**
   * Removes the records that are older than 24 hours, the shards that were closed for so long, and the
   * streams that were off for so long.
   */
  async trimStreams(): Promise<void> {
    const { streams, clock } = this.#engine;
    const before = clock.now() - RETENTION_MS;
    for (const stream of streams.all()) {
      for (const shard of stream.definition.shards)
        while (!this.#stopped && this.#trim(stream, shard, before))
          await this.#engine.store.whenDurable();
      await this.#engine.store.whenDurable();
      if (this.#stopped) return;
      streams.dropClosed(stream, before);
      const { disabledAt } = stream.definition;
      if (disabledAt !== undefined && disabledAt < before) streams.forget(stream);
    }
    await this.#engine.store.whenDurable();
  }

  /** Trims one chunk; whether there may be more. */
  #trim(stream: Stream, shard: ShardDefinition, before: number): boolean {
    const { store, streams } = this.#engine;
    let count = 0;
    for (const { key, value } of store.entries(
      recordsBehind(stream.id, shard.index, shard.trimmed),
    )) {
      if (count === CHUNK || writtenAtOf(value) >= before) break;
      store.remove(key);
      shard.trimmed = sequenceOfRecord(key);
      count += 1;
    }
    if (count > 0) streams.save(stream);
    return count === CHUNK;
  }

  async #trimTokens(): Promise<void> {
    const { store, clock } = this.#engine;
    const [start, end] = tokensBefore(tokenWindow(clock.now()) - TOKEN_WINDOWS + 1);
    for (;;) {
      const keys = [...store.keys(start, end, CHUNK)];
      if (keys.length === 0 || this.#stopped) return;
      for (const key of keys) store.remove(key);
      await store.whenDurable();
    }
  }

  async #maintain(): Promise<void> {
    const { catalog, store, backups } = this.#engine;
    await store.whenDurable(); // what is to be purged is read from what is committed
    for (const prefix of catalog.purges()) await this.#purge(prefix);
    for (const table of [...catalog.all()]) {
      for (const index of table.indexes)
        if (index.definition.status === 'CREATING')
          await this.#fillIndex(table, index.definition.id);
      if (table.definition.timeToLive?.isFilled === false) await this.#fillExpiry(table);
      if (table.isRestoring) await fillRestored(this.#engine, table.id, () => this.#stopped);
    }
    for (const backup of backups.all())
      if (backup.status === 'CREATING') await fillBackup(this.#engine, backup, () => this.#stopped);
  }

  async #purge(prefix: Buffer): Promise<void> {
    const { store, catalog } = this.#engine;
    const end = successor(prefix);
    for (;;) {
      if (this.#stopped) return;
      const keys = [...store.keys(prefix, end, CHUNK)];
      for (const key of keys) store.remove(key);
      if (keys.length === 0) catalog.purged(prefix);
      await store.whenDurable();
      if (keys.length === 0) return;
    }
  }

  /** Adds the existing items to a new index. Items written meanwhile add themselves. */
  async #fillIndex({ id }: Table, indexId: number): Promise<void> {
    const { catalog } = this.#engine;
    const done = await this.#forEachItem(id, (table, itemKey, item) => {
      const index = table.indexes.find(({ definition }) => definition.id === indexId);
      if (index) fillIndex(this.#engine, index, itemKey, item);
      return index !== undefined;
    });
    const table = catalog.findById(id);
    if (!done || !table) return;
    const definition = structuredClone(table.definition);
    const index = definition.indexes.find((one) => one.id === indexId);
    if (!index) return;
    index.status = 'ACTIVE';
    catalog.put(definition);
    await this.#engine.store.whenDurable();
  }

  async #fillExpiry({ id, definition: { timeToLive } }: Table): Promise<void> {
    const { catalog } = this.#engine;
    const isCurrent = (table: Table): boolean =>
      table.definition.timeToLive?.attribute === timeToLive?.attribute;
    const done = await this.#forEachItem(id, (table, itemKey, item) => {
      if (isCurrent(table)) fillExpiry(this.#engine, table, itemKey, item);
      return isCurrent(table);
    });
    const table = catalog.findById(id);
    if (!done || !table || !isCurrent(table)) return;
    // Switched off and on again meanwhile: what was noted is still to be removed, then noted anew.
    if (catalog.isPurging(expiryPrefix(id))) return;
    const definition = structuredClone(table.definition);
    definition.timeToLive!.isFilled = true;
    catalog.put(definition);
    await this.#engine.store.whenDurable();
  }

  /**
   * Visits the items of a table in steps, each in its newest state; `visit` answers whether to go on.
   * Resolves to whether all were visited.
   */
  async #forEachItem(
    tableId: number,
    visit: (table: Table, itemKey: Buffer, item: Item) => boolean,
  ): Promise<boolean> {
    const { store, catalog } = this.#engine;
    // What was written just before the change that is the reason for this visit must be found, too.
    await store.whenDurable();
    let start: Buffer | undefined;
    for (;;) {
      const table = catalog.findById(tableId);
      if (!table || this.#stopped) return false;
      const keys = [...store.keys(start ?? table.prefix, successor(table.prefix), CHUNK)];
      for (const itemKey of keys) {
        const item = readLatestItem(this.#engine, itemKey)?.item;
        if (item && !visit(table, itemKey, item)) return false;
      }
      await store.whenDurable();
      if (keys.length < CHUNK) return true;
      start = Buffer.concat([keys.at(-1)!, Buffer.of(0)]);
    }
  }

  #every(ms: number, action: () => Promise<void>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      action()
        .catch((error: unknown) => this.#engine.log.error('background work failed', { error }))
        .finally(() => (busy = false));
    }, ms);
    timer.unref();
    this.#timers.push(timer);
  }
}
