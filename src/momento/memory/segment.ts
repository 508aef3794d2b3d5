import { NONE } from './slots.js';

/** Before each item: its slot, the length of its key, the length of its value; 32 bits each. */
const HEADER_BYTES = 12;

/** A piece of memory into which items are written one after the other. */
export interface Segment {
  readonly id: number;
  readonly bytes: Buffer;
  readonly words: Int32Array;
  /** Bytes from the start that have been written. */
  used: number;
  /** Bytes of items that live. */
  live: number;
  /** Number of its fill class; NONE while it is being written or emptied. */
  fillClass: number;
}

export function makeSegment(id: number, size: number): Segment {
  const bytes = Buffer.allocUnsafeSlow(size);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, size >> 2);
  return { id, bytes, words, used: 0, live: 0, fillClass: NONE };
}

/** Bytes that an item takes in a segment. */
export function recordBytes(keyLength: number, valueLength: number): number {
  return (HEADER_BYTES + keyLength + valueLength + 3) & ~3;
}

/** Writes the header of an item behind the others, and returns where that is. */
export function startRecord(
  segment: Segment,
  slot: number,
  keyLength: number,
  valueLength: number,
): number {
  const offset = segment.used;
  const size = recordBytes(keyLength, valueLength);
  segment.words[offset >> 2] = slot;
  segment.words[(offset >> 2) + 1] = keyLength;
  segment.words[(offset >> 2) + 2] = valueLength;
  segment.used += size;
  segment.live += size;
  return offset;
}

export function slotAt(segment: Segment, offset: number): number {
  return segment.words[offset >> 2]!;
}

export function keyLengthAt(segment: Segment, offset: number): number {
  return segment.words[(offset >> 2) + 1]!;
}

export function valueLengthAt(segment: Segment, offset: number): number {
  return segment.words[(offset >> 2) + 2]!;
}

/** The value follows the key. */
export function keyStartAt(offset: number): number {
  return offset + HEADER_BYTES;
}

export function sizeAt(segment: Segment, offset: number): number {
  return recordBytes(keyLengthAt(segment, offset), valueLengthAt(segment, offset));
}
