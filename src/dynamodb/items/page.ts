import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import {
  evaluateCondition,
  project,
  type Condition,
  type Projection,
} from '../expressions/index.js';
import type { KeyRange } from '../storage/store.js';
import type { Index, Table } from '../tables/table.js';
import { itemToText } from '../values/index.js';
import { ItemList } from './item-list.js';
import { StoredItem } from './stored-item.js';

/** Documented: a page of a Query or Scan ends once this much was read. */
const MAX_PAGE_BYTES = 1024 * 1024;

export interface PageRequest {
  table: Table;
  /** Undefined: the table itself is read. */
  index: Index | undefined;
  range: KeyRange;
  /** Items to look at, before the filter; undefined: as many as fit. */
  limit: number | undefined;
  filter: Condition | undefined;
  projection: Projection | undefined;
  /** Items are counted, not returned. */
  countOnly: boolean;
  /** Takes each item from the table: what is asked for is not in the index. */
  fetch: boolean;
  /** All attributes of fetched items are asked for. */
  allAttributes: boolean;
  /** PartiQL's part of a page; the filter then sees what the index holds, even where items are fetched. */
  partiql?: PartiqlPart;
}

/** What PartiQL has in the place of a projection, and of a page that reads a single range. */
export interface PartiqlPart {
  /** Where the items go, behind those of earlier ranges. */
  readonly items: ItemList;
  /** What is returned of an item; undefined: all of it. */
  readonly columns: ((item: Item) => Item) | undefined;
  /** Bytes that earlier ranges took of the page. */
  readonly bytesBefore: number;
}

export interface Page {
  /** Undefined when only counted. */
  items: ItemList | undefined;
  count: number;
  scannedCount: number;
  /** Where the next page begins; undefined when the range is at its end. */
  lastKey: Item | undefined;
  /** Bytes read from the table, and from the index. */
  tableBytes: number;
  indexBytes: number;
  /** Items fetched from the table one by one. */
  fetchedBytes: number[];
}

/** Reads one page of a range, in its order. */
export function readPage(engine: Engine, request: PageRequest): Page {
  const { table, index, limit, filter, projection, countOnly, fetch, partiql } = request;
  const items = countOnly ? undefined : (partiql?.items ?? new ItemList());
  const shape = projection
    ? (item: Item) => project(projection, item)
    : (partiql?.columns ?? projectedOnly(request));
  const maxBytes = MAX_PAGE_BYTES - (partiql?.bytesBefore ?? 0);
  const fetchedBytes: number[] = [];
  let count = 0;
  let scannedCount = 0;
  let bytes = 0;
  let last: StoredItem | undefined;
  let isFull = false;
  for (const { value } of engine.store.lentEntries(request.range)) {
    const entry = new StoredItem(value);
    if (fetch) entry.retain(); // fetching reads the store
    scannedCount += 1;
    bytes += entry.size;
    last = entry;
    const item = fetch ? fetchItem(engine, table, entry) : entry;
    if (fetch) fetchedBytes.push(item.size);
    if (!filter || evaluateCondition(filter, (partiql ? entry : item).item)) {
      count += 1;
      if (shape) items?.addText(itemToText(shape(item.item)));
      else items?.add(item);
    }
    if (scannedCount === limit || bytes >= maxBytes) {
      isFull = true;
      break;
    }
  }
  return {
    items,
    count,
    scannedCount,
    lastKey: isFull && last ? keyIn(last.item, table, index) : undefined,
    tableBytes: index ? 0 : bytes,
    indexBytes: index ? bytes : 0,
    fetchedBytes,
  };
}

/** Items that were fetched for the filter's sake alone are answered as the index holds them. */
function projectedOnly({
  index,
  fetch,
  allAttributes,
}: PageRequest): ((item: Item) => Item) | undefined {
  return fetch && index && !allAttributes ? (item) => index.project(item) : undefined;
}

/** The item that an index entry stands for, as it is committed. */
function fetchItem(engine: Engine, table: Table, entry: StoredItem): StoredItem {
  const bytes = engine.store.read(table.itemKey(entry.item));
  return bytes ? new StoredItem(bytes) : entry;
}

function keyIn(item: Item, table: Table, index: Index | undefined): Item {
  if (!index) return table.keysOf(item);
  return Object.fromEntries(index.keyNames.map((name) => [name, item[name]!]));
}
