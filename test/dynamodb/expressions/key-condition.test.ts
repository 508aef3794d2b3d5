import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  parseKeyCondition,
  parseKeyPredicates,
  type KeyCondition,
} from '../../../src/dynamodb/expressions/index.js';
import { attributesOf, type Expression } from './support.js';
import vectors from '../../vectors/dynamodb/key-conditions.json' with { type: 'json' };

interface Case extends Expression {
  result?: KeyCondition;
  error?: string;
}

describe('a key condition', () => {
  for (const row of vectors.cases as unknown as Case[])
    it(row.error === undefined ? `takes ${row.expression}` : `refuses ${row.expression}`, () => {
      const parse = (): KeyCondition =>
        parseKeyCondition(row.expression, attributesOf(row), vectors.key);
      if (row.error === undefined) assert.deepEqual(parse(), row.result);
      else assert.throws(parse, { name: 'ValidationException', message: row.error });
    });

  it('has one attribute at most when the key has one', () => {
    const values = { ':a': { S: 'x' }, ':b': { S: 'y' } };
    const parse = (text: string): KeyCondition =>
      parseKeyCondition(text, attributesOf({ values }), { hashes: ['pk'], ranges: [] });
    assert.deepEqual(parse('pk = :a'), { hashes: [{ S: 'x' }], equals: [] });
    assert.throws(() => parse('pk = :a AND sk = :b'), {
      message:
        'The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)',
    });
  });

  it('can be checked before the key is known', () => {
    const predicates = parseKeyPredicates(
      'x = :a AND :b < y',
      attributesOf({ values: { ':a': { S: 'x' }, ':b': { N: '1' } } }),
    );
    assert.deepEqual(predicates, [
      { attribute: 'x', operator: '=', values: [{ S: 'x' }] },
      { attribute: 'y', operator: '>', values: [{ N: '1' }] },
    ]);
  });
});
