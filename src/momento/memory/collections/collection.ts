import type { ItemType } from '../../backend.js';

/**
 * Elements are kept as strings of one character a byte ("latin1"): they compare and hash natively, byte for
 * byte, and take one byte of memory a character.
 */
export type ByteText = string;

export function textOf(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function bytesOf(text: ByteText): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Keeps the elements of one collection over a restart. Elements have numbers, as items do. */
export interface ElementLog {
  /** Writes a new element and returns its number. */
  add(payload: () => Buffer): number;
  /** Writes an element anew. */
  replace(elementId: number, payload: () => Buffer): void;
  remove(elementId: number): void;
}

/** A dictionary, set, list or sorted set in memory. */
export interface Collection {
  readonly type: Exclude<ItemType, 'scalar'>;
  readonly size: number;
  /** Memory that the elements take: their bytes, and about what the runtime needs besides. */
  readonly bytes: number;
  /** Takes an element back from the disk. */
  load(elementId: number, payload: Buffer): void;
  /** The numbers of all elements, to remove them from the disk. */
  elementIds(): Iterable<number>;
}

/** Payload of an element that has a number besides its bytes. */
export function numberedPayload(number: number, text: ByteText): Buffer {
  const payload = Buffer.allocUnsafe(8 + text.length);
  payload.writeDoubleBE(number, 0);
  payload.write(text, 8, 'latin1');
  return payload;
}
