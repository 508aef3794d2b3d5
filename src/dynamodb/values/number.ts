import { validationError } from '../errors.js';
import type { Wording } from './wording.js';

/** Documented: up to 38 digits of precision; magnitude from 1E-130 to 9.99…E+125. */
const MAX_DIGITS = 38;
const MIN_EXPONENT = -130;
const MAX_EXPONENT = 125;
/** Greatest exponent that the older check can read. */
const MAX_OLDER_EXPONENT = 2n ** 31n - 1n;

const NOT_NUMERIC = 'The parameter cannot be converted to a numeric value';
const OVERFLOW =
  'Number overflow. Attempting to store a number with magnitude larger than supported range';
const UNDERFLOW =
  'Number underflow. Attempting to store a number with magnitude smaller than supported range';
const TOO_PRECISE = 'Attempting to store more than 38 significant digits in a Number';

/** What nearly every number looks like: written as it is returned, and too short to break a limit. */
const CANONICAL = /^(?:0|-?[1-9]\d{0,37}|-?(?:0|[1-9]\d{0,17})\.\d{0,18}[1-9])$/;
const NUMBER = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/;

/** A number other than 0 is ±0.d₁d₂d₃… × 10^scale, with d₁ and the last digit not 0. */
export interface Decimal {
  readonly negative: boolean;
  /** Significant digits; empty for 0. */
  readonly digits: string;
  readonly scale: number;
}

/**
 * The text in which DynamoDB returns a number: decimal, without exponent, sign `+`, leading and
 * trailing zeros (recorded). The same text when it is already so.
 *
 * Throws ValidationException for what is no number, leaves the range, or has more than 38 digits.
 */
export function normaliseNumber(text: string, wording: Wording = 'current'): string {
  return CANONICAL.test(text) ? text : formatDecimal(parseDecimal(text, wording));
}

function parseDecimal(text: string, wording: Wording): Decimal {
  const match = NUMBER.exec(text);
  if (!match) {
    // The older check has nothing to show of an empty text (recorded, October 2026).
    const shown = text === '' && wording === 'older' ? '' : `: ${text}`;
    throw validationError(NOT_NUMERIC + shown);
  }
  const [, sign, whole = '', behindWhole = '', alone = '', exponentText = '0'] = match;
  const fraction = behindWhole + alone;
  const exponent = readExponent(exponentText, fraction.length, text, wording);
  const all = whole + fraction;
  const significant = all.replace(/^0+/, '');
  const scale = whole.length - (all.length - significant.length) + exponent;
  const digits = significant.replace(/0+$/, '');
  // 0 is held against the range by the exponent with which it is written (recorded).
  checkRange(digits === '' ? exponent : scale - 1);
  if (digits.length > MAX_DIGITS) throw validationError(TOO_PRECISE);
  return { negative: sign === '-' && digits !== '', digits, scale };
}

/**
 * Exponents are read as 64-bit integers, by the older check as 32-bit ones, of which the greatest wraps
 * around; what is left when the digits behind the point are taken off must be one, too (recorded, October 2026).
 */
function readExponent(
  text: string,
  fractionDigits: number,
  number: string,
  wording: Wording,
): number {
  if (text.length <= 9) return Number(text);
  const exponent = BigInt(text.replace(/^\+/, ''));
  const scale = BigInt(fractionDigits) - exponent;
  const fits =
    wording === 'older'
      ? [exponent, scale].every((integer) => integer === BigInt.asIntN(32, integer))
      : exponent === BigInt.asIntN(64, exponent);
  if (!fits) throw validationError(`${NOT_NUMERIC}: ${number}`);
  if (wording === 'older' && exponent === MAX_OLDER_EXPONENT) throw validationError(UNDERFLOW);
  return Number(exponent);
}

function checkRange(exponent: number): void {
  if (exponent > MAX_EXPONENT) throw validationError(OVERFLOW);
  if (exponent < MIN_EXPONENT) throw validationError(UNDERFLOW);
}

function formatDecimal({ negative, digits, scale }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (scale <= 0) return `${sign}0.${'0'.repeat(-scale)}${digits}`;
  if (scale >= digits.length) return sign + digits.padEnd(scale, '0');
  return `${sign}${digits.slice(0, scale)}.${digits.slice(scale)}`;
}

