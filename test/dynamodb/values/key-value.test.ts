import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue } from '../../../src/lib/attribute-value.js';
import {
  compareValues,
  encodeKeyValue,
  normaliseNumber,
} from '../../../src/dynamodb/values/index.js';
import { numberText } from './arbitraries.js';
import vectors from '../../vectors/dynamodb/numbers.json' with { type: 'json' };
import { cases } from '../../support/property.js';

const KEYS: Readonly<Record<'S' | 'N' | 'B', fc.Arbitrary<AttributeValue>>> = {
  S: fc.string({ unit: 'binary', maxLength: 30 }).map((S) => ({ S })),
  N: numberText().map((text) => ({ N: normaliseNumber(text) })),
  // Few different bytes, so that one is often the beginning of the other.
  B: fc
    .array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 30 })
    .map((bytes) => ({ B: Buffer.from(bytes).toString('base64') })),
};

for (const [type, key] of Object.entries(KEYS))
  describe(`the encoding of keys of type ${type}`, () => {
    it('sorts as the values do', () => {
      fc.assert(
        fc.property(key, key, (a, b) => {
          const order = Buffer.compare(encodeKeyValue(a), encodeKeyValue(b));
          assert.equal(order, Math.sign(compareValues(a, b)!));
        }),
        cases(300),
      );
    });

    it('tells where it ends', () => {
      fc.assert(
        fc.property(key, key, key, (a, b, next) => {
          fc.pre(compareValues(a, b) !== 0);
          const [first, second] = [encodeKeyValue(a), encodeKeyValue(b)];
          assert.notDeepEqual(first.subarray(0, second.length), second);
          // So what follows does not count before it is its turn.
          const order = Buffer.compare(Buffer.concat([first, encodeKeyValue(next)]), second);
          assert.equal(order, Buffer.compare(first, second));
        }),
        cases(300),
      );
    });
  });

describe('the encoding of keys', () => {
  it('sorts numbers over the whole range', () => {
    const encoded = vectors.ascending.map((N) => encodeKeyValue({ N }));
    assert.deepEqual(
      [...encoded].sort((a, b) => Buffer.compare(a, b)),
      encoded,
    );
  });

  it('adds an eighth to the longest keys, whatever is in them', () => {
    for (const byte of [0x00, 0x61, 0xff]) {
      const key = Buffer.alloc(2048, byte).toString('base64');
      assert.equal(encodeKeyValue({ B: key }).length, 2313);
    }
    const longest = encodeKeyValue({ N: '12345678901234567890123456789012345678' });
    assert.equal(longest.length, 22);
  });
});
