import type { AttributeValue } from '../../lib/attribute-value.js';

/** Bytes; documented limits of key values. */
export const MAX_HASH_KEY_BYTES = 2048;
export const MAX_RANGE_KEY_BYTES = 1024;

/** No key may be an empty string or binary. */
export function isEmptyValue(value: AttributeValue): boolean {
  return value.S === '' || value.B === '';
}

/** Bytes that count against the limits; numbers are always short enough. */
export function keyValueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  return value.B === undefined ? 0 : Buffer.byteLength(value.B, 'base64');
}
