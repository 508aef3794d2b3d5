/**
 * What lies in the mirror's file. Keys are a cache number (32 bits) and an item number (48 bits), so that items
 * of any key length fit and new ones are appended.
 */
export const KEY_BYTES = 10;
/** Kind (8 bits), nothing (8), length of the key (16), expiry time (float64); then key and value. */
const HEADER_BYTES = 12;
/** The place in the list is the kind's number on the disk. */
const KINDS = ['scalar', 'dictionary', 'set', 'list', 'sorted set'] as const;
/** An element of a collection: kind (8 bits), nothing (8), number of the collection (48); then its payload. */
const ELEMENT_HEADER_BYTES = 8;
const KIND_ELEMENT = 255;

export type Kind = (typeof KINDS)[number];

export interface MirroredItem {
  cacheId: number;
  recordId: number;
  kind: Kind;
  expiresAt: number;
  key: Uint8Array;
  /** Empty for collections, whose elements follow. */
  value: Uint8Array;
}

/** An element of a collection, which has come before it. */
export interface MirroredElement {
  cacheId: number;
  /** The collection. */
  recordId: number;
  elementId: number;
  payload: Buffer;
}

/** Both return whether what they get is to stay on the disk. */
export interface Loader {
  item(item: MirroredItem): boolean;
  element(element: MirroredElement): boolean;
}

export function makeKey(cacheId: number, recordId: number): Buffer {
  return writeKey(Buffer.alloc(KEY_BYTES), cacheId, recordId);
}

/** Writes a key over another one. */
export function writeKey(key: Buffer, cacheId: number, recordId: number): Buffer {
  key.writeUInt32BE(cacheId, 0);
  key.writeUIntBE(recordId, 4, 6);
  return key;
}

export function cacheIdOf(key: Buffer): number {
  return key.readUInt32BE(0);
}

export function recordIdOf(key: Buffer): number {
  return key.readUIntBE(4, 6);
}

/** All keys of a cache. */
export function rangeOf(cacheId: number): { start: Buffer; end: Buffer } {
  return { start: makeKey(cacheId, 0), end: makeKey(cacheId + 1, 0) };
}

export function itemRecord(
  kind: Kind,
  expiresAt: number,
  key: Uint8Array,
  value: Uint8Array,
): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + key.length + value.length);
  record[0] = KINDS.indexOf(kind);
  record[1] = 0;
  record.writeUInt16BE(key.length, 2);
  record.writeDoubleBE(expiresAt, 4);
  record.set(key, HEADER_BYTES);
  record.set(value, HEADER_BYTES + key.length);
  return record;
}

/** `recordId`: the collection's. */
export function elementRecord(recordId: number, payload: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(ELEMENT_HEADER_BYTES + payload.length);
  record[0] = KIND_ELEMENT;
  record[1] = 0;
  record.writeUIntBE(recordId, 2, 6);
  record.set(payload, ELEMENT_HEADER_BYTES);
  return record;
}

/** Hands a record over to the loader. Throws an Error when a later version has written it. */
export function offer(loader: Loader, cacheId: number, id: number, record: Buffer): boolean {
  if (record[0] === KIND_ELEMENT)
    return loader.element({
      cacheId,
      recordId: record.readUIntBE(2, 6),
      elementId: id,
      payload: record.subarray(ELEMENT_HEADER_BYTES),
    });
  const kind = KINDS[record[0]!];
  if (kind === undefined)
    throw new Error(
      'The cache folder holds items of a kind that this version does not know; start the version that wrote it.',
    );
  const valueStart = HEADER_BYTES + record.readUInt16BE(2);
  return loader.item({
    cacheId,
    recordId: id,
    kind,
    expiresAt: record.readDoubleBE(4),
    key: record.subarray(HEADER_BYTES, valueStart),
    value: record.subarray(valueStart),
  });
}
