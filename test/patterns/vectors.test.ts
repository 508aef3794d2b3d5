import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseJson } from '../../src/lib/json-text.js';
import { PatternError, compilePattern } from '../../src/patterns/index.js';

/** Patterns and events are texts: JSON.parse would lose digits and members given twice. */
interface MatchRow {
  name?: string;
  pattern: string;
  matches: string[];
  differs: string[];
}

interface ErrorRow {
  pattern: string;
  reason: string;
  line?: number;
  column?: number;
}

function read(file: string): unknown {
  return JSON.parse(
    readFileSync(new URL(`../vectors/patterns/${file}.json`, import.meta.url), 'utf8'),
  );
}

function check({ pattern, matches, differs }: MatchRow): void {
  const compiled = compilePattern(pattern);
  for (const event of matches) assert.equal(compiled.matches(parseJson(event)), true, event);
  for (const event of differs) assert.equal(compiled.matches(parseJson(event)), false, event);
}

/** All answers are those of the documents, of recordings, and of event-ruler 2.0.1, but where a row's name says so. */
const SUBJECTS = [
  'worked-examples',
  'text',
  'values',
  'numbers',
  'wildcard',
  'addresses',
  'anything-but',
  'exists',
  'arrays',
  'or',
];

for (const subject of SUBJECTS) {
  describe(`event patterns: ${subject}`, () => {
    for (const row of read(subject) as MatchRow[]) it(row.name, () => check(row));
  });
}

describe('event patterns: answers recorded from event-ruler 2.0.1', () => {
  it('gives the same answers', () => {
    for (const row of read('engine-recorded') as MatchRow[]) check(row);
  });
});

describe('event patterns that are refused', () => {
  for (const { pattern, reason, line, column } of read('errors') as ErrorRow[]) {
    it(`says "${reason}" of ${pattern}`, () => {
      assert.throws(
        () => compilePattern(pattern),
        (error) => {
          assert.ok(error instanceof PatternError);
          assert.equal(error.message, reason);
          assert.deepEqual(
            error.location,
            line === undefined || column === undefined ? undefined : { line, column },
          );
          return true;
        },
      );
    });
  }
});
