import type { AttributeValue } from '../../lib/attribute-value.js';
import { toDecimal } from './number.js';

/** Bytes of strings and binaries are encoded in groups of this size, each with a marker behind it. */
const GROUP = 8;
const MORE = 0xff;

const NEGATIVE = 0x01;
const ZERO = 0x02;
const POSITIVE = 0x03;
/** Scales run from -129 to 126; as a byte from 0 to 255. */
const SCALE_OFFSET = 129;
const INVERT = 0xff;

/**
 * The bytes of one key value of type S, N or B, such that bytes sort as the values do, and no encoding
 * is the beginning of another one of the same type: encodings may be put one behind the other.
 *
 * - S, B: groups of 8 bytes, the last one filled with zeros, each followed by 0xff when another group
 *   follows and by the number of its own bytes when it is the last. 9 bytes for each 8, rounded up.
 * - N: 0x02 is 0. Otherwise 0x03, the scale, two digits a byte plus 1, and 0x00; for negative numbers
 *   0x01 and the same bytes inverted. At most 22 bytes.
 */
export function encodeKeyValue(value: AttributeValue): Buffer {
  if (value.S !== undefined) {
    const length = Buffer.byteLength(value.S);
    const encoded = allocate(length);
    encoded.write(value.S, encoded.length - length, 'utf8');
    return intoGroups(encoded, length);
  }
  if (value.B !== undefined) {
    const bytes = Buffer.from(value.B, 'base64');
    const encoded = allocate(bytes.length);
    bytes.copy(encoded, encoded.length - bytes.length);
    return intoGroups(encoded, bytes.length);
  }
  if (value.N !== undefined) return encodeNumber(value.N);
  throw new TypeError('only values of type S, N and B can be keys');
}

function allocate(length: number): Buffer {
  return Buffer.allocUnsafe((Math.floor(length / GROUP) + 1) * (GROUP + 1));
}

/** Spreads the bytes at the end of the buffer over its groups. What is read always lies ahead of what is written. */
function intoGroups(encoded: Buffer, length: number): Buffer {
  let from = encoded.length - length;
  let to = 0;
  for (let rest = length; ; rest -= GROUP) {
    const own = Math.min(rest, GROUP);
    for (let end = to + own; to < end;) encoded[to++] = encoded[from++]!;
    if (own === GROUP) {
      encoded[to++] = MORE;
      continue;
    }
    for (let fill = own; fill < GROUP; fill += 1) encoded[to++] = 0;
    encoded[to] = own;
    return encoded;
  }
}

function encodeNumber(canonical: string): Buffer {
  const { negative, digits, scale } = toDecimal(canonical);
  if (digits === '') return Buffer.of(ZERO);
  const pairs = Math.ceil(digits.length / 2);
  const encoded = Buffer.allocUnsafe(pairs + 3);
  const invert = negative ? INVERT : 0;
  encoded[0] = negative ? NEGATIVE : POSITIVE;
  encoded[1] = (scale + SCALE_OFFSET) ^ invert;
  for (let pair = 0; pair < pairs; pair += 1) {
    const tens = digits.charCodeAt(2 * pair) - 48;
    const ones = 2 * pair + 1 < digits.length ? digits.charCodeAt(2 * pair + 1) - 48 : 0;
    encoded[2 + pair] = (10 * tens + ones + 1) ^ invert;
  }
  encoded[pairs + 2] = invert;
  return encoded;
}
