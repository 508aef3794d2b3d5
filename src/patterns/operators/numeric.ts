import { exactNumber } from '../../lib/json-number.js';
import { comparableNumber, leafText } from '../leaf.js';
import type { LeafTest } from '../leaf.js';

/** A number that AWS refuses in a comparison; the message is AWS's. */
export class NumberFault extends Error {}

/** The value of a number in a pattern. Throws a NumberFault when no double says it exactly. */
export function requireComparable(text: string): number {
  const value = exactNumber(text);
  if (Number.isNaN(value)) throw new NumberFault(`Cannot compare number : ${text}`);
  return value;
}

/** A plain number in a list: by value where it has an exact one, else by its digits. */
export function numberTest(text: string): LeafTest {
  const value = exactNumber(text);
  if (!Number.isNaN(value)) {
    return (leaf) =>
      leaf === value || (typeof leaf === 'object' && comparableNumber(leaf) === value);
  }
  return (leaf) =>
    (typeof leaf === 'number' || typeof leaf === 'object') && leafText(leaf) === text;
}

/** One end of a range; `open` leaves the value itself out. */
export interface Bound {
  value: number;
  open: boolean;
}

/** `{"numeric": […]}` with one bound or both. Throws a NumberFault when nothing lies between them. */
export function rangeTest(bottom: Bound | undefined, top: Bound | undefined): LeafTest {
  if (bottom !== undefined && top !== undefined && bottom.value >= top.value) {
    throw new NumberFault('Bottom must be less than top');
  }
  return (leaf) => {
    const value = comparableNumber(leaf);
    if (Number.isNaN(value)) return false;
    if (bottom !== undefined && (bottom.open ? value <= bottom.value : value < bottom.value)) {
      return false;
    }
    return top === undefined || (top.open ? value < top.value : value <= top.value);
  };
}
