import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { successor } from '../storage/keyspace.js';
import type { Index, Table } from '../tables/table.js';
import type { Findings } from './findings.js';
import { attributeOf } from '../values/index.js';
import { decodeItem, isSameItem } from './stored.js';

/** Checks the items of a table, that each has its entries in indexes and TTL, and the sums. */
export function checkItems(engine: Engine, table: Table, findings: Findings): void {
  const { store } = engine;
  const where = `table ${table.name}`;
  let items = 0;
  let bytes = 0;
  for (const { key, value } of store.entries({
    start: table.prefix,
    end: successor(table.prefix),
  })) {
    items += 1;
    findings.checked.items += 1;
    const { item, problem } = decodeItem(value);
    if (problem !== undefined) findings.add(where, `an item ${problem}`, item ?? key);
    if (!item) continue;
    bytes += value.readUInt32BE(0);
    if (!hasKeys(table, item)) findings.add(where, 'an item lacks its key attributes', item);
    else if (!table.itemKey(item).equals(key))
      findings.add(where, 'an item does not lie under its own key', table.keysOf(item));
    else checkEntriesOf(engine, table, key, item, findings);
  }
  checkSums(where, { items, bytes }, table, findings);
}

/** Whether an item has the key attributes of its table, with their types. */
export const hasKeys = (table: Table, item: Item): boolean =>
  [...table.hashes, ...table.ranges].every(
    ({ name, type }) => attributeOf(item, name)?.[type] !== undefined,
  );

function checkEntriesOf(
  { store, clock }: Engine,
  table: Table,
  itemKey: Buffer,
  item: Item,
  findings: Findings,
): void {
  for (const index of table.indexes) {
    // One that is still being filled may miss what it will have.
    if (index.definition.status === 'CREATING' || !index.holds(item)) continue;
    if (!store.read(index.entryKey(item, itemKey)))
      findings.add(nameOf(index), 'the entry of an item is missing', table.keysOf(item));
  }
  if (!table.definition.timeToLive?.isFilled) return;
  const expiry = table.expiryKey(item, itemKey, clock.now());
  if (expiry && !store.read(expiry))
    findings.add(
      `table ${table.name}`,
      'an item is not noted for its end (TTL)',
      table.keysOf(item),
    );
}

/** Checks that each entry of an index belongs to an item and holds what it must. */
export function checkIndex({ store }: Engine, index: Index, findings: Findings): void {
  const { table } = index;
  const where = nameOf(index);
  let items = 0;
  let bytes = 0;
  for (const { key, value } of store.entries({
    start: index.prefix,
    end: successor(index.prefix),
  })) {
    items += 1;
    findings.checked.indexEntries += 1;
    const { item: entry, problem } = decodeItem(value);
    if (problem !== undefined) findings.add(where, `an entry ${problem}`, entry ?? key);
    if (!entry) continue;
    bytes += value.readUInt32BE(0);
    if (!hasKeys(table, entry)) {
      findings.add(where, 'an entry lacks the key of its item', entry);
      continue;
    }
    const itemKey = table.itemKey(entry);
    const stored = store.read(itemKey);
    const item = stored && decodeItem(Buffer.from(stored)).item;
    const keys = table.keysOf(entry);
    if (!item) findings.add(where, 'an entry has no item', keys);
    else if (!index.holds(item) || !index.entryKey(item, itemKey).equals(key))
      findings.add(where, 'an entry does not lie where its item belongs', keys);
    else if (!isSameItem(index.project(item), entry))
      findings.add(where, 'an entry differs from its item', keys);
  }
  if (index.definition.status === 'ACTIVE') checkSums(where, { items, bytes }, index, findings);
}

function checkSums(
  where: string,
  found: { items: number; bytes: number },
  noted: { items: number; bytes: number },
  findings: Findings,
): void {
  for (const what of ['items', 'bytes'] as const)
    if (found[what] !== noted[what])
      findings.add(
        where,
        `the sum of ${what} says ${String(noted[what])}, there are ${String(found[what])}`,
      );
}

const nameOf = (index: Index): string => `index ${index.table.name}/${index.name}`;
