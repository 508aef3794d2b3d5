/**
 * A JSON number whose digits a JavaScript number would not give back: `9007199254740993`, `1.0`, `1e400`.
 * It has no properties to read, only methods, so that a path through an event never steps into it.
 */
export class JsonNumber {
  readonly #text: string;
  /** Not asked for yet: undefined. Asked for and without: NaN. */
  #exact: number | undefined;

  /** `text` is a number by JSON's grammar. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The digits as they were written. */
  toString(): string {
    return this.#text;
  }

  /** The nearest JavaScript number. */
  valueOf(): number {
    return Number(this.#text);
  }

  /** {@link exactNumber} of the digits, worked out once. */
  toExact(): number {
    this.#exact ??= exactNumber(this.#text);
    return this.#exact;
  }

  /** For `JSON.stringify`, which cannot write these digits; {@link stringifyJson} can. */
  toJSON(): number {
    rounded += 1;
    return Number(this.#text);
  }
}

/** How many numbers toJSON has rounded. JSON.stringify is synchronous: what it adds is its own. */
let rounded = 0;

/** Runs `JSON.stringify`; undefined when the value holds a JsonNumber, which it would have rounded. */
export function stringifyPlain(value: unknown): string | undefined {
  const before = rounded;
  // The type says string, but functions and undefined give undefined.
  const text = JSON.stringify(value) as string | undefined;
  return rounded === before ? (text ?? 'null') : undefined;
}

/**
 * The double that says exactly what the digits say (its decimal form, as Java writes it, is the same number), or
 * NaN when there is none. Such a number compares by value; any other only by its text.
 */
export function exactNumber(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && sameDecimal(text, value) ? value : NaN;
}

function sameDecimal(text: string, value: number): boolean {
  const shortest = javaDigits(value);
  return shortest === text || canonical(shortest) === canonical(text);
}

/** Below this, two digits may come nearer to a double than the shortest one: `4.9e-324` for `5e-324`. */
export const FEW_DIGITS = 1e-320;

/** The decimal form that Java gives a double, and AWS compares with: of at least two digits, the nearest. */
function javaDigits(value: number): string {
  const shortest = String(value);
  const oneDigit = Math.abs(value) < FEW_DIGITS && /^-?\de/.test(shortest);
  return oneDigit ? value.toPrecision(2) : shortest;
}

/** Digits without leading and trailing zeros, and the exponent that goes with them. */
function canonical(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const significant = digits.replace(/0+$/, '');
  const shift = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign ?? ''}${significant}e${shift}`;
}
