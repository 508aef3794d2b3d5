import type { Item } from '../../lib/attribute-value.js';
import { resolvePath } from '../expressions/index.js';
import { setAttribute } from '../values/index.js';
import type { ColumnPath, SelectStatement } from './statement.js';

/** What a SELECT returns, undefined for `*`. Throws what is wrong with its columns. */
export function columnsOf({ columns }: SelectStatement): readonly ColumnPath[] | undefined {
  if (columns && 'error' in columns) throw columns.error;
  return columns;
}

/** The columns that an item has, each under its own name: paths do not nest (recorded). */
export function pickColumns(columns: readonly ColumnPath[], item: Item): Item {
  const picked: Item = {};
  for (const { path, name } of columns) {
    const value = resolvePath(path, item);
    if (value) setAttribute(picked, name, value);
  }
  return picked;
}