/** The parts of a canonical text. */
export function toDecimal(canonical: string): Decimal {
  if (canonical === '0') return { negative: false, digits: '', scale: 0 };
  const negative = canonical.startsWith('-');
  const start = negative ? 1 : 0;
  const dot = canonical.indexOf('.', start);
  const whole = dot < 0 ? canonical.slice(start) : canonical.slice(start, dot);
  if (dot < 0) return { negative, digits: whole.replace(/0+$/, ''), scale: whole.length };
  const fraction = canonical.slice(dot + 1);
  if (whole !== '0') return { negative, digits: whole + fraction, scale: whole.length };
  const digits = fraction.replace(/^0+/, '');
  return { negative, digits, scale: digits.length - fraction.length };
}

/** Order of two canonical texts: negative, 0 or positive. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const negative = a.startsWith('-');
  if (negative !== b.startsWith('-')) return negative ? -1 : 1;
  return negative ? compareMagnitudes(b, a, 1) : compareMagnitudes(a, b, 0);
}

/** `start`: where the digits begin in both texts. */
function compareMagnitudes(a: string, b: string, start: number): number {
  const dotA = a.indexOf('.');
  const dotB = b.indexOf('.');
  const difference = (dotA < 0 ? a.length : dotA) - (dotB < 0 ? b.length : dotB);
  if (difference !== 0) return difference;
  // Points at the same place: digit for digit, and the longer fraction is the greater.
  for (let at = start; at < a.length && at < b.length; at += 1) {
    const digits = a.charCodeAt(at) - b.charCodeAt(at);
    if (digits !== 0) return digits;
  }
  return a.length - b.length;
}

/** Sum of two canonical texts, exact; canonical. Throws ValidationException as {@link normaliseNumber}. */
export function addNumbers(a: string, b: string): string {
  // Integers of a text so short, and their sum, are exact in a double.
  if (a.length <= 15 && b.length <= 15) {
    const x = Number(a);
    const y = Number(b);
    if (Number.isInteger(x) && Number.isInteger(y)) return String(x + y);
  }
  return addDecimals(toDecimal(a), toDecimal(b));
}

/** `a` − `b`; otherwise as {@link addNumbers}. */
export function subtractNumbers(a: string, b: string): string {
  return addNumbers(a, b === '0' ? b : b.startsWith('-') ? b.slice(1) : `-${b}`);
}

function addDecimals(a: Decimal, b: Decimal): string {
  // The unit in which both are integers. Scales differ by at most 256, so the integers stay small.
  const unit = Math.min(a.scale - a.digits.length, b.scale - b.digits.length);
  const sum = toInteger(a, unit) + toInteger(b, unit);
  if (sum === 0n) return '0';
  const text = (sum < 0n ? -sum : sum).toString();
  const digits = text.replace(/0+$/, '');
  const scale = unit + text.length;
  checkRange(scale - 1);
  // A sum of too many digits is told as one too large (observed at the service).
  if (digits.length > MAX_DIGITS) throw validationError(OVERFLOW);
  return formatDecimal({ negative: sum < 0n, digits, scale });
}

function toInteger({ negative, digits, scale }: Decimal, unit: number): bigint {
  if (digits === '') return 0n;
  const magnitude = BigInt(digits) * 10n ** BigInt(scale - digits.length - unit);
  return negative ? -magnitude : magnitude;
}

/**
 * Bytes that a canonical number counts for: 1, and 1 for each two digits on either side of the point,
 * and 1 for the sign (recorded to the byte; the developer guide's rule is coarser).
 */
export function numberSize(canonical: string): number {
  if (canonical === '0') return 1;
  const start = canonical.startsWith('-') ? 1 : 0;
  const base = 1 + start;
  const dot = canonical.indexOf('.');
  if (dot < 0) {
    let end = canonical.length;
    while (canonical.charCodeAt(end - 1) === DIGIT_0) end -= 1;
    return base + pairs(end - start);
  }
  if (canonical.charCodeAt(start) !== DIGIT_0)
    return base + pairs(dot - start) + pairs(canonical.length - dot - 1);
  let first = dot + 1;
  while (canonical.charCodeAt(first) === DIGIT_0) first += 1;
  return base + pairs(canonical.length - first);
}

const DIGIT_0 = 48;
const pairs = (digits: number): number => (digits + 1) >> 1;
