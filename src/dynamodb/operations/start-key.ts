import type { Item } from '../../lib/attribute-value.js';
import { isAwsError } from '../../lib/aws-error.js';
import { validationError } from '../errors.js';
import { checkKey } from '../items/item-keys.js';
import type { Index, KeyAttribute, KeySchema, Table } from '../tables/table.js';
import { attributeOf, parseItem, type Wording } from '../values/index.js';

const INVALID = 'The provided starting key is invalid';
const MISMATCH = 'The provided key element does not match the schema';

/** What Query reports as it is, although it is about the start key (recorded). */
const BARE =
  /contains duplicates|number set|numeric value|significant digits|number with magnitude/i;

/** Parses the values of `ExclusiveStartKey`; whether they fit the schema is for the checks below. */
export function parseStartKey(key: Item | undefined, wording: Wording): Item | undefined {
  if (key === undefined) return undefined;
  return prefixed(
    () => parseItem(key, wording),
    (message) => wording === 'older' || !BARE.test(message),
  );
}

/** Query looks at the partition key of a start key before it looks at the key condition (recorded). */
export function checkStartHash(source: Table | Index, startKey: Item): void {
  if (Object.keys(startKey).length !== source.keyNames.length) throw validationError(INVALID);
  for (const part of source.hashes) checkPart(part, startKey);
}

/** After {@link checkStartHash}: the sort key. */
export function checkStartRange(source: KeySchema, startKey: Item): void {
  for (const part of source.ranges) checkPart(part, startKey);
}

/** After the keys of an index: those of the table; and whether all of them may be stored. */
export function checkStartTable(table: Table, index: Index | undefined, startKey: Item): void {
  prefixed(() => {
    checkKey(table, index ? table.keysOf(startKey) : startKey);
    if (index) checkKey(index, index.keysOf(startKey));
  });
}

function checkPart({ name, type }: KeyAttribute, startKey: Item): void {
  const value = attributeOf(startKey, name);
  if (!value) throw validationError(INVALID);
  if (value[type] === undefined) throw validationError(MISMATCH);
}

function prefixed<T>(check: () => T, isPrefixed: (message: string) => boolean = () => true): T {
  try {
    return check();
  } catch (error) {
    if (!isAwsError(error, 'ValidationException') || !isPrefixed(error.message)) throw error;
    throw validationError(`${INVALID}: ${error.message}`);
  }
}
