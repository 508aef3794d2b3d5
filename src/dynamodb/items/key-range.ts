import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import type { KeyCondition } from '../expressions/index.js';
import { hashBound, hashedKey, successor } from '../storage/keyspace.js';
import type { KeyRange } from '../storage/store.js';
import type { Index, Table } from '../tables/table.js';
import { encodeKeyValue } from '../values/index.js';
import { encodeKeyPrefix, hashOf, joined } from './key-encoding.js';

const HASHES = 2 ** 32;

/** The entries of one partition that a key condition selects. */
export function queryRange(source: Table | Index, condition: KeyCondition): KeyRange {
  const hash = joined(condition.hashes.map(encodeKeyValue));
  const equal = condition.equals.map(encodeKeyValue);
  // Sort attributes that must be equal narrow it down like the partition key does.
  const partition = hashedKey(source.prefix, hashOf(hash), [hash, ...equal]);
  const at = (value: AttributeValue): Buffer => Buffer.concat([partition, encodeKeyValue(value)]);
  const whole = { start: partition, end: successor(partition) };
  if (!condition.range) return whole;
  const { operator, values } = condition.range;
  const [first, second] = values as [AttributeValue, AttributeValue];
  switch (operator) {
    case '=':
      return { start: at(first), end: successor(at(first)) };
    case '<':
      return { start: partition, end: at(first) };
    case '<=':
      return { start: partition, end: successor(at(first)) };
    case '>':
      return { start: successor(at(first)), end: whole.end };
    case '>=':
      return { start: at(first), end: whole.end };
    case 'BETWEEN':
      return { start: at(first), end: successor(at(second)) };
    case 'begins_with': {
      const prefix = Buffer.concat([partition, encodeKeyPrefix(first)]);
      return { start: prefix, end: successor(prefix) };
    }
  }
}

/** The entries of one segment of a Scan; all of them when there is only one. */
export function scanRange(source: Table | Index, segment = 0, totalSegments = 1): KeyRange {
  const bound = (part: number): Buffer =>
    hashBound(source.prefix, Math.ceil((HASHES * part) / totalSegments));
  return { start: bound(segment), end: bound(segment + 1) };
}

/** What of `range` lies behind the key at which the last page ended. */
export function continueAfter(range: KeyRange, entryKey: Buffer): KeyRange {
  return range.reverse
    ? { ...range, end: entryKey }
    : { ...range, start: entryKey, exclusiveStart: true };
}

/** Whether a key lies in a range. */
export function isWithin(range: KeyRange, entryKey: Buffer): boolean {
  return Buffer.compare(entryKey, range.start) >= 0 && Buffer.compare(entryKey, range.end) < 0;
}

/** Where the item that a start key names lies in the table or index. */
export function entryKeyOf(table: Table, index: Index | undefined, startKey: Item): Buffer {
  const itemKey = table.itemKey(startKey);
  return index ? index.entryKey(startKey, itemKey) : itemKey;
}
