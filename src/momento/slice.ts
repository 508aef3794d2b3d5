import type { Slice } from './backend.js';

/** The places that a slice means in `length` elements: half-open, `start` at most `end`, all in bounds. */
export function resolveSlice(
  { start = 0, end }: Slice,
  length: number,
): { start: number; end: number } {
  const from = clamp(start < 0 ? length + start : start, length);
  const to = end === undefined ? length : clamp(end < 0 ? length + end : end, length);
  return { start: from, end: Math.max(from, to) };
}

function clamp(place: number, length: number): number {
  return Math.min(Math.max(place, 0), length);
}
