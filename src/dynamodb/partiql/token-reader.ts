import { notWellFormed } from './errors.js';
import type { Token } from './token.js';

/** The grammar's own names of symbols, as its errors have them. */
const SYMBOL_NAMES: Readonly<Record<string, string>> = {
  ')': 'RIGHT_PAREN',
  ']': 'RIGHT_BRACKET',
  '}': 'RIGHT_CURLY',
  '>>': 'RIGHT_DOUBLE_ANGLE_BRACKET',
  ':': 'COLON',
};

/** Goes through the tokens of a statement. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  /** `tokens` end with one of type `end`. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get head(): Token {
    return this.#tokens[this.#at]!;
  }

  /** The token `behind` the head. */
  peek(behind = 1): Token | undefined {
    return this.#tokens[this.#at + behind];
  }

  /** Tokens that are left, the one of type `end` among them. */
  get left(): number {
    return this.#tokens.length - this.#at;
  }

  take(): Token {
    const token = this.head;
    if (token.type !== 'end') this.#at += 1;
    return token;
  }

  isSymbol(symbol: string): boolean {
    return this.head.type === 'symbol' && this.head.text === symbol;
  }

  isKeyword(keyword: string): boolean {
    return this.head.type === 'keyword' && this.head.text === keyword;
  }

  isOneOf(keywords: ReadonlySet<string>): boolean {
    return this.head.type === 'keyword' && keywords.has(this.head.text);
  }

  isName(): boolean {
    return this.head.type === 'name' || this.head.type === 'quotedName';
  }

  /** Takes the symbol if it comes next. */
  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#at += 1;
    return true;
  }

  /** Takes the keyword if it comes next. */
  takeKeyword(keyword: string): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.#at += 1;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol))
      throw notWellFormed(`Expected ${SYMBOL_NAMES[symbol] ?? `'${symbol}'`}`);
  }

  expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword))
      throw notWellFormed(`Expected ${keyword.toUpperCase()} keyword`);
  }
}
