import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Item } from '../../../src/lib/attribute-value.js';
import {
  applyUpdate,
  evaluateCondition,
  matchKey,
  parseAttributesToGet,
  parseAttributeUpdates,
  parseExpected,
  parseFilter,
  parseKeyConditions,
  project,
  type AttributeValueUpdate,
  type ConditionalOperator,
  type ExpectedAttributeValue,
  type FilterCondition,
  type KeyPredicate,
} from '../../../src/dynamodb/expressions/index.js';
import { itemToText, type Wording } from '../../../src/dynamodb/values/index.js';
import json from '../../vectors/dynamodb/legacy.json' with { type: 'json' };

interface FilterRow {
  what: string;
  filter?: Record<string, FilterCondition>;
  operator?: ConditionalOperator;
  wording?: Wording;
  holds: boolean;
  error: string;
}

interface ExpectedRow extends Omit<FilterRow, 'filter'> {
  expected?: Record<string, ExpectedAttributeValue>;
}

interface KeyConditionsRow {
  what: string;
  conditions: Record<string, FilterCondition>;
  predicates: KeyPredicate[];
  error: string;
}

interface UpdateRow {
  what: string;
  before: Item;
  updates: Record<string, AttributeValueUpdate | null>;
  after?: Item;
  error?: string;
}

const vectors = json as unknown as {
  item: Item;
  filters: FilterRow[];
  refusedFilters: FilterRow[];
  expected: ExpectedRow[];
  refusedExpected: ExpectedRow[];
  keyConditions: KeyConditionsRow[];
  refusedKeyConditions: KeyConditionsRow[];
  updates: UpdateRow[];
  refusedUpdates: UpdateRow[];
};
const { item } = vectors;

const refuses = (parse: () => unknown, message: string | undefined): void => {
  assert.throws(parse, { name: 'ValidationException', message });
};

describe('a filter without an expression', () => {
  for (const { what, filter, operator, holds } of vectors.filters)
    it(`${holds ? 'holds' : 'does not hold'}: ${what}`, () => {
      assert.equal(evaluateCondition(parseFilter(filter, operator)!, item), holds);
    });

  for (const { filter, operator, wording, error } of vectors.refusedFilters)
    it(`is refused: ${JSON.stringify({ filter, operator, wording })}`, () => {
      refuses(() => parseFilter(filter, operator, wording), error);
    });

  it('of no conditions is none', () => {
    assert.equal(parseFilter({}, undefined), undefined);
    assert.equal(parseFilter(undefined, undefined), undefined);
  });

  it('names what it looks at', () => {
    const { filter } = vectors.filters.find(({ what }) => what === 'a name with a dot')!;
    assert.deepEqual([...parseFilter(filter, undefined)!.attributes], ['a.b']);
  });
});

describe('what is expected', () => {
  for (const { what, expected, operator, holds } of vectors.expected)
    it(`${holds ? 'holds' : 'does not hold'}: ${what}`, () => {
      assert.equal(evaluateCondition(parseExpected(expected, operator)!, item), holds);
    });

  for (const { expected, operator, error } of vectors.refusedExpected)
    it(`is refused: ${JSON.stringify({ expected, operator })}`, () => {
      refuses(() => parseExpected(expected, operator), error);
    });

  it('of an item that does not exist', () => {
    const absent = parseExpected({ s: { Exists: false } }, undefined)!;
    assert.equal(evaluateCondition(absent, undefined), true);
  });
});

describe('key conditions without an expression', () => {
  const key = { hashes: ['a'], ranges: ['b'] };

  for (const { what, conditions, predicates } of vectors.keyConditions)
    it(`are what they say: ${what}`, () => {
      const parsed = parseKeyConditions(conditions);
      assert.deepEqual(parsed, predicates);
      assert.deepEqual(matchKey(parsed, key).hashes, [{ S: 'x' }]);
    });

  for (const { conditions, error } of vectors.refusedKeyConditions)
    it(`are refused: ${JSON.stringify(conditions)}`, () => {
      refuses(() => matchKey(parseKeyConditions(conditions), key), error);
    });
});

describe('an update without an expression', () => {
  for (const { what, before, updates, after, error } of vectors.updates)
    it(what, () => {
      const update = parseAttributeUpdates(updates);
      if (after) assert.equal(itemToText(applyUpdate(update, before)), JSON.stringify(after));
      else refuses(() => applyUpdate(update, before), error);
    });

  for (const { updates, error } of vectors.refusedUpdates)
    it(`is refused: ${JSON.stringify(updates)}`, () => {
      refuses(() => parseAttributeUpdates(updates), error);
    });

  it('names what it writes, and is not charged for it', () => {
    const update = parseAttributeUpdates({ 'a.b': { Value: { S: 'x' } }, c: { Action: 'DELETE' } });
    assert.deepEqual([...update.attributes], ['a.b', 'c']);
    assert.deepEqual(project(update.projection, item), { 'a.b': { S: 'dotted' } });
    assert.equal(update.charge, 0);
  });
});

describe('attributes to get', () => {
  it('are returned whole, those that there are', () => {
    const projection = parseAttributesToGet(['a.b', 'm', 'q']);
    assert.deepEqual(project(projection, item), { 'a.b': item['a.b'], m: item.m });
    assert.deepEqual([...projection.attributes], ['a.b', 'm', 'q']);
  });

  it('are named once', () => {
    refuses(
      () => parseAttributesToGet(['b', 'a', 'a']),
      'One or more parameter values were invalid: Duplicate value in attribute name: a',
    );
  });
});
