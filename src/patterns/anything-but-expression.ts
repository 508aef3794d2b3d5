import { refuseInPipes, tooManyElements, withLocation } from './matcher.js';
import type { Grammar, ValueMatcher } from './matcher.js';
import type { LeafTest } from './leaf.js';
import { NumberFault, numberTest, requireComparable } from './operators/numeric.js';
import { equalsIgnoreCaseTest, prefixTest, suffixTest } from './operators/text.js';
import { wildcardTest } from './operators/wildcard.js';
import type { PatternError } from './pattern-error.js';
import type { TokenReader, TokenType } from './token-reader.js';

/** An operator that may stand inside anything-but. */
interface Negatable {
  test: (text: string) => LeafTest;
  /** Said of a value that is no string. */
  wants: string;
  /** Said of an empty string, where it is not allowed. */
  empty?: string;
  /** Takes no list. */
  alone?: boolean;
}

const NEGATABLE = new Map<string, Negatable>([
  [
    'prefix',
    {
      test: prefixTest,
      wants: 'prefix/suffix match pattern must be a string',
      empty: 'Null prefix/suffix not allowed',
    },
  ],
  [
    'suffix',
    {
      test: suffixTest,
      wants: 'prefix/suffix match pattern must be a string',
      empty: 'Null prefix/suffix not allowed',
    },
  ],
  [
    'equals-ignore-case',
    {
      test: equalsIgnoreCaseTest,
      wants:
        'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    },
  ],
  ['wildcard', { test: wildcardTest, wants: 'wildcard match pattern must be a string' }],
]);

/** As {@link NEGATABLE}, in the {@link Grammar} of patterns with a field named `$or`. */
const FIRST_NEGATABLE = new Map<string, Negatable>([
  ['prefix', { ...NEGATABLE.get('prefix')!, alone: true }],
  ['suffix', { ...NEGATABLE.get('suffix')!, alone: true }],
  [
    'equals-ignore-case',
    {
      test: equalsIgnoreCaseTest,
      wants: 'Inside anything-but/ignore-case list, number|start|null|boolean is not supported.',
    },
  ],
]);

/** Reads the value of `anything-but`. Throws a PatternError. */
export function readAnythingBut(reader: TokenReader, grammar: Grammar): ValueMatcher {
  let token = reader.next();
  let negatable: Negatable | undefined;
  if (token === '{') {
    if (reader.next() !== 'field') throw reader.fault('Anything-But expression name not found');
    const operator = reader.text();
    negatable = (grammar.orIsField ? FIRST_NEGATABLE : NEGATABLE).get(operator);
    if (!negatable) throw reader.fault(`Unsupported anything-but pattern: ${operator}`);
    refuseInPipes(reader, grammar, `anything-but with ${operator}`);
    token = reader.next();
    if (negatable.alone && token !== 'string') throw reader.fault(negatable.wants);
  }
  if (token !== '[' && token !== 'string' && token !== 'number') {
    throw reader.fault('Value of anything-but must be an array or single string/number value.');
  }
  const matcher = negatable
    ? readNegated(reader, token, negatable)
    : readOtherValues(reader, token);
  if (reader.next() !== '}') throw tooManyElements(reader);
  if (negatable && reader.next() !== '}') throw tooManyElements(reader);
  return matcher;
}

function readNegated(reader: TokenReader, token: TokenType, negatable: Negatable): ValueMatcher {
  const texts: string[] = [];
  const fault = (reason: string): PatternError =>
    token === '[' ? reader.faultInList(reason) : reader.fault(reason);
  const take = (type: TokenType): void => {
    if (type !== 'string') throw fault(negatable.wants);
    const text = reader.text();
    if (text === '' && negatable.empty !== undefined) throw fault(negatable.empty);
    texts.push(text);
  };
  if (token === '[') {
    for (let type = reader.next(); type !== ']'; type = reader.next()) take(type);
  } else take(token);
  const tests = withLocation(reader, () => texts.map(negatable.test));
  return { test: (leaf) => !tests.some((test) => test(leaf)) };
}

function readOtherValues(reader: TokenReader, token: TokenType): ValueMatcher {
  if (token === 'string') {
    const text = reader.text();
    return { test: (leaf) => leaf !== text };
  }
  if (token === 'number') {
    const test = makeNumber(reader, reader.text(), false);
    return { test: (leaf) => !test(leaf), numeric: true };
  }
  const strings = new Set<unknown>();
  const numbers: LeafTest[] = [];
  for (let type = reader.next(); type !== ']'; type = reader.next()) {
    if (type === 'string') strings.add(reader.text());
    else if (type === 'number') numbers.push(makeNumber(reader, reader.text(), true));
    else throw reader.faultInList('Inside anything but list, start|null|boolean is not supported.');
  }
  if (strings.size > 0 === numbers.length > 0) {
    throw reader.fault(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  if (strings.size > 0) return { test: (leaf) => !strings.has(leaf) };
  return { test: (leaf) => !numbers.some((test) => test(leaf)), numeric: true };
}

/** A number to be compared with. The engine gives no location for one outside a list. */
function makeNumber(reader: TokenReader, text: string, inList: boolean): LeafTest {
  try {
    requireComparable(text);
    return numberTest(text);
  } catch (error) {
    if (!(error instanceof NumberFault)) throw error;
    throw inList ? reader.fault(error.message) : reader.faultWithoutLocation(error.message);
  }
}
