import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue, Item } from '../../../src/lib/attribute-value.js';
import {
  compareStrings,
  compareValues,
  equalValues,
  itemSize,
  parseAttributeValue,
} from '../../../src/dynamodb/values/index.js';
import { attributeValue } from './arbitraries.js';
import vectors from '../../vectors/dynamodb/values.json' with { type: 'json' };
import { cases } from '../../support/property.js';

type Values = [AttributeValue, AttributeValue];

describe('values', () => {
  it('are equal by what they mean', () => {
    for (const [a, b] of vectors.equal as unknown as Values[]) {
      assert.equal(equalValues(a, b), true, JSON.stringify([a, b]));
      assert.equal(equalValues(b, a), true, JSON.stringify([b, a]));
    }
    for (const [a, b] of vectors.different as unknown as Values[]) {
      assert.equal(equalValues(a, b), false, JSON.stringify([a, b]));
      assert.equal(equalValues(b, a), false, JSON.stringify([b, a]));
    }
  });

  it('equal a copy of themselves', () => {
    fc.assert(
      fc.property(attributeValue(), (value) => {
        const parsed = parseAttributeValue(value);
        assert.equal(equalValues(parsed, structuredClone(parsed)), true);
      }),
      cases(100),
    );
  });

  it('have an order only within S, within N and within B', () => {
    assert.equal(compareValues({ S: 'a' }, { N: '1' }), undefined);
    assert.equal(compareValues({ BOOL: true }, { BOOL: false }), undefined);
    assert.equal(compareValues({ SS: ['a'] }, { SS: ['b'] }), undefined);
    assert.ok(compareValues({ N: '10' }, { N: '9' })! > 0);
    assert.ok(compareValues({ B: '/w==' }, { B: 'AAAA' })! > 0);
  });

  it('of type S are in the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const order = Buffer.compare(Buffer.from(a), Buffer.from(b));
        assert.equal(Math.sign(compareStrings(a, b)), order);
      }),
      cases(100),
    );
  });
});

describe('the size of an item', () => {
  for (const [what, item, size] of vectors.sizes as unknown as [string, Item, number][])
    it(`counts ${what}`, () => assert.equal(itemSize(item), size));
});
