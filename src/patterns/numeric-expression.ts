import type { LeafTest } from './leaf.js';
import { tooManyElements, withLocation } from './matcher.js';
import { numberTest, rangeTest, requireComparable } from './operators/numeric.js';
import type { Bound } from './operators/numeric.js';
import type { TokenReader, TokenType } from './token-reader.js';

/** Reads the value of `numeric`. Throws a PatternError. */
export function readNumeric(reader: TokenReader): LeafTest {
  if (reader.next() !== '[') throw reader.fault('Value of numeric must be an array.');
  if (reader.next() !== 'string') {
    throw reader.fault(`Invalid member in numeric match: ${reader.text()}`);
  }
  const operator = reader.text();
  const token = reader.next();
  const test = readComparison(reader, operator, token);
  if (reader.next() !== '}') throw tooManyElements(reader);
  return test;
}

function readComparison(reader: TokenReader, operator: string, token: TokenType): LeafTest {
  if (!['=', '<', '<=', '>', '>='].includes(operator)) {
    throw reader.fault(`Unrecognized numeric range operator: ${operator}`);
  }
  if (token !== 'number') {
    throw reader.fault(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  }
  const first = reader.text();
  const after = reader.next();
  if (operator === '>' || operator === '>=') {
    const bottom = { text: first, open: operator === '>' };
    if (after === ']') return makeRange(reader, bottom, undefined);
    return readUpperBound(reader, after, bottom);
  }
  if (after !== ']') throw tooManyElements(reader);
  if (operator === '=') {
    return withLocation(reader, () => {
      requireComparable(first);
      return numberTest(first);
    });
  }
  return makeRange(reader, undefined, { text: first, open: operator === '<' });
}

interface WrittenBound {
  text: string;
  open: boolean;
}

function readUpperBound(reader: TokenReader, token: TokenType, bottom: WrittenBound): LeafTest {
  if (token !== 'string') throw reader.fault(`Bad value in numeric range: ${reader.text()}`);
  const operator = reader.text();
  if (operator !== '<' && operator !== '<=') {
    throw reader.fault(`Bad numeric range operator: ${operator}`);
  }
  if (reader.next() !== 'number') throw reader.fault(`Value of ${operator} must be numeric`);
  const top = { text: reader.text(), open: operator === '<' };
  if (reader.next() !== ']') throw reader.fault('Too many terms in numeric range expression');
  return makeRange(reader, bottom, top);
}

function makeRange(
  reader: TokenReader,
  bottom: WrittenBound | undefined,
  top: WrittenBound | undefined,
): LeafTest {
  const bound = (written: WrittenBound | undefined): Bound | undefined =>
    written && { value: requireComparable(written.text), open: written.open };
  return withLocation(reader, () => rangeTest(bound(bottom), bound(top)));
}
