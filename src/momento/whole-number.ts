import { notANumber } from './momento-error.js';

const WHOLE = /^-?\d{1,19}$/;

/**
 * Adds to a whole number of 64 bits in decimal digits; undefined is 0. Throws FAILED_PRECONDITION when the
 * text is none, or the sum would be none.
 */
export function addWhole(text: string | undefined, amount: bigint): bigint {
  if (text !== undefined && !WHOLE.test(text)) throw notANumber();
  const before = BigInt(text ?? 0);
  const sum = before + amount;
  if (BigInt.asIntN(64, before) !== before || BigInt.asIntN(64, sum) !== sum) throw notANumber();
  return sum;
}
