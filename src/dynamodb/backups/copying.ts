import type { Engine } from '../engine.js';
import { writeItem } from '../items/item-writer.js';
import { StoredItem } from '../items/stored-item.js';
import { backupItemKey, backupPrefix, itemKeyOfBackup, successor } from '../storage/keyspace.js';
import type { Entry } from '../storage/store.js';
import type { Backup } from './backup.js';

/** Entries copied in one go: small enough that requests hardly wait for it. */
const CHUNK = 200;

/** The items of a table as they are committed now; must be ended with `return` or to its end. */
export function snapshotOf({ store }: Engine, tablePrefix: Buffer): Iterator<Entry> {
  const entries = store
    .entries({ start: tablePrefix, end: successor(tablePrefix) })
    [Symbol.iterator]();
  return pinned(entries);
}

/** The database takes its snapshot with the first entry: that one is read at once. */
function pinned(entries: Iterator<Entry>): Iterator<Entry> {
  let first: IteratorResult<Entry> | undefined = entries.next();
  return {
    next() {
      const result = first ?? entries.next();
      first = undefined;
      return result;
    },
    return() {
      return entries.return?.() ?? { done: true, value: undefined };
    },
  };
}

/**
 * Copies a table's items into a backup. What a restart interrupted begins anew, with the table as it is
 * then; when the table is gone, so is the backup.
 */
export async function fillBackup(
  engine: Engine,
  backup: Backup,
  isStopped: () => boolean,
): Promise<void> {
  const entries = engine.backups.takeSnapshot(backup);
  if (!entries) {
    beginAnew(engine, backup);
    await engine.store.whenDurable();
    return;
  }
  const { store, backups } = engine;
  let items = 0;
  let bytes = 0;
  try {
    for (let more = true; more;) {
      more = forSome(entries, ({ key, value }) => {
        store.append(backupItemKey(backup.id, key), value);
        items += 1;
        bytes += new StoredItem(value).size;
      });
      await store.whenDurable();
      if (isStopped() || backups.find(backup.arn) !== backup) return;
    }
  } finally {
    entries.return?.();
  }
  // The table's sums, noted at first, may tell of writes that were under way then and are not in it.
  backups.put({ ...backup, status: 'AVAILABLE', items, bytes });
  await store.whenDurable();
}

function beginAnew(engine: Engine, backup: Backup): void {
  const { backups, catalog, log } = engine;
  backups.remove(backup);
  const table = catalog.findById(backup.table.id);
  if (!table) {
    log.warn('a backup was not finished and its table is gone: the backup is removed', {
      backup: backup.arn,
    });
    return;
  }
  const again = {
    ...backup,
    id: catalog.nextBackupId(),
    items: table.items,
    bytes: table.bytes,
    table: table.definition,
  };
  backups.put(again);
  backups.keepSnapshot(again, snapshotOf(engine, table.prefix));
  engine.maintain();
}

/** Fills a table from the backup that it is restored from. Goes on where a restart interrupted it. */
export async function fillRestored(
  engine: Engine,
  tableId: number,
  isStopped: () => boolean,
): Promise<void> {
  const { store, catalog } = engine;
  const restore = catalog.findById(tableId)?.definition.restore;
  if (!restore) return;
  const prefix = backupPrefix(restore.backupId);
  const entries = store.entries({ start: prefix, end: successor(prefix) })[Symbol.iterator]();
  try {
    for (let more = true; more;) {
      more = forSome(entries, ({ key, value }) => {
        const table = catalog.findById(tableId)!;
        const itemKey = itemKeyOfBackup(tableId, key);
        if (!store.readLatest(itemKey))
          writeItem(engine, table, itemKey, undefined, new StoredItem(value));
      });
      await store.whenDurable();
      if (isStopped()) return;
    }
  } finally {
    entries.return?.();
  }
  const { definition } = catalog.findById(tableId)!;
  catalog.put({ ...definition, restore: { ...restore, inProgress: false } });
  await store.whenDurable();
}

/** Hands over one chunk; whether there may be more. */
function forSome(entries: Iterator<Entry>, action: (entry: Entry) => void): boolean {
  for (let count = 0; count < CHUNK; count += 1) {
    const next = entries.next();
    if (next.done) return false;
    action(next.value);
  }
  return true;
}
