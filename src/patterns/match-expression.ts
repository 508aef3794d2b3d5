import { readAnythingBut } from './anything-but-expression.js';
import type { LeafTest } from './leaf.js';
import { refuseInPipes, withLocation } from './matcher.js';
import type { Grammar, Matcher } from './matcher.js';
import { readNumeric } from './numeric-expression.js';
import { CidrFault, cidrTest } from './operators/cidr.js';
import {
  equalsIgnoreCaseTest,
  prefixIgnoreCaseTest,
  prefixTest,
  suffixIgnoreCaseTest,
  suffixTest,
} from './operators/text.js';
import { wildcardTest } from './operators/wildcard.js';
import type { TokenReader } from './token-reader.js';

// One match expression, `{"operator": …}`, from tokens to a test. The order in which tokens are read
// and faults are looked for is the engine's: it decides which fault is named, and where.

/** Reads what follows `{` in a list of matchers. Throws a PatternError. */
export function readMatchExpression(reader: TokenReader, grammar: Grammar): Matcher {
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
      refuseInPipes(reader, grammar, 'wildcard');
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
      return readAnythingBut(reader, grammar);
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
