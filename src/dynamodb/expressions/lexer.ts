/**
 * What a token is. Keywords, operators and punctuation are their own kinds, keywords in capitals. All
 * expressions share the keywords: none of them can be an attribute's name, in any expression.
 */
export type TokenKind =
  | 'identifier'
  | 'name' // #placeholder
  | 'value' // :placeholder
  | 'integer'
  | 'unknown' // a character that no expression can hold
  | 'end'
  | Keyword
  | Punctuation;

type Keyword = 'AND' | 'OR' | 'NOT' | 'BETWEEN' | 'IN' | 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
type Punctuation =
  '=' | '<>' | '<' | '<=' | '>' | '>=' | '(' | ')' | '[' | ']' | ',' | '.' | '+' | '-';

export interface Token {
  readonly kind: TokenKind;
  /** As it is written; `<EOF>` at the end, as the service's messages have it. */
  readonly text: string;
  /** Where it lies in the expression. */
  readonly start: number;
  readonly end: number;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'AND',
  'OR',
  'NOT',
  'BETWEEN',
  'IN',
  'SET',
  'REMOVE',
  'ADD',
  'DELETE',
] satisfies Keyword[]);

const TOKEN =
  /[ \t\r\n]*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(0|[1-9][0-9]*)|(<>|<=|>=|[=<>()[\],.+-])|([^ \t\r\n]))/suy;

/** The tokens of an expression; the last one is the end. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [, identifier, name, value, integer, punctuation, unknown] = match;
    const written = identifier ?? name ?? value ?? integer ?? punctuation ?? unknown ?? '';
    const end = match.index + match[0].length;
    let kind: TokenKind = 'unknown';
    if (identifier !== undefined) kind = kindOfWord(identifier);
    else if (name !== undefined) kind = 'name';
    else if (value !== undefined) kind = 'value';
    else if (integer !== undefined) kind = 'integer';
    else if (punctuation !== undefined) kind = punctuation as Punctuation;
    tokens.push({ kind, text: written, start: end - written.length, end });
  }
  const end = tokens.at(-1)?.end ?? 0;
  tokens.push({ kind: 'end', text: '<EOF>', start: end, end });
  return tokens;
}

function kindOfWord(word: string): TokenKind {
  const upper = word.toUpperCase();
  return KEYWORDS.has(upper) ? (upper as Keyword) : 'identifier';
}
