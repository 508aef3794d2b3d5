import { describeCharacter } from './pattern-error.js';

// Tokens without delimiters: numbers, true, false and null. What is wrong with one is said in the words of
// AWS's JSON parser, at the place at which it says to be (both recorded from event-ruler 2.0.1).

/** A token that AWS's parser refuses. `at` is the index in the text that it names. */
export class TokenFault extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Longest part of an unknown word that a message repeats. */
const MAX_TOKEN_SHOWN = 256;

const VALUE_EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

const NUMBER = /-?(?:0(?!\d)|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /-?\d+/y;
const WORD = /[\p{L}\p{N}\p{Mn}\p{Pc}$]+/uy;

/** The index behind the number that starts, with a digit or a sign, at `start`. Throws a TokenFault. */
export function numberEnd(source: string, start: number): number {
  const number = matchAt(NUMBER, source, start);
  if (number === undefined) throw notANumber(source, start);
  const end = start + number.length;
  const next = source[end];
  if (next === '.' && !/[.eE]/.test(number)) throw withoutDigits(source, start, end, end + 1);
  if ((next === 'e' || next === 'E') && !/[eE]/.test(number)) {
    const signed = source[end + 1] === '+' || source[end + 1] === '-';
    throw withoutDigits(source, start, end, end + (signed ? 2 : 1));
  }
  return end;
}

/** The index behind `true`, `false` or `null` at `start`. Throws a TokenFault for anything else. */
export function wordEnd(source: string, start: number): number {
  const word = matchAt(WORD, source, start) ?? '';
  if (word === 'true' || word === 'false' || word === 'null') return start + word.length;
  if (word === 'NaN' || word === 'Infinity') throw nonStandard(word, start);
  if (/^[\p{L}\p{Pc}$]/u.test(word)) throw unrecognized(word, start);
  throw noValue(source, start);
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** The fault of a point or an exponent at `end` whose digits should be at `missing`. */
function withoutDigits(source: string, start: number, end: number, missing: number): TokenFault {
  const point = source[end] === '.';
  if (missing >= source.length && !point) {
    return new TokenFault(
      'Unexpected end-of-inputexpected a digit for number exponent',
      source.length,
    );
  }
  // Behind a leading zero it reads on; else it stays behind the whole digits.
  const integer = matchAt(INTEGER, source, start)!;
  const readOn = Number(integer) === 0 && missing < source.length;
  return fault(
    source[missing] ?? '.',
    ` in numeric value: ${point ? 'Decimal point' : 'Exponent indicator'} not followed by a digit`,
    readOn ? missing : start + integer.length,
  );
}

function notANumber(source: string, start: number): TokenFault {
  const sign = source[start] === '-' || source[start] === '+' ? source[start] : '';
  let at = start + sign.length;
  if (sign !== '' && source[at] === 'I') {
    at += 1;
    if (source[at] === 'n' || source[at] === 'N') {
      const word = sign + matchAt(WORD, source, start + 1)!;
      const infinite = word === `${sign}INF` || word === `${sign}Infinity`;
      return infinite ? nonStandard(word, start) : unrecognized(word, start);
    }
  }
  if (at >= source.length) {
    const alone = sign === '-' && at === start + 1;
    return new TokenFault(
      `Unexpected end-of-input${alone ? 'No digit following sign' : ' in a Number value'}`,
      source.length,
    );
  }
  if (sign === '+') {
    return fault(
      sign,
      ' in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow',
      at,
    );
  }
  if (source[at] === '0') {
    return new TokenFault('Invalid numeric value: Leading zeroes not allowed', at + 1);
  }
  if (source[at] === '.') return noValue(source, at);
  return fault(
    source[at]!,
    ' in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value',
    at,
  );
}

function fault(char: string, about: string, at: number): TokenFault {
  return new TokenFault(`Unexpected character (${describeCharacter(char)})${about}`, at);
}

function noValue(source: string, at: number): TokenFault {
  const char = source[at] ?? '';
  const expected = char === '}' ? 'expected a value' : `expected a valid value ${VALUE_EXPECTED}`;
  return fault(char, `: ${expected}`, at);
}

function nonStandard(word: string, start: number): TokenFault {
  return new TokenFault(
    `Non-standard token '${word}': enable \`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS\` to allow`,
    start + word.length,
  );
}

function unrecognized(word: string, start: number): TokenFault {
  return new TokenFault(
    `Unrecognized token '${word.slice(0, MAX_TOKEN_SHOWN)}': was expecting ${VALUE_EXPECTED}`,
    start,
  );
}
