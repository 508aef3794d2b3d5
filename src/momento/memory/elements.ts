import type { Element, ElementPage } from '../backend.js';
import { pageOf, placedPage, placeOf } from '../element-page.js';
import { bytesOf } from './collections/collection.js';
import type { Dictionary } from './collections/dictionary.js';
import type { ElementSet } from './collections/element-set.js';
import type { List } from './collections/list.js';
import type { SortedSet } from './collections/sorted-set.js';

/** A page of a collection in memory; a cursor is a place in its order. */
export function elementsOf(
  collection: Dictionary | ElementSet | List | SortedSet,
  cursor: string | undefined,
  limit: number,
): ElementPage {
  const start = placeOf(cursor);
  const found = pageOf(from(collection, start, start + limit), limit);
  return placedPage(collection.type, collection.size, start, found);
}

function* from(
  collection: Dictionary | ElementSet | List | SortedSet,
  start: number,
  end: number,
): Generator<Element> {
  switch (collection.type) {
    case 'dictionary': {
      let place = 0;
      for (const [field, value] of collection.pairs()) {
        if (place >= end) return;
        if (place >= start) yield { field: bytesOf(field), value: bytesOf(value) };
        place += 1;
      }
      return;
    }
    case 'set':
      for (const value of collection.elements().slice(start, end)) yield { value: bytesOf(value) };
      return;
    case 'list':
      for (const [at, value] of collection.slice(start, end).entries())
        yield { index: start + at, value: bytesOf(value) };
      return;
    case 'sorted set':
      for (const { value, score } of collection.slice(start, end))
        yield { value: bytesOf(value), score };
  }
}
