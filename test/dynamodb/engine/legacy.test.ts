import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTable, N, open, recordsOf, refusal, S, sortKeys } from './harness.js';

const key = { pk: S('a') };

describe('parameters from before expressions', () => {
  it('put under conditions', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const put = (n: number, expected: object, more: object = {}): Promise<unknown> =>
      db.putItem({ TableName: 'users', Item: { ...key, n: N(n) }, Expected: expected, ...more });
    await put(1, { pk: { Exists: false } });
    assert.equal(
      (await refusal(put(2, { pk: { Exists: false } }))).code,
      'ConditionalCheckFailedException',
    );
    await put(2, { n: { Value: N(1) } });
    const either = {
      n: { ComparisonOperator: 'GT', AttributeValueList: [N(100)] },
      pk: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [S('a')] },
    };
    assert.equal((await refusal(put(3, either))).code, 'ConditionalCheckFailedException');
    await put(3, either, { ConditionalOperator: 'OR' });
    const { Item } = await db.getItem({ TableName: 'users', Key: key });
    assert.deepEqual(Item, { ...key, n: N(3) });
  });

  it('update attribute by attribute', async (t) => {
    const db = await open(t);
    await createTable(db, 'users', { stream: 'NEW_IMAGE' });
    const update = (updates: object): ReturnType<typeof db.updateItem> =>
      db.updateItem({
        TableName: 'users',
        Key: key,
        AttributeUpdates: updates,
        ReturnValues: 'ALL_NEW',
      });
    await update({ n: { Action: 'ADD', Value: N(2) }, name: { Value: S('x') } });
    const { Attributes } = await update({
      n: { Action: 'ADD', Value: N(3) },
      name: { Action: 'DELETE' },
      tags: { Action: 'ADD', Value: { SS: ['t'] } },
    });
    assert.deepEqual(Attributes, { ...key, n: N(5), tags: { SS: ['t'] } });
    assert.deepEqual(
      (await recordsOf(db, 'users')).map(({ eventName }) => eventName),
      ['INSERT', 'MODIFY'],
    );
  });

  it('query, scan and project', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'N' });
    for (let at = 0; at < 6; at++)
      await db.putItem({
        TableName: 'rows',
        Item: { ...key, sk: N(at), odd: { BOOL: at % 2 === 1 }, more: S('x') },
      });
    const between = { ComparisonOperator: 'BETWEEN', AttributeValueList: [N(1), N(4)] };
    const odd = { ComparisonOperator: 'EQ', AttributeValueList: [{ BOOL: true }] };
    const queried = await db.query({
      TableName: 'rows',
      KeyConditions: {
        pk: { ComparisonOperator: 'EQ', AttributeValueList: [S('a')] },
        sk: between,
      },
      QueryFilter: { odd },
      AttributesToGet: ['sk'],
    });
    assert.deepEqual(queried.Items, [{ sk: N(1) }, { sk: N(3) }]);
    assert.equal(queried.ScannedCount, 4);
    const scanned = await db.scan({ TableName: 'rows', ScanFilter: { odd, sk: between } });
    assert.deepEqual(sortKeys(scanned.Items), ['1', '3']);
    const { Item } = await db.getItem({
      TableName: 'rows',
      Key: { ...key, sk: N(2) },
      AttributesToGet: ['odd', 'nothing'],
    });
    assert.deepEqual(Item, { odd: { BOOL: false } });
  });
});
