import { FEW_DIGITS, JsonNumber, exactNumber } from '../lib/json-number.js';

/** A value without parts: what matchers look at. */
export type Leaf = string | number | boolean | null | JsonNumber;

/** Whether a leaf satisfies one matcher, or one list of matchers. */
export type LeafTest = (leaf: Leaf) => boolean;

/**
 * The number that a leaf stands for in comparisons; NaN when it is no number, or one that a double
 * cannot say exactly: such a number compares with none (recorded).
 */
export function comparableNumber(leaf: Leaf): number {
  if (typeof leaf === 'number') {
    if (Math.abs(leaf) < FEW_DIGITS && leaf !== 0) return exactNumber(String(leaf));
    return Number.isFinite(leaf) ? leaf : NaN;
  }
  return leaf instanceof JsonNumber ? leaf.toExact() : NaN;
}

/** The leaf as JSON writes it: numbers that compare with none are told apart by it. */
export function leafText(leaf: Leaf): string {
  return String(leaf);
}

/**
 * A leaf that is left of a parsed JSON value, or undefined for objects, arrays and what JSON does not know.
 */
export function asLeaf(value: unknown): Leaf | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null || value instanceof JsonNumber ? value : undefined;
    default:
      return undefined;
  }
}
