import type { LeafTest } from './leaf.js';
import { CidrFault, cidrTest } from './operators/cidr.js';
import { NumberFault, numberTest, rangeTest, requireComparable } from './operators/numeric.js';
import type { Bound } from './operators/numeric.js';
import {
  equalsIgnoreCaseTest,
  prefixIgnoreCaseTest,
  prefixTest,
  suffixIgnoreCaseTest,
  suffixTest,
} from './operators/text.js';
import { WildcardFault, wildcardTest } from './operators/wildcard.js';
import type { PatternError } from './pattern-error.js';
import type { TokenReader, TokenType } from './token-reader.js';

// One match expression, `{"operator": …}`, from tokens to a test. The order in which tokens are read
// and faults are looked for is the engine's: it decides which fault is named, and where.

/** Which operators may be used: all that EventBridge rules know, or only those of its pipes. */
export type Operators = 'rules' | 'pipes';

/** What a match expression tests: a value, or that there is none. */
export type Matcher = ValueMatcher | 'absent';

export interface ValueMatcher {
  test: LeafTest;
  /** Whether it compares numbers by value. */
  numeric?: boolean;
  /** Whether it compares addresses. */
  address?: boolean;
}

/** Reads what follows `{` in a list of matchers. Throws a PatternError. */
export function readMatchExpression(reader: TokenReader, operators: Operators): Matcher {
  if (reader.next() !== 'field') throw reader.fault('Match expression name not found');
  const operator = reader.text();
  switch (operator) {
    case 'exactly': {
      const text = readText(reader, 'exact match pattern must be a string');
      expectEnd(reader);
      return { test: (leaf) => leaf === text };
    }
    case 'prefix':
      return { test: readAffix(reader, 'prefix', prefixTest, prefixIgnoreCaseTest) };
    case 'suffix':
      return { test: readAffix(reader, 'suffix', suffixTest, suffixIgnoreCaseTest) };
    case 'equals-ignore-case': {
      const text = readText(reader, 'equals-ignore-case match pattern must be a string');
      expectEnd(reader);
      return { test: equalsIgnoreCaseTest(text) };
    }
    case 'wildcard': {
      refuseInPipes(reader, operators, 'wildcard');
      const text = readText(reader, 'wildcard match pattern must be a string');
      const test = withLocation(reader, () => wildcardTest(text));
      expectEnd(reader);
      return { test };
    }
    case 'cidr': {
      // The words are AWS's.
      const test = makeCidr(reader, readText(reader, 'prefix match pattern must be a string'));
      expectEnd(reader);
      return { test, address: true };
    }
    case 'numeric':
      return { test: readNumeric(reader), numeric: true };
    case 'anything-but':
      return readAnythingBut(reader, operators);
    case 'exists':
      return readExists(reader);
    default:
      throw reader.fault(`Unrecognized match type ${operator}`);
  }
}

function readText(reader: TokenReader, otherwise: string): string {
  if (reader.next() !== 'string') throw reader.fault(otherwise);
  return reader.text();
}

function expectEnd(reader: TokenReader): void {
  if (reader.next() !== '}') throw reader.fault('Only one key allowed in match expression');
}

function refuseInPipes(reader: TokenReader, operators: Operators, operator: string): void {
  if (operators === 'pipes') {
    throw reader.fault(`${operator} is not supported in a pipe's filter; use it in a rule`);
  }
}

function readAffix(
  reader: TokenReader,
  operator: 'prefix' | 'suffix',
  exact: (text: string) => LeafTest,
  ignoreCase: (text: string) => LeafTest,
): LeafTest {
  const token = reader.next();
  if (token === '{') {
    const Name = operator === 'prefix' ? 'Prefix' : 'Suffix';
    if (reader.next() !== 'field') throw reader.fault(`${Name} expression name not found`);
    const inner = reader.text();
    if (inner !== 'equals-ignore-case') {
      throw reader.fault(`Unsupported ${operator} pattern: ${inner}`);
    }
    const text = readText(reader, 'equals-ignore-case match pattern must be a string');
    expectEnd(reader);
    expectEnd(reader);
    return ignoreCase(text);
  }
  if (token !== 'string') throw reader.fault(`${operator} match pattern must be a string`);
  const text = reader.text();
  expectEnd(reader);
  return exact(text);
}

function readExists(reader: TokenReader): Matcher {
  const token = reader.next();
  if (token !== 'true' && token !== 'false') {
    throw reader.fault('exists match pattern must be either true or false.');
  }
  expectEnd(reader);
  return token === 'true' ? { test: () => true } : 'absent';
}

function makeCidr(reader: TokenReader, text: string): LeafTest {
  try {
    return cidrTest(text);
  } catch (error) {
    if (error instanceof CidrFault) throw reader.faultWithoutLocation(error.message);
    throw error;
  }
}

/** Runs `make`; what is wrong with its wildcard or number is a fault at the place reached. */
function withLocation<T>(reader: TokenReader, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof WildcardFault || error instanceof NumberFault) {
      throw reader.fault(error.message);
    }
    throw error;
  }
}

function readNumeric(reader: TokenReader): LeafTest {
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

function tooManyElements(reader: TokenReader): PatternError {
  return reader.fault('Too many elements in numeric expression');
}

/** An operator that may stand inside anything-but. */
interface Negatable {
  test: (text: string) => LeafTest;
  /** Said of a value that is no string. */
  wants: string;
  /** Said of an empty string, where it is not allowed. */
  empty?: string;
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

function readAnythingBut(reader: TokenReader, operators: Operators): ValueMatcher {
  let token = reader.next();
  let negatable: Negatable | undefined;
  if (token === '{') {
    if (reader.next() !== 'field') throw reader.fault('Anything-But expression name not found');
    const operator = reader.text();
    negatable = NEGATABLE.get(operator);
    if (!negatable) throw reader.fault(`Unsupported anything-but pattern: ${operator}`);
    refuseInPipes(reader, operators, `anything-but with ${operator}`);
    token = reader.next();
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
