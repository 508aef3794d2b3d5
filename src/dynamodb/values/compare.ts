import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { compareNumbers } from './number.js';
import { attributeOf } from './attribute-type.js';

const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/**
 * Order of two parsed values of type S (by UTF-8 bytes), N (by value) or B (by unsigned bytes): negative,
 * 0 or positive; undefined when they have different types or types without an order.
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined) return b.S === undefined ? undefined : compareStrings(a.S, b.S);
  if (a.N !== undefined) return b.N === undefined ? undefined : compareNumbers(a.N, b.N);
  if (a.B !== undefined) return b.B === undefined ? undefined : compareBinaries(a.B, b.B);
  return undefined;
}

/** Order of the UTF-8 bytes, without encoding: UTF-16 only sorts surrogates before U+E000–U+FFFF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return x < FIRST_SURROGATE || y < FIRST_SURROGATE ? x - y : rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other code units. */
const rank = (unit: number): number =>
  unit >= AFTER_SURROGATES ? unit - AFTER_SURROGATES : unit + AFTER_SURROGATES;

/** Order of the bytes that two base64 texts encode. */
export function compareBinaries(a: string, b: string): number {
  return a === b ? 0 : Buffer.from(a, 'base64').compare(Buffer.from(b, 'base64'));
}

/**
 * Whether two parsed values are equal as DynamoDB sees it: same type, numbers by value, sets regardless of
 * order, maps regardless of order, lists member by member.
 */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  if (a.S !== undefined) return a.S === b.S;
  // Canonical numbers and base64 texts are equal exactly when their values are.
  if (a.N !== undefined) return a.N === b.N;
  if (a.M !== undefined) return b.M !== undefined && equalItems(a.M, b.M);
  if (a.L !== undefined) return b.L !== undefined && equalLists(a.L, b.L);
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.B !== undefined) return a.B === b.B;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  return equalSets(a.SS, b.SS) || equalSets(a.NS, b.NS) || equalSets(a.BS, b.BS);
}

function equalItems(a: Item, b: Item): boolean {
  let members = 0;
  for (const name in a) {
    const other = attributeOf(b, name);
    if (other === undefined || !equalValues(a[name]!, other)) return false;
    members += 1;
  }
  return members === Object.keys(b).length;
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!equalValues(a[at]!, b[at]!)) return false;
  return true;
}

function equalSets(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a?.length !== b?.length || !a || !b) return false;
  // Parsed sets are sorted; sets that were put together otherwise may not be.
  if (a.every((member, at) => member === b[at])) return true;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}
