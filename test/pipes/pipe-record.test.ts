import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { itemKey } from '../../src/pipes/pipe-record.js';
import { cases } from '../support/property.js';

describe("an item's key", () => {
  it('does not depend on the order of its attributes', () => {
    assert.equal(
      itemKey({ pk: { S: 'a' }, sk: { N: '1' } }),
      itemKey({ sk: { N: '1' }, pk: { S: 'a' } }),
    );
  });

  it('tells items apart whatever their values hold', () => {
    const values = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(values, values, ([a, b], [c, d]) => {
        const same = a === c && b === d;
        const first = itemKey({ pk: { S: a }, sk: { S: b } });
        assert.equal(first === itemKey({ pk: { S: c }, sk: { S: d } }), same);
      }),
      cases(100),
    );
    assert.notEqual(
      itemKey({ pk: { S: 'a' }, sk: { S: 'bc' } }),
      itemKey({ pk: { S: 'ab' }, sk: { S: 'c' } }),
    );
  });
});
