import { PatternError, describeCharacter, describeLocation } from './pattern-error.js';
import type { PatternLocation } from './pattern-error.js';
import { TokenFault, numberEnd, wordEnd } from './plain-token.js';

// Reads a pattern token by token, as AWS's engine does. JSON.parse would hide what matters here:
// members given twice (all count), the digits of numbers, and where a fault lies. Texts and positions
// of faults are those of the engine's JSON parser, recorded from event-ruler 2.0.1.

/** Deepest nesting of a pattern (the engine's parser allows no more). */
const MAX_DEPTH = 1000;
/** Longest number, in characters (the engine's parser allows no more). */
const MAX_NUMBER_LENGTH = 1000;

const SLASH = 0x2f;

/** `}` and `]` are ends; `field` is a member's name; `end` is the end of the text. */
export type TokenType =
  '{' | '}' | '[' | ']' | 'field' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end';

interface Container {
  type: 'Object' | 'Array';
  start: number;
  empty: boolean;
}

export class TokenReader {
  readonly #source: string;
  #position = 0;
  readonly #open: Container[] = [];
  /** A member's value, met while its name was read. */
  #ahead: TokenType | undefined;
  #aheadText = '';
  /** The text of the token last read, except for a string not yet asked for. */
  #text = '';
  /** Only the opening quote of the last string has been read. */
  #unreadString = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** Reads the next token. Throws a PatternError where the text is not JSON. */
  next(): TokenType {
    if (this.#ahead !== undefined) {
      const token = this.#ahead;
      this.#ahead = undefined;
      this.#text = this.#aheadText;
      this.#unreadString = token === 'string';
      return token;
    }
    if (this.#unreadString) this.text();
    this.#skipSpace();
    const container = this.#open.at(-1);
    const char = this.#source[this.#position];
    if (char === undefined) return this.#endOfText(container);
    if (char === '}' || char === ']') return this.#close(char, container);
    if (container !== undefined) this.#separator(container);
    return container?.type === 'Object' ? this.#field() : this.#value();
  }

  /** The current token's text: a name or a string decoded, anything else as written. */
  text(): string {
    if (this.#unreadString) {
      this.#unreadString = false;
      this.#text = this.#readString('string value');
    }
    return this.#text;
  }

  /** Throws a PatternError unless the text ends here. */
  end(): void {
    this.#skipSpace();
    if (this.#position < this.#source.length) {
      throw this.#unexpected('expected nothing after the end of the pattern');
    }
  }

  /** A PatternError at the place reached so far. */
  fault(reason: string): PatternError {
    return this.#faultAt(this.#position, reason);
  }

  /** A PatternError inside a list of anything-but: AWS says the place twice. */
  faultInList(reason: string): PatternError {
    return new PatternError(reason, this.#source, this.#locate(this.#position), 2);
  }

  /** A PatternError to which AWS adds no location. */
  faultWithoutLocation(reason: string): PatternError {
    return new PatternError(reason, this.#source);
  }

  #faultAt(position: number, reason: string): PatternError {
    return new PatternError(reason, this.#source, this.#locate(position));
  }

  #locate(position: number): PatternLocation {
    const rows = this.#source.slice(0, position).split(/\r\n|\r|\n/);
    return { line: rows.length, column: rows.at(-1)!.length + 1 };
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#source.charCodeAt(this.#position);
      if (code === SLASH) {
        throw this.#unexpected(
          "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
        );
      }
      // Not for the end of the text, whose code is NaN.
      if (!(code <= 0x20)) return;
      this.#position += 1;
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
      throw this.fault(
        `Illegal character (${describeCharacter(String.fromCharCode(code))}): only regular white space (\\r, \\n, \\t) is allowed between tokens`,
      );
    }
  }

  #endOfText(container: Container | undefined): 'end' {
    if (container === undefined) return 'end';
    const start = describeLocation(this.#source, this.#locate(container.start));
    throw this.fault(
      `Unexpected end-of-input: expected close marker for ${container.type} (start marker at ${start})`,
    );
  }

