import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import { StoredItem } from '../items/stored-item.js';
import {
  columnsOf,
  isWhole,
  pickColumns,
  planReads,
  splitKey,
  type BoundSelect,
  type ColumnPath,
} from '../partiql/index.js';
import type { Table } from '../tables/table.js';
import { itemToText } from '../values/index.js';

/** The one item that a SELECT within a batch or transaction reads. */
export interface ItemRead {
  readonly key: Item;
  readonly columns: readonly ColumnPath[] | undefined;
}

/**
 * What such a SELECT reads: its WHERE must name the primary key and nothing else. The types of the key are the
 * caller's to check. Throws ValidationException, for other WHEREs the one for `operation`.
 */
export function itemReadOf(
  { statement, where }: BoundSelect,
  table: Table,
  operation: 'BatchExecuteStatement' | 'ExecuteTransaction',
): ItemRead {
  const { key, rest } = splitKey(table, where, true);
  if (rest.length > 0 || !isWhole(table, key) || statement.index !== undefined) {
    // What reads by key may not do comes first (recorded).
    if (where && statement.index === undefined) planReads(table, where);
    throw validationError(
      `Select statements within ${operation} must specify the primary key in the where clause.`,
    );
  }
  return { key: table.keysOf(key), columns: columnsOf(statement) };
}

/** The item as it is committed, as JSON text: undefined when there is none. */
export function readItem(
  engine: Engine,
  table: Table,
  { key, columns }: ItemRead,
): { text: string | undefined; size: number } {
  const bytes = engine.store.read(table.itemKey(key));
  if (!bytes) return { text: undefined, size: 0 };
  const stored = new StoredItem(bytes);
  const { size } = stored;
  return { text: columns ? pickedText(columns, stored) : stored.text, size };
}

/** An item of which nothing was asked for is left out, as in TransactGetItems; inferred. */
function pickedText(columns: readonly ColumnPath[], { item }: StoredItem): string | undefined {
  const picked = pickColumns(columns, item);
  return Object.keys(picked).length === 0 ? undefined : itemToText(picked);
}
