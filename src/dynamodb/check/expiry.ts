import type { Engine } from '../engine.js';
import { expiryPrefix, itemKeyOfExpiry, secondsOfExpiry, successor } from '../storage/keyspace.js';
import { expiryOf, type Table } from '../tables/table.js';
import type { Findings } from './findings.js';
import { decodeItem } from './stored.js';

/** Long ago, so that no time of an item is too old to be looked at. */
const BEGINNING = 0;

/** Checks that each time noted for the end of an item (TTL) is that of an item. */
export function checkExpiry({ store, catalog }: Engine, table: Table, findings: Findings): void {
  const attribute = table.definition.timeToLive?.attribute;
  const prefix = expiryPrefix(table.id);
  // What is about to be removed may be left from another attribute.
  if (attribute === undefined || catalog.purges().some((purge) => purge.equals(prefix))) return;
  const where = `table ${table.name}`;
  for (const { key } of store.entries({ start: prefix, end: successor(prefix) })) {
    const itemKey = itemKeyOfExpiry(table.id, key);
    const stored = store.read(itemKey);
    const item = stored && decodeItem(Buffer.from(stored)).item;
    const seconds = secondsOfExpiry(key);
    if (!item)
      findings.add(
        where,
        `an end (TTL) is noted for ${String(seconds)}, and no item is there`,
        key,
      );
    else if (expiryOf(item, attribute, BEGINNING) !== seconds)
      findings.add(
        where,
        `an end (TTL) is noted for ${String(seconds)} that the item does not have`,
        table.keysOf(item),
      );
  }
}
