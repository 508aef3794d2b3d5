import { existsSync } from 'node:fs';
import type { Engine } from '../engine.js';
import { closeEngine, openEngine } from '../open-engine.js';
import { backupPrefix, successor } from '../storage/keyspace.js';
import { lmdbFile } from '../storage/lmdb.js';
import { checkIndex, checkItems } from './items.js';
import { Findings, type Checked, type Finding } from './findings.js';
import { decodeItem } from './stored.js';
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
  // Neither appears in what is stored without having been given at its creation.
  const opened = await openEngine({ path, region: 'us-east-1', accountId: '000000000000' });
  try {
    const findings = new Findings(onFinding);
    checkAll(opened.engine, findings);
    return { checked: findings.checked, findings: findings.count };
  } finally {
    await closeEngine(opened);
  }
}

function checkAll(engine: Engine, findings: Findings): void {
  const { catalog, streams, backups } = engine;
  const tableOfStream = new Map<number, string>();
  for (const table of catalog.all()) {
    findings.checked.tables += 1;
    checkItems(engine, table, findings);
    for (const index of table.indexes) checkIndex(engine, index, findings);
    const { streamId } = table.definition;
    if (streamId === undefined) continue;
    tableOfStream.set(streamId, table.name);
    if (!streams.byId(streamId)?.enabled)
      findings.add(
        `table ${table.name}`,
        `its stream ${String(streamId)} does not exist or is off`,
      );
  }
  for (const stream of streams.all()) {
    const name = tableOfStream.get(stream.id);
    if (stream.enabled && name === undefined)
      findings.add(`stream ${stream.arn}`, 'it is on and belongs to no table');
    checkStream(engine, stream, name === undefined ? undefined : catalog.find(name), findings);
  }
  for (const backup of backups.all()) checkBackup(engine, backup, findings);
  checkStrayEntries(engine, findings);
  checkStrayRecords(engine, findings);
}

function checkBackup(
  { store }: Engine,
  { id, arn, status, items }: { id: number; arn: string; status: string; items: number },
  findings: Findings,
): void {
  const where = `backup ${arn}`;
  const prefix = backupPrefix(id);
  let found = 0;
  for (const { key, value } of store.entries({ start: prefix, end: successor(prefix) })) {
    found += 1;
    findings.checked.backupItems += 1;
    const { problem } = decodeItem(value);
    if (problem !== undefined) findings.add(where, `an item ${problem}`, key);
  }
  if (status === 'AVAILABLE' && found !== items)
    findings.add(where, `it should hold ${String(items)} items and has ${String(found)}`);
}
