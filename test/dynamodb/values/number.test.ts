import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  addNumbers,
  attributeValueSize,
  compareNumbers,
  normaliseNumber,
  subtractNumbers,
  type Wording,
} from '../../../src/dynamodb/values/index.js';
import { numberText } from './arbitraries.js';
import vectors from '../../vectors/dynamodb/numbers.json' with { type: 'json' };
import { cases } from '../../support/property.js';

type Pair = [string, string];
type Triple = [string, string, string];

describe('numbers', () => {
  it('are returned without exponent, sign and zeros that say nothing', () => {
    for (const [text, canonical] of vectors.normalised as Pair[])
      assert.equal(normaliseNumber(text), canonical, text);
  });

  it('are refused when they are none, leave the range or have more than 38 digits', () => {
    refuses(vectors.refused as Pair[], 'current');
    refuses(vectors.refusedInOlderWords as Pair[], 'older');
  });

  it('stay as they are once they are canonical', () => {
    fc.assert(
      fc.property(numberText(), (text) => {
        const canonical = normaliseNumber(text);
        assert.equal(normaliseNumber(canonical), canonical);
      }),
      cases(100),
    );
  });

  it('are ordered by value', () => {
    const { ascending } = vectors;
    for (const [at, a] of ascending.entries())
      for (const [other, b] of ascending.entries())
        assert.equal(Math.sign(compareNumbers(a, b)), Math.sign(at - other), `${a} and ${b}`);
  });

  it('are added and subtracted exactly', () => {
    for (const [a, b, sum] of vectors.sums as Triple[]) {
      assert.equal(addNumbers(a, b), sum);
      assert.equal(addNumbers(b, a), sum);
    }
    for (const [a, b, difference] of vectors.differences as Triple[])
      assert.equal(subtractNumbers(a, b), difference);
  });

  it('are refused when a sum leaves the range or has more than 38 digits', () => {
    for (const [a, b, message] of vectors.sumsRefused as Triple[])
      assert.throws(() => addNumbers(a, b), { name: 'ValidationException', message });
  });

  it('give back what was added when it is subtracted', () => {
    const integer = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
    fc.assert(
      fc.property(integer, integer, (x, y) => {
        const [a, b] = [normaliseNumber(String(x)), normaliseNumber(String(y))];
        assert.equal(addNumbers(a, b), String(x + y));
        assert.equal(subtractNumbers(addNumbers(a, b), b), a);
      }),
      cases(100),
    );
  });

  it('count a byte for two digits on each side of the point, one for a sign, and one', () => {
    for (const [text, size] of vectors.sizes as [string, number][])
      assert.equal(attributeValueSize({ N: normaliseNumber(text) }), size, text);
  });
});

function refuses(rows: readonly Pair[], wording: Wording): void {
  for (const [text, message] of rows)
    assert.throws(() => normaliseNumber(text, wording), { name: 'ValidationException', message });
}
