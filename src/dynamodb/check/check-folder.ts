import { existsSync } from 'node:fs';
import type { Engine } from '../engine.js';
import { closeEngine, openEngine } from '../open-engine.js';
import { DamagedFolderError } from '../storage/damage.js';
import { lmdbFile } from '../storage/lmdb.js';
import type { Table } from '../tables/table.js';
import { checkBackup } from './backup.js';
import { checkCatalog } from './catalog.js';
import { checkExpiry } from './expiry.js';
import { checkIndex, checkItems } from './items.js';
import { Findings, type Checked, type Finding } from './findings.js';
import { checkStrayEntries, checkStrayRecords } from './strays.js';
import { checkStream } from './streams.js';

/** Whether the folder holds tables of ours. */
export const isTableFolder = (path: string): boolean => existsSync(lmdbFile(path));

/**
 * Proves that what a folder holds is consistent: items and their places, index entries, expiry times,
 * sums, stream records and the items they lead to, backups. Nothing is changed, but that what a crash left
 * in the write-ahead log is brought over first, as at any start.
 *
 * `onFinding` gets each fault as it is found. Rejects with DataFolderInUseError when a process has the
 * folder open. Memory stays bounded, whatever the size of the folder.
 */
export async function checkFolder(
  path: string,
  onFinding: (finding: Finding) => void,
): Promise<{ checked: Checked; findings: number }> {
  const findings = new Findings(onFinding);
  try {
    // Neither appears in what is stored without having been given at its creation.
    const opened = await openEngine({ path, region: 'us-east-1', accountId: '000000000000' });
    try {
      checkAll(opened.engine, findings);
    } finally {
      await closeEngine(opened);
    }
  } catch (error) {
    if (!(error instanceof DamagedFolderError)) throw error;
    findings.add('data folder', error.message); // without it nothing else can be found
  }
  return { checked: findings.checked, findings: findings.count };
}

function checkAll(engine: Engine, findings: Findings): void {
  const { catalog, streams, backups } = engine;
  checkCatalog(engine, findings);
  const tableOfStream = new Map<number, Table>();
  for (const table of catalog.all()) {
    findings.checked.tables += 1;
    checkItems(engine, table, findings);
    for (const index of table.indexes) checkIndex(engine, index, findings);
    checkExpiry(engine, table, findings);
    if (table.definition.streamId !== undefined)
      tableOfStream.set(table.definition.streamId, table);
  }
  for (const stream of streams.all())
    checkStream(engine, stream, tableOfStream.get(stream.id), findings);
  for (const backup of backups.all()) checkBackup(engine, backup, findings);
  checkStrayEntries(engine, findings);
  checkStrayRecords(engine, findings);
}
