import type { LeafTest } from './leaf.js';
import { NumberFault } from './operators/numeric.js';
import { WildcardFault } from './operators/wildcard.js';
import type { PatternError } from './pattern-error.js';
import type { TokenReader } from './token-reader.js';

/** Which operators may be used: all that EventBridge rules know, or only those of its pipes. */
export type Operators = 'rules' | 'pipes';

/** What a pattern may hold. */
export interface Grammar {
  operators: Operators;
  /**
   * `$or` is the name of a field like any other. A pattern that needs that is read by the engine's first grammar,
   * whose anything-but knows no wildcard and no lists of prefixes or suffixes (recorded from event-ruler 2.0.1).
   */
  orIsField: boolean;
}

/** What a match expression tests: a value, or that there is none. */
export type Matcher = ValueMatcher | 'absent';

export interface ValueMatcher {
  test: LeafTest;
  /** Whether it compares numbers by value. */
  numeric?: boolean;
  /** Whether it compares addresses. */
  address?: boolean;
}

/** Throws a PatternError when only the operators of pipes are allowed. */
export function refuseInPipes(reader: TokenReader, { operators }: Grammar, operator: string): void {
  if (operators === 'pipes') {
    throw reader.fault(`${operator} is not supported in a pipe's filter; use it in a rule`);
  }
}

/** Runs `make`; what is wrong with its wildcard or number is a fault at the place reached. */
export function withLocation<T>(reader: TokenReader, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof WildcardFault || error instanceof NumberFault) {
      throw reader.fault(error.message);
    }
    throw error;
  }
}

export function tooManyElements(reader: TokenReader): PatternError {
  return reader.fault('Too many elements in numeric expression');
}
