import type { Backup } from '../backups/backup.js';
import type { Engine } from '../engine.js';
import { backupItemKey, backupPrefix, successor } from '../storage/keyspace.js';
import { Table } from '../tables/table.js';
import type { Findings } from './findings.js';
import { hasKeys } from './items.js';
import { decodeItem } from './stored.js';

/** Checks the copies of items that a backup holds, and that it holds all of them. */
export function checkBackup({ store }: Engine, backup: Backup, findings: Findings): void {
  const where = `backup ${backup.arn}`;
  const table = new Table(backup.table);
  const prefix = backupPrefix(backup.id);
  let found = 0;
  for (const { key, value } of store.entries({ start: prefix, end: successor(prefix) })) {
    found += 1;
    findings.checked.backupItems += 1;
    const { item, problem } = decodeItem(value);
    if (problem !== undefined) findings.add(where, `an item ${problem}`, item ?? key);
    if (!item) continue;
    if (!hasKeys(table, item)) findings.add(where, 'an item lacks its key attributes', item);
    else if (!backupItemKey(backup.id, table.itemKey(item)).equals(key))
      findings.add(where, 'an item does not lie under its own key', table.keysOf(item));
  }
  if (backup.status === 'AVAILABLE' && found !== backup.items)
    findings.add(where, `it should hold ${String(backup.items)} items and has ${String(found)}`);
}
