import type { Engine } from '../engine.js';
import {
  allOwned,
  allRecords,
  ownerOf,
  placeOfRecord,
  recordKey,
  successor,
} from '../storage/keyspace.js';
import type { Findings } from './findings.js';

/** Finds entries whose table, index or backup does not exist and that nobody is about to remove. */
export function checkStrayEntries(engine: Engine, findings: Findings): void {
  const { store, catalog } = engine;
  const purges = catalog.purges();
  const [start, end] = allOwned();
  let from = start;
  for (;;) {
    const [key] = store.keys(from, end, 1);
    if (!key) return;
    const { kind, id, indexId, prefix } = ownerOf(key);
    const isPurged = purges.some((purge) => key.subarray(0, purge.length).equals(purge));
    if (!isPurged && !isKnown(engine, kind, id, indexId))
      findings.add(
        `${kind} entries`,
        `they belong to ${kind === 'backup' ? 'backup' : 'table'} ${String(id)}` +
          `${indexId === undefined ? '' : `, index ${String(indexId)}`}, which does not exist`,
      );
    from = successor(prefix);
  }
}

function isKnown(
  { catalog, backups }: Engine,
  kind: ReturnType<typeof ownerOf>['kind'],
  id: number,
  indexId: number | undefined,
): boolean {
  if (kind === 'backup') return backups.all().some((backup) => backup.id === id);
  const table = catalog.findById(id);
  if (!table) return false;
  if (kind === 'expiry') return table.definition.timeToLive !== undefined;
  return kind === 'item' || table.indexes.some(({ definition }) => definition.id === indexId);
}

/** Finds records that belong to no stream, or to a shard that its stream does not have. */
export function checkStrayRecords({ store, streams, catalog }: Engine, findings: Findings): void {
  const purges = catalog.purges();
  const [start, end] = allRecords();
  let from = start;
  for (;;) {
    const [key] = store.keys(from, end, 1);
    if (!key) return;
    const { streamId, shard } = placeOfRecord(key);
    const isPurged = purges.some((purge) => key.subarray(0, purge.length).equals(purge));
    const shards = streams.byId(streamId)?.definition.shards ?? [];
    if (!isPurged && !shards.some(({ index }) => index === shard))
      findings.add(
        'stream records',
        `they belong to stream ${String(streamId)}, shard ${String(shard)}, which does not exist`,
      );
    from = recordKey(streamId, shard + 1, 0);
  }
}
