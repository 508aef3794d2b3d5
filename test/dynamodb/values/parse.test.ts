import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AttributeValue, Item } from '../../../src/lib/attribute-value.js';
import {
  itemToText,
  parseAttributeValue,
  parseItem,
  type Wording,
} from '../../../src/dynamodb/values/index.js';
import { attributeValue } from './arbitraries.js';
import vectors from '../../vectors/dynamodb/values.json' with { type: 'json' };
import { cases } from '../../support/property.js';

type Refusal = [what: string, value: unknown, message: string];

describe('values of requests', () => {
  for (const [what, value, parsed] of vectors.accepted as unknown as [string, unknown, unknown][])
    it(`take ${what}`, () => assert.deepEqual(parseAttributeValue(value), parsed));

  for (const [what, value, message] of vectors.refused as unknown as Refusal[])
    it(`refuse ${what}`, () => refuses(value, 'ValidationException', message));

  for (const [what, value, message] of vectors.refusedInOlderWords as unknown as Refusal[])
    it(`refuse ${what}, in the older words`, () =>
      refuses(value, 'ValidationException', message, 'older'));

  for (const [what, value, message] of vectors.refusedForTheirJson as unknown as Refusal[])
    it(`refuse ${what}`, () => refuses(value, 'SerializationException', message));

  it('nest 32 levels deep and no deeper', () => {
    const message =
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit';
    assert.deepEqual(parseAttributeValue(nested(32)), nested(32));
    refuses(nested(33), 'ValidationException', message);
    refuses(nested(20_000), 'ValidationException', message);
  });

  it('stay the same object when they are canonical', () => {
    fc.assert(
      fc.property(attributeValue(), (value) => {
        const parsed = parseAttributeValue(value);
        assert.equal(parseAttributeValue(parsed), parsed);
      }),
      cases(100),
    );
  });

  it('are never altered themselves', () => {
    fc.assert(
      fc.property(attributeValue(), (value) => {
        const before = JSON.stringify(value);
        parseAttributeValue(value);
        assert.equal(JSON.stringify(value), before);
      }),
      cases(100),
    );
  });
});

describe('items of requests', () => {
  it('keep attributes of any name', () => {
    const item = JSON.parse('{"__proto__":{"N":"1.0"},"toString":{"S":"a"}}') as Item;
    const parsed = parseItem(item);
    assert.equal(itemToText(parsed), '{"__proto__":{"N":"1"},"toString":{"S":"a"}}');
  });

  it('refuse an empty name before they look into any value', () => {
    const message = 'Empty attribute name';
    assert.throws(() => parseItem({ a: { N: 'x' }, '': { S: 'a' } }), { message });
  });
});

function nested(levels: number): AttributeValue {
  let value: AttributeValue = { S: 'leaf' };
  for (let level = 1; level < levels; level += 1)
    value = level % 2 === 0 ? { M: { a: value } } : { L: [value] };
  return value;
}

function refuses(value: unknown, name: string, message: string, wording?: Wording): void {
  assert.throws(() => parseAttributeValue(value, wording), { name, message });
}
