import { compilePattern } from '../../../../src/patterns/index.js';
import { parseEvent } from '../../../../src/transformer/index.js';

/** The verdict of the pipe's own matcher: `undefined` in `matches` when the pattern cannot work. */
export interface Verdict {
  matches: boolean | undefined;
  fault: string | undefined;
}

/** Whether the sample, a JSON text, matches a pattern: in the browser, so that each pattern answers at every key. */
export function verdictOf(pattern: string, sample: string): Verdict {
  try {
    return { matches: compilePattern(pattern).matches(parseEvent(sample)), fault: undefined };
  } catch (error) {
    return { matches: undefined, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** How many of the records match. */
export function countMatches(pattern: string, records: readonly object[]): number {
  const compiled = compilePattern(pattern);
  return records.filter((record) => compiled.matches(parseEvent(JSON.stringify(record)))).length;
}

/** Whether a pattern can work at all. */
export function isPatternSound(pattern: string): boolean {
  return verdictOf(pattern, '{}').fault === undefined;
}
