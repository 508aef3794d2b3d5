import type { Item } from '../../lib/attribute-value.js';
import { StoredItem } from '../items/stored-item.js';
import { equalValues, itemSize, parseItem } from '../values/index.js';

/** The item in stored bytes; undefined when they are not one. `problem` says what is wrong with it. */
export function decodeItem(bytes: Buffer): { item?: Item; problem?: string } {
  let item: Item;
  try {
    item = parseItem(JSON.parse(new StoredItem(bytes).text));
  } catch (error) {
    return { problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const { size } = new StoredItem(bytes);
  const right = itemSize(item);
  if (size !== right)
    return { item, problem: `is noted with ${String(size)} bytes and has ${String(right)}` };
  return { item };
}

/** Equal by value: the order of attributes and of set members does not count. */
export const isSameItem = (one: Item, other: Item): boolean =>
  equalValues({ M: one }, { M: other });
