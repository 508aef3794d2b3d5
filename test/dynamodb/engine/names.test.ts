import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTable, N, open, refusal, S } from './harness.js';

describe('the name of an attribute', () => {
  const longest = 'é'.repeat(32_767) + 'e'; // 65,535 bytes
  const tooLong = 'é'.repeat(32_768);
  const Key = { pk: S('a') };
  const TableName = 'rows';

  it('may have 65,535 bytes', async (t) => {
    const db = await open(t);
    await createTable(db, TableName);
    await db.putItem({ TableName, Item: { ...Key, [longest]: N(1) } });
    const { Item } = await db.getItem({
      TableName,
      Key,
      ProjectionExpression: '#n',
      ExpressionAttributeNames: { '#n': longest },
    });
    assert.deepEqual(Item, { [longest]: N(1) });
  });

  const requests: [what: string, operation: string, input: object][] = [
    ['in an item', 'PutItem', { Item: { ...Key, [tooLong]: N(1) } }],
    ['in a map', 'PutItem', { Item: { ...Key, m: { M: { [tooLong]: N(1) } } } }],
    [
      'behind a placeholder',
      'GetItem',
      { Key, ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': tooLong } },
    ],
    ['to get', 'GetItem', { Key, AttributesToGet: [tooLong] }],
    ['to update', 'UpdateItem', { Key, AttributeUpdates: { [tooLong]: { Value: N(1) } } }],
    ['to remove', 'UpdateItem', { Key, AttributeUpdates: { [tooLong]: { Action: 'DELETE' } } }],
  ];
  for (const [what, operation, input] of requests)
    it(`cannot have one byte more ${what}`, async (t) => {
      const db = await open(t);
      await createTable(db, TableName);
      const error = await refusal(db.invoke(operation, { TableName, ...input }));
      assert.equal(error.code, 'ValidationException');
      assert.match(error.message, /Attribute name is too large, must be less than 65536 bytes/);
    });

  it('stands once among those that are defined, or that an index includes', async (t) => {
    const db = await open(t);
    const S_ = (AttributeName: string): object => ({ AttributeName, AttributeType: 'S' });
    const table = (attributes: object[], NonKeyAttributes: string[]): Promise<unknown> =>
      db.createTable({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: attributes,
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byG',
            KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes },
          },
        ],
      });
    const defined = await refusal(table([S_('pk'), S_('g'), S_('g')], ['a']));
    assert.equal(defined.message, 'Attribute Name is duplicated: g');
    const included = await refusal(table([S_('pk'), S_('g')], ['a', 'a']));
    assert.match(included.message, /Duplicate attribute name in NonKeyAttributes: a/);
  });
});
