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
  forEachGroup(engine, allOwned(), (key, isPurged) => {
    const { kind, id, indexId, prefix } = ownerOf(key);
    if (!isPurged && !isKnown(engine, kind, id, indexId))
      findings.add(
        `${kind} entries`,
        `they belong to ${kind === 'backup' ? 'backup' : 'table'} ${String(id)}` +
          `${indexId === undefined ? '' : `, index ${String(indexId)}`}, which does not exist`,
      );
    return successor(prefix);
  });
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
export function checkStrayRecords(engine: Engine, findings: Findings): void {
  forEachGroup(engine, allRecords(), (key, isPurged) => {
    const { streamId, shard } = placeOfRecord(key);
    const shards = engine.streams.byId(streamId)?.definition.shards ?? [];
    if (!isPurged && !shards.some(({ index }) => index === shard))
      findings.add(
        'stream records',
        `they belong to stream ${String(streamId)}, shard ${String(shard)}, which does not exist`,
      );
    return recordKey(streamId, shard + 1, 0);
  });
}

/**
 * Looks at the first key of each group of keys between two, with whether it is about to be removed. `look`
 * says where the next group begins.
 */
function forEachGroup(
  { store, catalog }: Engine,
  [start, end]: readonly [Buffer, Buffer],
  look: (key: Buffer, isPurged: boolean) => Buffer,
): void {
  const purges = catalog.purges();
  let [key] = store.keys(start, end, 1);
  while (key) {
    const first = key;
    const isPurged = purges.some((purge) => first.subarray(0, purge.length).equals(purge));
    [key] = store.keys(look(first, isPurged), end, 1);
  }
}
