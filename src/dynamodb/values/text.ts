import type { Item } from '../../lib/attribute-value.js';

/** The JSON text of a parsed item, as it is stored and sent: attributes in the item's own order. */
export function itemToText(item: Item): string {
  return JSON.stringify(item);
}
