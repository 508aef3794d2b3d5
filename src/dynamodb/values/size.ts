import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { numberSize } from './number.js';

/** Documented: a list or map takes 3 bytes, and 1 for each of its members. */
const CONTAINER_BYTES = 3;
const MEMBER_BYTES = 1;

/** Bytes of an item by DynamoDB's rules: UTF-8 names and values. The item must be parsed. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += utf8Size(name) + attributeValueSize(item[name]!);
  return size;
}

/** Bytes of one parsed value by DynamoDB's rules. */
export function attributeValueSize(value: AttributeValue): number {
  if (value.S !== undefined) return utf8Size(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.M !== undefined) return mapSize(value.M);
  if (value.L !== undefined) return listSize(value.L);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.SS !== undefined) return sum(value.SS, utf8Size);
  if (value.NS !== undefined) return sum(value.NS, numberSize);
  if (value.BS !== undefined) return sum(value.BS, (member) => Buffer.byteLength(member, 'base64'));
  return 1; // BOOL, NULL
}

function mapSize(members: Item): number {
  let size = CONTAINER_BYTES;
  for (const name in members)
    size += MEMBER_BYTES + utf8Size(name) + attributeValueSize(members[name]!);
  return size;
}

function listSize(members: readonly AttributeValue[]): number {
  let size = CONTAINER_BYTES;
  for (const member of members) size += MEMBER_BYTES + attributeValueSize(member);
  return size;
}

function sum(members: readonly string[], sizeOf: (member: string) => number): number {
  let size = 0;
  for (const member of members) size += sizeOf(member);
  return size;
}

/** Up to here looking at each character is quicker than calling out of JavaScript. */
const SHORT = 32;
const FIRST_NOT_ASCII = 0x80;

function utf8Size(text: string): number {
  if (text.length > SHORT) return Buffer.byteLength(text);
  for (let at = 0; at < text.length; at += 1)
    if (text.charCodeAt(at) >= FIRST_NOT_ASCII) return Buffer.byteLength(text);
  return text.length;
}
