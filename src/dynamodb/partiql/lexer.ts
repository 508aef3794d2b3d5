import { notWellFormed } from './errors.js';
import { isKeyword, isPair } from './keywords.js';
import type { Token, TokenType } from './token.js';

const SPACE = /(?:\s|--[^\n]*|\/\*[^]*?\*\/)+/y;
const WORD = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /'(?:[^']|'')*'/y;
const QUOTED_NAME = /"(?:[^"]|"")*"/y;
const ION = /`[^`]*`/y;
const SYMBOL = /<<|>>|<=|>=|<>|!=|\|\||[()[\]{},.:;?<>=+\-*/%@]/y;

/** What no number may be followed by. */
const WORD_CHARACTER = /[A-Za-z0-9_$.]/;

/** Java's integers, in which the service keeps exponents and scales. */
const MAX_INT = 2n ** 31n - 1n;

/** The tokens of a statement, the last of them of type `end`. Throws ValidationException. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const add = (type: TokenType, raw: string, value: string): void => {
    tokens.push({ type, text: value, line, column: at - lineStart + 1, length: raw.length });
  };
  const skip = (raw: string): void => {
    for (let newline = raw.indexOf('\n'); newline >= 0; newline = raw.indexOf('\n', newline + 1)) {
      line += 1;
      lineStart = at + newline + 1;
    }
    at += raw.length;
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      skip(space);
      continue;
    }
    const raw = readToken(text, at, match, add);
    skip(raw);
  }
  add('end', '', '');
  return joinPairs(tokens);
}

function readToken(
  text: string,
  at: number,
  match: (pattern: RegExp) => string | undefined,
  add: (type: TokenType, raw: string, value: string) => void,
): string {
  let raw = match(WORD);
  if (raw !== undefined) {
    const word = raw.toLowerCase();
    add(typeOfWord(word), raw, isName(word) ? raw : word);
    return raw;
  }
  raw = match(NUMBER);
  if (raw !== undefined) {
    const next = text[at + raw.length];
    if (next !== undefined && WORD_CHARACTER.test(next)) throw notWellFormed('');
    checkExponent(raw);
    add('number', raw, raw);
    return raw;
  }
  raw = match(STRING);
  if (raw !== undefined) {
    add('string', raw, raw.slice(1, -1).replaceAll("''", "'"));
    return raw;
  }
  raw = match(QUOTED_NAME);
  if (raw !== undefined) {
    add('quotedName', raw, raw.slice(1, -1).replaceAll('""', '"'));
    return raw;
  }
  raw = match(ION);
  if (raw !== undefined) {
    add('ion', raw, raw.slice(1, -1));
    return raw;
  }
  if (text.startsWith('/*', at)) throw notWellFormed(''); // not closed
  raw = match(SYMBOL);
  if (raw === undefined) throw notWellFormed('');
  add('symbol', raw, raw === '!=' ? '<>' : raw);
  return raw;
}

function typeOfWord(word: string): TokenType {
  if (word === 'true' || word === 'false') return 'boolean';
  if (word === 'null') return 'null';
  if (word === 'missing') return 'missing';
  return isKeyword(word) ? 'keyword' : 'name';
}

const isName = (word: string): boolean => typeOfWord(word) === 'name';

/** Exponent and scale must be 32-bit integers (recorded). */
function checkExponent(number: string): void {
  const [mantissa = '', exponentText] = number.toLowerCase().split('e');
  if (exponentText === undefined) return;
  const exponent = BigInt(exponentText.replace('+', ''));
  const dot = mantissa.indexOf('.');
  const scale = BigInt(dot < 0 ? 0 : mantissa.length - dot - 1) - exponent;
  for (const integer of [exponent, scale])
    if (integer > MAX_INT || integer < -MAX_INT - 1n) throw notWellFormed('');
}

function joinPairs(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token.type === 'keyword' && last?.type === 'keyword' && isPair(last.text, token.text))
      joined[joined.length - 1] = { ...last, text: `${last.text} ${token.text}` };
    else joined.push(token);
  }
  return joined;
}
