import { JsonNumber } from '../lib/json-number.js';
import { readAlternatives } from './alternatives.js';
import type { Alternative } from './alternatives.js';
import { compileConsistentMatch, namesIn } from './consistent-match.js';
import { compileFieldReaders } from './field-reader.js';
import type { FieldReader } from './field-reader.js';
import type { Operators } from './matcher.js';

/** A compiled event pattern. */
export interface EventPattern {
  /**
   * Whether the event matches. `event` is a parsed JSON value, with or without JsonNumbers; anything but an
   * object matches nothing. Never throws.
   */
  readonly matches: (event: unknown) => boolean;
}

export interface PatternOptions {
  /**
   * `pipes` refuses the operators that EventBridge documents for rules but not for pipes (wildcard, and
   * anything-but with another operator inside). The default, `rules`, takes them all.
   */
  operators?: Operators;
}

type Match = (event: object) => boolean;

/**
 * Compiles an event pattern, given as JSON text. Throws a PatternError with AWS's reason text.
 * Source: documented; where the documents are silent, recorded from event-ruler 2.0.1.
 */
export function compilePattern(text: string, options: PatternOptions = {}): EventPattern {
  const alternatives = readAlternatives(text, options.operators ?? 'rules');
  const names = namesIn(alternatives);
  const matches = alternatives.map((alternative) => compileAlternative(alternative, names));
  const [only] = matches;
  const match: Match =
    matches.length === 1 ? only! : (event) => matches.some((alternative) => alternative(event));
  return {
    matches: (event) =>
      typeof event === 'object' &&
      event !== null &&
      !Array.isArray(event) &&
      !(event instanceof JsonNumber) &&
      match(event),
  };
}

function compileAlternative(alternative: Alternative, names: ReadonlySet<string>): Match {
  const consistentMatch = compileConsistentMatch(alternative, names);
  const readers = compileFieldReaders(alternative);
  if (readers === undefined) return consistentMatch;
  return (event) => {
    switch (matchPlain(readers, event)) {
      case 'matches':
        return true;
      case 'differs':
        return false;
      case 'unsure':
        return consistentMatch(event);
    }
  };
}

/** Asks field by field. `unsure` when a field lies inside an array of an otherwise matching event. */
function matchPlain(
  readers: readonly FieldReader[],
  event: object,
): 'matches' | 'differs' | 'unsure' {
  let unsure = false;
  for (const read of readers) {
    const answer = read(event);
    if (answer === 'no') return 'differs';
    if (answer === 'unsure') unsure = true;
  }
  return unsure ? 'unsure' : 'matches';
}
