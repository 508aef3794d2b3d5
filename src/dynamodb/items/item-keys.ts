import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import type { KeyAttribute, KeySchema, Table } from '../tables/table.js';
import {
  attributeOf,
  isEmptyValue,
  keyValueBytes,
  MAX_HASH_KEY_BYTES,
  MAX_RANGE_KEY_BYTES,
  typeOf,
} from '../values/index.js';

const HASH_KEY_TOO_LONG = `${INVALID_PARAMETER}Size of hashkey has exceeded the maximum size limit of2048 bytes`;
const RANGE_KEY_TOO_LONG = `${INVALID_PARAMETER}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`;
const KEY_MISMATCH = 'The provided key element does not match the schema';

/** Checks the `Key` of a request against the table's schema. Throws the service's words. */
export function checkKey(schema: KeySchema, key: Item): void {
  const { hashes, ranges } = schema;
  if (Object.keys(key).length !== hashes.length + ranges.length)
    throw validationError(KEY_MISMATCH);
  for (const part of hashes) checkKeyPart(part, key, true);
  for (const part of ranges) checkKeyPart(part, key, false);
}

/** Checks that a key names the attributes of the schema, with their types, and may be stored. */
function checkKeyPart(part: KeyAttribute, key: Item, isHash: boolean): void {
  const value = attributeOf(key, part.name);
  if (value?.[part.type] === undefined) throw validationError(KEY_MISMATCH);
  checkKeyValue(part, value, isHash);
}

/** Checks the key attributes of an item that is to be put. */
export function checkItemKeys(table: Table, item: Item): void {
  checkItemKey(table.hash, item, true);
  if (table.range) checkItemKey(table.range, item, false);
  checkIndexKeys(table, item);
}

function checkItemKey(part: KeyAttribute, item: Item, isHash: boolean): void {
  const value = attributeOf(item, part.name);
  if (!value) throw validationError(`${INVALID_PARAMETER}Missing the key ${part.name} in the item`);
  if (value[part.type] === undefined)
    throw validationError(
      `${INVALID_PARAMETER}Type mismatch for key ${part.name} expected: ${part.type} actual: ${typeOf(value)}`,
    );
  checkKeyValue(part, value, isHash);
}

/** Throws when a value may not be that of a key attribute: it is empty, or too long. */
export function checkKeyValue(part: KeyAttribute, value: AttributeValue, isHash: boolean): void {
  if (isEmptyValue(value)) throw emptyKey(part);
  const size = keyValueBytes(value);
  if (isHash && size > MAX_HASH_KEY_BYTES) throw validationError(HASH_KEY_TOO_LONG);
  if (!isHash && size > MAX_RANGE_KEY_BYTES) throw validationError(RANGE_KEY_TOO_LONG);
}

/** Index keys may be missing; where they are given, their types must be right. */
export function checkIndexKeys(table: Table, item: Item): void {
  for (const { name, hashes, ranges } of table.indexesByName) {
    let bytes = 0;
    for (const part of hashes) bytes += checkIndexKey(part, name, item);
    if (bytes > MAX_HASH_KEY_BYTES) throw validationError(HASH_KEY_TOO_LONG);
    bytes = 0;
    for (const part of ranges) bytes += checkIndexKey(part, name, item);
    if (bytes > MAX_RANGE_KEY_BYTES) throw validationError(RANGE_KEY_TOO_LONG);
  }
}

/** Answers the bytes that count against the limits, which are those of all parts together (inferred). */
function checkIndexKey(part: KeyAttribute, indexName: string, item: Item): number {
  const value = attributeOf(item, part.name);
  if (!value) return 0;
  if (value[part.type] === undefined)
    throw validationError(
      `${INVALID_PARAMETER}Type mismatch for Index Key ${part.name} Expected: ${part.type} ` +
        `Actual: ${typeOf(value)} IndexName: ${indexName}`,
    );
  if (isEmptyValue(value)) throw emptyKey(part, indexName);
  return keyValueBytes(value);
}

/** Refuses an empty value of a key attribute in a key condition (as DynamoDB Local does). */
export function checkNotEmpty(
  part: KeyAttribute,
  value: AttributeValue,
  indexName: string | undefined,
): void {
  if (isEmptyValue(value)) throw emptyKey(part, indexName);
}

function emptyKey({ name, type }: KeyAttribute, indexName?: string): Error {
  const empty = `The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value.`;
  return validationError(
    indexName === undefined
      ? `One or more parameter values are not valid. ${empty} Key: ${name}`
      : 'One or more parameter values are not valid. A value specified for a secondary index key is not ' +
          `supported. ${empty} IndexName: ${indexName}, IndexKey: ${name}`,
  );
}

/** As {@link checkIndexKeys}, for what an update writes as far as the request tells it. */
export function checkKnownIndexKeys(table: Table, update: { readonly known: Item }): void {
  if (table.indexes.length === 0) return;
  const { known } = update;
  checkEmptyIndexKeys(table, known);
  checkIndexKeys(table, known);
}

/** As {@link checkIndexKeys}, for an item that an update made: other words. */
export function checkUpdatedIndexKeys(table: Table, item: Item): void {
  for (const { keys } of table.indexesByName)
    for (const { name, type } of keys) {
      const value = attributeOf(item, name);
      if (value && value[type] === undefined)
        throw validationError(
          'The update expression attempted to update the secondary index key to unsupported type',
        );
    }
  checkEmptyIndexKeys(table, item);
  for (const { hashes, ranges } of table.indexesByName)
    if (bytesOf(hashes, item) > MAX_HASH_KEY_BYTES || bytesOf(ranges, item) > MAX_RANGE_KEY_BYTES)
      throw validationError(
        'The update expression attempted to update the secondary index key beyond allowed size limits',
      );
}

function bytesOf(parts: readonly KeyAttribute[], item: Item): number {
  let bytes = 0;
  for (const { name } of parts) {
    const value = attributeOf(item, name);
    if (value) bytes += keyValueBytes(value);
  }
  return bytes;
}

/** Refuses empty index keys in the words for updates. */
function checkEmptyIndexKeys(table: Table, item: Item): void {
  for (const { keys } of table.indexesByName)
    for (const { name } of keys) {
      const value = attributeOf(item, name);
      if (value && isEmptyValue(value))
        throw validationError(
          'One or more parameter values are not valid. The update expression attempted to update a secondary index ' +
            'key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ' +
            `${value.S === '' ? 'string' : 'binary'} value.`,
        );
    }
}
