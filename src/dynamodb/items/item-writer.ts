import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import type { Index, Table } from '../tables/table.js';
import { equalValues, itemSize, itemToText } from '../values/index.js';
import { StoredItem } from './stored-item.js';

/** What a write did to one index, in bytes: at most one entry goes and one comes. */
export interface IndexChange {
  index: Index;
  /** Size of the entry that went, or was overwritten. */
  removed: number | undefined;
  /** Size of the entry that came. */
  added: number | undefined;
  /** The entry stayed in its place and was overwritten. */
  inPlace: boolean;
}

const NO_CHANGES: readonly IndexChange[] = [];

/** The item as the latest write left it, committed or not; valid until the next read of the store. */
export function readLatestItem(engine: Engine, itemKey: Buffer): StoredItem | undefined {
  const bytes = engine.store.readLatest(itemKey);
  return bytes && new StoredItem(bytes);
}

/**
 * Puts `next` in the place of `old` (undefined: no item), with all that follows from it: index entries,
 * expiry, sums, stream record. All of it lies in one batch, as long as the caller does not await between.
 * Returns what happened to the indexes.
 */
export function writeItem(
  engine: Engine,
  table: Table,
  itemKey: Buffer,
  old: StoredItem | undefined,
  next: StoredItem | undefined,
  byTimeToLive = false,
): readonly IndexChange[] {
  if (!old && !next) return NO_CHANGES;
  const { store, catalog, streams, clock } = engine;
  if (old && next && old.sameBytes(next)) return NO_CHANGES;

  if (next) store.put(itemKey, next.bytes);
  else store.remove(itemKey);
  catalog.count(table, (next ? 1 : 0) - (old ? 1 : 0), (next?.size ?? 0) - (old?.size ?? 0));

  if (table.stream && !isSame(old, next)) {
    const keys = table.keysOf((next ?? old!).item);
    streams.append(table.stream, table.hashIn(itemKey), {
      writtenAt: clock.now(),
      keysText: itemToText(keys),
      keysSize: itemSize(keys),
      newImage: next,
      oldImage: old,
      byTimeToLive,
    });
  }
  if (table.definition.timeToLive) writeExpiry(engine, table, itemKey, old, next);
  return table.indexes.length === 0
    ? NO_CHANGES
    : writeIndexes(engine, table, itemKey, old?.item, next?.item);
}

/** Equal by value: the order of attributes and of set members does not count. */
function isSame(old: StoredItem | undefined, next: StoredItem | undefined): boolean {
  return (
    !!old && !!next && old.size === next.size && equalValues({ M: old.item }, { M: next.item })
  );
}

function writeIndexes(
  engine: Engine,
  table: Table,
  itemKey: Buffer,
  old: Item | undefined,
  next: Item | undefined,
): IndexChange[] {
  const changes: IndexChange[] = [];
  for (const index of table.indexes) {
    const change = writeIndex(engine, index, itemKey, old, next);
    if (change) changes.push(change);
  }
  return changes;
}

/** Brings one index up to date with a write; undefined when the write does not touch it. */
function writeIndex(
  { store, catalog }: Engine,
  index: Index,
  itemKey: Buffer,
  old: Item | undefined,
  next: Item | undefined,
): IndexChange | undefined {
  const after = next && entryOf(index, itemKey, next);
  let before = old && entryOf(index, itemKey, old);
  // An index that is still being filled does not have all entries yet.
  if (before && index.definition.status === 'CREATING' && !store.readLatest(before.key))
    before = undefined;
  if (!before && !after) return undefined;
  const inPlace = before !== undefined && after !== undefined && before.key.equals(after.key);
  if (inPlace && isSame(before?.stored, after.stored)) return undefined;
  if (before && !inPlace) store.remove(before.key);
  if (after) store.put(after.key, after.stored.bytes);
  const removed = before?.stored.size;
  const added = after?.stored.size;
  catalog.count(index, (after ? 1 : 0) - (before ? 1 : 0), (added ?? 0) - (removed ?? 0));
  return { index, removed, added, inPlace };
}

/** The entry of an item in an index; undefined when it has none. */
function entryOf(
  index: Index,
  itemKey: Buffer,
  item: Item,
): { key: Buffer; stored: StoredItem } | undefined {
  if (!index.holds(item)) return undefined;
  return { key: index.entryKey(item, itemKey), stored: StoredItem.of(index.project(item)) };
}

/** Adds an existing item to an index that is being filled, unless a write did so meanwhile. */
export function fillIndex(engine: Engine, index: Index, itemKey: Buffer, item: Item): void {
  if (!index.holds(item) || engine.store.readLatest(index.entryKey(item, itemKey))) return;
  writeIndex(engine, index, itemKey, undefined, item);
}

/** Notes when an existing item expires, for a table whose time to live was just switched on. */
export function fillExpiry(
  { store, clock }: Engine,
  table: Table,
  itemKey: Buffer,
  item: Item,
): void {
  const key = table.expiryKey(item, itemKey, clock.now());
  if (key) store.put(key, PRESENT);
}

const PRESENT = Buffer.of(1);

function writeExpiry(
  { store, clock }: Engine,
  table: Table,
  itemKey: Buffer,
  old: StoredItem | undefined,
  next: StoredItem | undefined,
): void {
  const now = clock.now();
  const before = old && table.expiryKey(old.item, itemKey, now);
  const after = next && table.expiryKey(next.item, itemKey, now);
  if (before && after && before.equals(after)) return;
  if (before) store.remove(before);
  if (after) store.put(after, PRESENT);
}
