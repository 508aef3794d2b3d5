import type { AttributeValue } from '../../lib/attribute-value.js';
import { encodeKeyValue } from '../values/index.js';

/** Spreads partition keys over 32 bits: FNV-1a, finished by murmur's mixer. */
export function hashOf(partitionKey: Buffer): number {
  let hash = 0x811c9dc5;
  for (const byte of partitionKey) hash = Math.imul(hash ^ byte, 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The encoded values of a key, one behind the other; without a copy when there is only one. */
export const joined = (values: readonly Buffer[]): Buffer =>
  values.length === 1 ? values[0]! : Buffer.concat(values);

/**
 * What the encodings of all strings (binaries) that begin with `value` have in common: where the
 * encoding of `value` and that of a longer one part.
 */
export function encodeKeyPrefix(value: AttributeValue): Buffer {
  const longer: AttributeValue =
    value.S !== undefined
      ? { S: `${value.S}a` }
      : {
          B: Buffer.concat([Buffer.from(value.B ?? '', 'base64'), Buffer.from('a')]).toString(
            'base64',
          ),
        };
  const one = encodeKeyValue(value);
  const other = encodeKeyValue(longer);
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.subarray(0, length);
}
