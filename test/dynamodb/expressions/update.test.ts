import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttributeValue, Item } from '../../../src/lib/attribute-value.js';
import { applyUpdate, parseUpdate, project } from '../../../src/dynamodb/expressions/index.js';
import { itemToText } from '../../../src/dynamodb/values/index.js';
import { attributesOf, type Expression } from './support.js';
import charges from '../../vectors/dynamodb/update-charges.json' with { type: 'json' };
import vectors from '../../vectors/dynamodb/updates.json' with { type: 'json' };

interface Case extends Expression {
  what: string;
  before: Item;
  after?: Item;
  error?: string;
}

for (const [clause, cases] of Object.entries(vectors) as unknown as [string, Case[]][])
  describe(`in an update, ${clause}`, () => {
    for (const row of cases)
      it(row.what, () => {
        const attributes = attributesOf(row);
        const update = parseUpdate(row.expression, attributes);
        attributes.assertAllUsed();
        const before = JSON.stringify(row.before);
        if (row.error === undefined)
          assert.equal(itemToText(applyUpdate(update, row.before)), JSON.stringify(row.after));
        else
          assert.throws(() => applyUpdate(update, row.before), {
            name: 'ValidationException',
            message: row.error,
          });
        assert.equal(JSON.stringify(row.before), before);
      });
  });

describe('an update', () => {
  it('names what it writes', () => {
    const update = parseUpdate(
      'SET a.#b = :v REMOVE c[1], d ADD e :n',
      attributesOf({ names: { '#b': 'x' }, values: { ':v': { S: '' }, ':n': { N: '1' } } }),
    );
    assert.deepEqual(update.paths, [['a', 'x'], ['c', 1], ['d'], ['e']]);
    assert.deepEqual([...update.attributes], ['a', 'c', 'd', 'e']);
    const item: Item = {
      a: { M: { x: { S: '1' }, y: { S: '2' } } },
      c: { L: [{ S: '3' }, { S: '4' }] },
      f: { S: '5' },
    };
    assert.deepEqual(project(update.projection, item), {
      a: { M: { x: { S: '1' } } },
      c: { L: [{ S: '4' }] },
    });
  });

  it('nests values no deeper than items may be', () => {
    const nested = (levels: number): AttributeValue =>
      levels === 1 ? { S: '' } : { M: { a: nested(levels - 1) } };
    const set = (levels: number): Item =>
      applyUpdate(parseUpdate('SET m.x = :v', attributesOf({ values: { ':v': nested(levels) } })), {
        m: { M: {} },
      });
    assert.deepEqual(set(31), { m: { M: { x: nested(31) } } });
    assert.throws(() => set(32), { message: /^Nesting Levels have exceeded supported limits: / });
  });

  it('is charged for what it says, whatever the item holds', () => {
    for (const row of charges as unknown as (Expression & { charge: number })[])
      assert.equal(
        parseUpdate(row.expression, attributesOf(row)).charge,
        row.charge,
        row.expression,
      );
  });
});