  #close(char: '}' | ']', container: Container | undefined): TokenType {
    const wanted = char === '}' ? 'Object' : 'Array';
    if (container?.type !== wanted) {
      throw this.fault(
        container === undefined
          ? `Unexpected close marker '${char}': no open ${wanted} to close`
          : `Unexpected close marker '${char}': expected '${char === '}' ? ']' : '}'}' (for ${container.type} starting at ${describeLocation(this.#source, this.#locate(container.start))})`,
      );
    }
    this.#open.pop();
    this.#position += 1;
    this.#text = char;
    return char;
  }

  /** Steps over the comma between two entries. */
  #separator(container: Container): void {
    if (container.empty) {
      container.empty = false;
      return;
    }
    if (this.#source[this.#position] !== ',') {
      throw this.#unexpected(`was expecting comma to separate ${container.type} entries`);
    }
    this.#position += 1;
    this.#skipSpace();
    this.#endWithin(container.type);
  }

  #field(): 'field' {
    if (this.#source[this.#position] !== '"') {
      throw this.#unexpected('was expecting double-quote to start field name');
    }
    this.#position += 1;
    const name = this.#readString('name');
    this.#skipSpace();
    this.#endWithin('Object');
    if (this.#source[this.#position] !== ':') {
      throw this.#unexpected('was expecting a colon to separate field name and value');
    }
    this.#position += 1;
    this.#skipSpace();
    this.#endWithin('Object');
    this.#ahead = this.#value();
    this.#aheadText = this.#text;
    this.#text = name;
    this.#unreadString = false;
    return 'field';
  }

  /** Throws where the text ends though a container's entry has begun. */
  #endWithin(container: Container['type']): void {
    if (this.#position >= this.#source.length) {
      throw this.fault(`Unexpected end-of-input within/between ${container} entries`);
    }
  }

  #value(): TokenType {
    const char = this.#source[this.#position]!;
    if (char === '{' || char === '[') return this.#openContainer(char);
    if (char === '"') {
      this.#position += 1;
      this.#unreadString = true;
      return 'string';
    }
    if (char === '-' || char === '+' || (char >= '0' && char <= '9')) return this.#number();
    return this.#word();
  }

  #openContainer(char: '{' | '['): TokenType {
    if (this.#open.length >= MAX_DEPTH) {
      throw this.faultWithoutLocation(
        `Document nesting depth (${MAX_DEPTH + 1}) exceeds the maximum allowed (${MAX_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
      );
    }
    const type = char === '{' ? 'Object' : 'Array';
    this.#open.push({ type, start: this.#position, empty: true });
    this.#position += 1;
    this.#text = char;
    return char;
  }

  #number(): 'number' {
    const length = this.#plainToken(numberEnd);
    if (length > MAX_NUMBER_LENGTH) {
      throw this.faultWithoutLocation(
        `Number value length (${length}) exceeds the maximum allowed (${MAX_NUMBER_LENGTH}, from \`StreamReadConstraints.getMaxNumberLength()\`)`,
      );
    }
    return 'number';
  }

  #word(): TokenType {
    this.#plainToken(wordEnd);
    return this.#text as 'true' | 'false' | 'null';
  }

  /** Reads the token whose end `endOf` finds, and gives its length. */
  #plainToken(endOf: (source: string, start: number) => number): number {
    const start = this.#position;
    try {
      this.#position = endOf(this.#source, start);
    } catch (error) {
      if (error instanceof TokenFault) throw this.#faultAt(error.at, error.message);
      throw error;
    }
    this.#text = this.#source.slice(start, this.#position);
    return this.#text.length;
  }

  /** Reads to the closing quote; the opening one has been read. */
  #readString(what: 'name' | 'string value'): string {
    const start = this.#position;
    for (;;) {
      const char = this.#source[this.#position];
      if (char === undefined) {
        throw this.fault(
          `Unexpected end-of-input${what === 'name' ? ' in field name' : ': was expecting closing quote for a string value'}`,
        );
      }
      this.#position += 1;
      if (char === '"') break;
      if (char === '\\') this.#escape();
      else if (char < ' ') {
        throw this.#faultAt(
          this.#position - 1,
          `Illegal unquoted character (${describeCharacter(char)}): has to be escaped using backslash to be included in ${what}`,
        );
      }
    }
    const raw = this.#source.slice(start, this.#position - 1);
    return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  #escape(): void {
    const char = this.#source[this.#position] ?? '';
    this.#position += 1;
    if (char === 'u') {
      for (let digit = 0; digit < 4; digit += 1) {
        const hex = this.#source[this.#position] ?? '';
        if (!/^[0-9a-fA-F]$/.test(hex)) {
          throw this.#unexpected('expected a hex-digit for character escape sequence');
        }
        this.#position += 1;
      }
    } else if (char === '' || !'"\\/bfnrt'.includes(char)) {
      throw this.#faultAt(
        this.#position - 1,
        `Unrecognized character escape ${describeCharacter(char)}`,
      );
    }
  }

  #unexpected(expectation: string): PatternError {
    const char = this.#source[this.#position] ?? '';
    return this.fault(`Unexpected character (${describeCharacter(char)}): ${expectation}`);
  }
}
