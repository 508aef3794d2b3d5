export type TokenType =
  /** A name without quotes, which is no keyword. */
  | 'name'
  /** A name in double quotes. */
  | 'quotedName'
  /** `text` is in small letters; `IS NOT`, `INSERT INTO` and the like are one. */
  | 'keyword'
  | 'string'
  | 'number'
  /** `true` or `false`. */
  | 'boolean'
  | 'null'
  | 'missing'
  /** Ion, in backticks. */
  | 'ion'
  /** Operators and punctuation; `text` is the symbol. */
  | 'symbol'
  | 'end';

export interface Token {
  readonly type: TokenType;
  /** What it stands for: without quotes, doubled quotes as one. */
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
  readonly column: number;
  /** Characters. A string's are counted with its quotes, a quoted name's too. */
  readonly length: number;
}
