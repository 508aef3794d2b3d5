import type { Engine } from '../engine.js';
import { allTables, idIn } from '../storage/keyspace.js';
import type { Findings } from './findings.js';

/**
 * Checks that tables, streams and backups belong together: each name once, streams that are on with the
 * table that they are of, no id that would be given out again.
 */
export function checkCatalog(engine: Engine, findings: Findings): void {
  const { catalog, streams, backups } = engine;
  checkNames(engine, findings);
  const owners = new Set<number>();
  for (const { name, definition } of catalog.all()) {
    const where = `table ${name}`;
    checkId('table', definition.id, where, engine, findings);
    for (const index of definition.indexes)
      if (index.id > definition.lastIndexId)
        findings.add(
          `index ${name}/${index.name}`,
          `its id ${String(index.id)} is newer than the last one given out, ${String(definition.lastIndexId)}`,
        );
    const { streamId } = definition;
    if (streamId === undefined) continue;
    if (owners.has(streamId)) findings.add(where, `its stream is that of another table, too`);
    owners.add(streamId);
    if (!streams.byId(streamId)?.enabled)
      findings.add(where, `its stream ${String(streamId)} does not exist or is off`);
  }
  for (const stream of streams.all()) {
    const where = `stream ${stream.arn}`;
    checkId('stream', stream.id, where, engine, findings);
    if (stream.enabled && !owners.has(stream.id))
      findings.add(where, 'it is on and belongs to no table');
  }
  for (const { id, arn } of backups.all()) checkId('backup', id, `backup ${arn}`, engine, findings);
}

/** Of two tables with one name the engine would see only one. */
function checkNames({ store, catalog }: Engine, findings: Findings): void {
  const [start, end] = allTables();
  for (const { key } of store.entries({ start, end })) {
    const table = catalog.findById(idIn(key));
    if (!table) findings.add('tables', `table ${String(idIn(key))} lies under another id`);
    else if (catalog.find(table.name) !== table)
      findings.add(`table ${table.name}`, `there is another one of this name, ${String(table.id)}`);
  }
}

function checkId(
  kind: 'table' | 'stream' | 'backup',
  id: number,
  where: string,
  { catalog }: Engine,
  findings: Findings,
): void {
  const last = catalog.lastIds[kind];
  if (id > last)
    findings.add(
      where,
      `its id ${String(id)} is newer than the last one given out, ${String(last)}`,
    );
}
