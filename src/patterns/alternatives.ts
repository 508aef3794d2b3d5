import { readMatchList } from './match-list.js';
import type { FieldTest } from './match-list.js';
import type { Grammar, Operators } from './matcher.js';
import { PatternError } from './pattern-error.js';
import { TokenReader } from './token-reader.js';

/** Fields by their path, names joined by dots: all of them must hold. */
export type Alternative = ReadonlyMap<string, FieldTest>;

/** Most alternatives that the `$or`s of one pattern may multiply to (documented). */
const MAX_ALTERNATIVES = 1000;

const OR = '$or';

/** Names that may not be used for fields inside `$or` (recorded from event-ruler 2.0.1). */
const RESERVED_IN_OR = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

/** A `$or` that does not have the form of the operator: the engine then takes it for a field. */
class NotAnOperator extends Error {}

/**
 * Reads a pattern as alternatives, of which one must hold. `$or`s are multiplied out, as the engine
 * does it: where one path is named more than once, the last counts. Throws a PatternError.
 *
 * Not as in event-ruler 2.0.1 is that all of them count (documented). The engine takes an alternative for a
 * repetition, and drops it, when at each of its paths it has a matcher in common with an earlier one: of
 * `{"$or": [{"a": [1]}, {"a": [1, 2]}]}` only the first is left.
 */
export function readAlternatives(text: string, operators: Operators): Alternative[] {
  try {
    return new PatternReader(text, { operators, orIsField: false }).read();
  } catch (error) {
    if (!(error instanceof NotAnOperator)) throw error;
    return new PatternReader(text, { operators, orIsField: true }).read();
  }
}

class PatternReader {
  readonly #source: string;
  readonly #reader: TokenReader;
  readonly #grammar: Grammar;
  /** Names of the objects that surround the place reached. */
  readonly #path: string[] = [];

  constructor(source: string, grammar: Grammar) {
    this.#source = source;
    this.#reader = new TokenReader(source);
    this.#grammar = grammar;
  }

  read(): Alternative[] {
    if (this.#reader.next() !== '{') throw this.#reader.fault('Filter is not an object');
    const alternatives = this.#object([], false);
    this.#reader.end();
    return alternatives;
  }

  /** Reads an object's fields into each of `alternatives` and gives what they have become. */
  #object(given: Map<string, FieldTest>[], insideOr: boolean): Map<string, FieldTest>[] {
    const reader = this.#reader;
    let alternatives = given;
    let empty = true;
    while (reader.next() !== '}') {
      empty = false;
      const name = reader.text();
      if (name === OR && !this.#grammar.orIsField) {
        alternatives = this.#or(alternatives);
        continue;
      }
      if (insideOr && RESERVED_IN_OR.has(name)) throw new NotAnOperator(name);
      const token = reader.next();
      if (token === '{') {
        this.#path.push(name);
        alternatives = this.#object(alternatives, insideOr);
        this.#path.pop();
      } else if (token === '[') {
        const path = this.#pathOf(name);
        const test = readMatchList(reader, this.#grammar);
        if (alternatives.length === 0) alternatives = [new Map<string, FieldTest>()];
        for (const alternative of alternatives) alternative.set(path, test);
      } else throw reader.fault(`"${name}" must be an object or an array`);
    }
    if (empty) throw reader.fault('Empty objects are not allowed');
    return alternatives;
  }

  #or(before: Map<string, FieldTest>[]): Map<string, FieldTest>[] {
    const reader = this.#reader;
    if (reader.next() !== '[') throw new NotAnOperator('no list');
    const multiplied: Map<string, FieldTest>[] = [];
    let objects = 0;
    for (let token = reader.next(); token !== ']'; token = reader.next()) {
      if (token !== '{') throw new NotAnOperator('not only objects');
      objects += 1;
      const branch = before.map((fields) => new Map(fields));
      if (branch.length === 0) branch.push(new Map<string, FieldTest>());
      for (const alternative of this.#object(branch, true)) multiplied.push(alternative);
      if (multiplied.length > MAX_ALTERNATIVES) {
        throw new PatternError(
          `The $or conditions make more than ${MAX_ALTERNATIVES} combinations; use fewer of them`,
          this.#source,
        );
      }
    }
    if (objects < 2) throw new NotAnOperator('fewer than two objects');
    return multiplied;
  }

  /** As the engine joins names: nothing stands before the first dot but what has a name. */
  #pathOf(name: string): string {
    const base = this.#path.join('.');
    return base === '' ? name : `${base}.${name}`;
  }
}
