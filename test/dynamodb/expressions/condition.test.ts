import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Item } from '../../../src/lib/attribute-value.js';
import { evaluateCondition, parseCondition } from '../../../src/dynamodb/expressions/index.js';
import { attributesOf, type Expression } from './support.js';
import vectors from '../../vectors/dynamodb/conditions.json' with { type: 'json' };

interface Case extends Expression {
  holds: boolean;
}

describe('a condition', () => {
  const item = vectors.item as unknown as Item;
  for (const [group, cases] of Object.entries(vectors.groups) as unknown as [string, Case[]][])
    it(`knows ${group}`, () => {
      for (const row of cases) {
        const attributes = attributesOf(row);
        const condition = parseCondition(row.expression, 'ConditionExpression', attributes);
        attributes.assertAllUsed();
        assert.equal(evaluateCondition(condition, item), row.holds, JSON.stringify(row));
      }
    });

  it('sees an item that does not exist as one without attributes', () => {
    const holds = (text: string): boolean =>
      evaluateCondition(parseCondition(text, 'ConditionExpression', attributesOf({})), undefined);
    assert.equal(holds('attribute_not_exists(a)'), true);
    assert.equal(holds('attribute_exists(a)'), false);
  });

  it('names the attributes it looks at', () => {
    const text = '#a.b = :v AND NOT (size(c[1]) > d OR contains(e, :v)) AND attribute_exists(f.g)';
    const condition = parseCondition(
      text,
      'FilterExpression',
      attributesOf({ names: { '#a': 'a.x' }, values: { ':v': { S: 'x' } } }),
    );
    assert.deepEqual([...condition.attributes].sort(), ['a.x', 'c', 'd', 'e', 'f']);
  });

  it('takes new names and values with a text it has seen before', () => {
    const holds = (name: string, value: string): boolean =>
      evaluateCondition(
        parseCondition(
          '#n = :v',
          'ConditionExpression',
          attributesOf({ names: { '#n': name }, values: { ':v': { S: value } } }),
        ),
        { a: { S: 'x' }, b: { S: 'y' } },
      );
    assert.equal(holds('a', 'x'), true);
    assert.equal(holds('b', 'x'), false);
    assert.equal(holds('b', 'y'), true);
  });
});
