import { exactNumber } from '../lib/json-number.js';
import { comparableNumber } from './leaf.js';
import type { LeafTest } from './leaf.js';
import { readMatchExpression } from './match-expression.js';
import type { Grammar, Matcher, ValueMatcher } from './matcher.js';
import { addressTest } from './operators/cidr.js';
import { numberTest } from './operators/numeric.js';
import type { TokenReader } from './token-reader.js';

/** What one field of a pattern asks for. */
export interface FieldTest {
  /** Whether one leaf satisfies any of the matchers. */
  test: LeafTest;
  /** Whether the field may be missing (`exists: false` is among the matchers). */
  absent: boolean;
}

/** Above so many plain strings a Set is faster than looking at each. */
const FEW_STRINGS = 8;

/** Reads the matchers behind `[`, up to the `]`. Throws a PatternError. */
export function readMatchList(reader: TokenReader, grammar: Grammar): FieldTest {
  const strings: string[] = [];
  const others: Matcher[] = [];
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    switch (token) {
      case '{':
        others.push(readMatchExpression(reader, grammar));
        break;
      case 'string': {
        const address = addressTest(reader.text());
        if (address) others.push({ test: address, address: true });
        else strings.push(reader.text());
        break;
      }
      case 'number':
        others.push({
          test: numberTest(reader.text()),
          numeric: !Number.isNaN(exactNumber(reader.text())),
        });
        break;
      case 'true':
      case 'false':
      case 'null': {
        const value: unknown = JSON.parse(token);
        others.push({ test: (leaf) => leaf === value });
        break;
      }
      default:
        throw reader.fault('Match value must be String, number, true, false, or null');
    }
  }
  if (strings.length === 0 && others.length === 0)
    throw reader.fault('Empty arrays are not allowed');
  const tests = valueTests(others.filter((matcher) => matcher !== 'absent'));
  return {
    test: anyOf(strings.length > 0 ? [stringsTest(strings), ...tests] : tests),
    absent: others.includes('absent'),
  };
}

/**
 * The engine lays the digits of a number against address ranges too, unless the list has numbers to
 * compare it with: `0.0.0.0/0` matches 300 (recorded from event-ruler 2.0.1).
 */
function valueTests(matchers: readonly ValueMatcher[]): LeafTest[] {
  const numeric = matchers.some((matcher) => matcher.numeric);
  return matchers.map(({ test, address }) =>
    numeric && address ? (leaf) => Number.isNaN(comparableNumber(leaf)) && test(leaf) : test,
  );
}

function stringsTest(strings: readonly string[]): LeafTest {
  const [first] = strings;
  if (strings.length === 1) return (leaf) => leaf === first;
  if (strings.length <= FEW_STRINGS)
    return (leaf) => (strings as readonly unknown[]).includes(leaf);
  const set = new Set<unknown>(strings);
  return (leaf) => set.has(leaf);
}

function anyOf(tests: readonly LeafTest[]): LeafTest {
  const [first, second] = tests;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  if (tests.length === 2) return (leaf) => first(leaf) || second(leaf);
  return (leaf) => {
    for (const test of tests) if (test(leaf)) return true;
    return false;
  };
}
