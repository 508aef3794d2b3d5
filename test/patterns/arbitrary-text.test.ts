import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PatternError, compilePattern } from '../../src/patterns/index.js';
import { cases } from '../support/property.js';

const SEEDS = [
  '{"a":["x",5,-1.5e3,true,null,{"prefix":"x"},{"exists":false}],"b":{"c.d":[{"numeric":[">=",0,"<",1e3]}]}}',
  '{"$or":[{"a":[{"anything-but":["x","y"]}]},{"b":[{"anything-but":{"wildcard":"*a\\\\*b*"}}]}],"c":["\\u00e9\\n"]}',
  '{"a":[{"cidr":"10.0.0.0/8"},{"cidr":"2001:db8::/32"},"::1",{"suffix":{"equals-ignore-case":"é"}}]}',
];
const PIECES = [
  ...Array.from('{}[]:,"\\*/.-+eE0189\n\t \u0000é🎉\ud800'),
  '"$or"',
  '{"',
  '"]',
  '"a":',
  '"numeric":[',
  '"anything-but":',
  '"cidr":"',
  '"wildcard":"',
  '::',
  '1e999',
  'true',
  'nul',
  '\\u12',
  '/* */',
];

/** A pattern in which some places have been cut out, doubled or filled with something else. */
const broken = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.constantFrom('', ...PIECES)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, [place, cut, piece]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + piece + text.slice(at + cut);
    }, seed),
  );
const arbitrary = fc.oneof(
  { weight: 4, arbitrary: broken },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.json() },
);

describe('any text as a pattern', () => {
  it('is compiled, or refused with a reason and a place inside it', () => {
    fc.assert(
      fc.property(arbitrary, (text) => {
        try {
          assert.equal(typeof compilePattern(text).matches({ a: 'x', b: [{ c: 1 }] }), 'boolean');
        } catch (error) {
          if (!(error instanceof PatternError)) throw error;
          assert.notEqual(error.message, '');
          if (error.location === undefined) return;
          const lines = text.split(/\r\n|\r|\n/);
          const { line, column } = error.location;
          assert.ok(line >= 1 && line <= lines.length, `line ${line}`);
          assert.ok(column >= 1 && column <= lines[line - 1]!.length + 1, `column ${column}`);
        }
      }),
      cases(3000),
    );
  });

  it('is refused unless it is JSON', () => {
    fc.assert(
      fc.property(arbitrary, (text) => {
        try {
          JSON.parse(text);
        } catch {
          assert.throws(() => compilePattern(text), PatternError);
        }
      }),
      cases(3000),
    );
  });
});
