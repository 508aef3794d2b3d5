import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Item } from '../../../src/lib/attribute-value.js';
import { parseProjection, project } from '../../../src/dynamodb/expressions/index.js';
import { attributesOf, type Expression } from './support.js';
import vectors from '../../vectors/dynamodb/projections.json' with { type: 'json' };

describe('a projection', () => {
  const item = vectors.item as unknown as Item;
  for (const row of vectors.cases as unknown as (Expression & { result: Item })[])
    it(`to ${row.expression}`, () => {
      const projection = parseProjection(row.expression, attributesOf(row));
      assert.deepEqual(project(projection, item), row.result);
    });

  it('names the attributes it returns', () => {
    const projection = parseProjection(
      'a, b.c, b.d, #e[1]',
      attributesOf({ names: { '#e': 'f.g' } }),
    );
    assert.deepEqual([...projection.attributes], ['a', 'b', 'f.g']);
  });
});
