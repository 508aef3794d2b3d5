import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTable, invoke, N, open, recordsOf, refusal, S } from './harness.js';

describe('BatchWriteItem and BatchGetItem', () => {
  it('put, delete and read over several tables', async (t) => {
    const db = await open(t);
    await createTable(db, 'one', { stream: 'KEYS_ONLY' });
    await createTable(db, 'two', { range: 'N' });
    await db.putItem({ TableName: 'one', Item: { pk: S('old') } });
    const written = await db.batchWriteItem({
      RequestItems: {
        one: [
          { PutRequest: { Item: { pk: S('new'), x: N(1) } } },
          { DeleteRequest: { Key: { pk: S('old') } } },
        ],
        two: [{ PutRequest: { Item: { pk: S('a'), sk: N(1) } } }],
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    assert.deepEqual(written, {
      UnprocessedItems: {},
      ConsumedCapacity: [
        { TableName: 'one', CapacityUnits: 2 },
        { TableName: 'two', CapacityUnits: 1 },
      ],
    });
    const read = await db.batchGetItem({
      RequestItems: {
        one: { Keys: [{ pk: S('new') }, { pk: S('old') }], ProjectionExpression: 'x' },
        two: { Keys: [{ pk: S('a'), sk: N('1.0') }], ConsistentRead: true },
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    assert.deepEqual(read, {
      Responses: { one: [{ x: N(1) }], two: [{ pk: S('a'), sk: N(1) }] },
      UnprocessedKeys: {},
      ConsumedCapacity: [
        { TableName: 'one', CapacityUnits: 1 },
        { TableName: 'two', CapacityUnits: 1 },
      ],
    });
    const events = (await recordsOf(db, 'one')).map(({ eventName, Keys }) => [eventName, Keys.pk]);
    assert.deepEqual(events, [
      ['INSERT', S('old')],
      ['INSERT', S('new')],
      ['REMOVE', S('old')],
    ]);
  });

  it('leave keys unprocessed once the answer has 16 MB', async (t) => {
    const db = await open(t);
    await createTable(db, 'big', { range: 'N' });
    const text = S('x'.repeat(390_000));
    for (let at = 0; at < 50; at += 1)
      await db.putItem({ TableName: 'big', Item: { pk: S('p'), sk: N(at), text } });
    const Keys = Array.from({ length: 50 }, (_, at) => ({ pk: S('p'), sk: N(at) }));
    const output = await invoke<{
      Responses: { big: unknown[] };
      UnprocessedKeys: { big: { Keys: unknown[] } };
    }>(db, 'BatchGetItem', { RequestItems: { big: { Keys } } });
    assert.equal(output.Responses.big.length, 43);
    assert.deepEqual(output.UnprocessedKeys.big.Keys, Keys.slice(43));
  });

  it('write nothing when one request is wrong', async (t) => {
    const db = await open(t);
    await createTable(db, 'one');
    const put = (pk: unknown): object => ({ PutRequest: { Item: { pk } } });
    const refused = async (requests: object[]): Promise<string> =>
      (await refusal(db.batchWriteItem({ RequestItems: { one: requests } }))).message;
    const wrongKey = 'The provided key element does not match the schema';
    assert.equal(await refused([put(S('a')), put(N(1))]), wrongKey);
    assert.equal(await refused([put(S('a')), { PutRequest: { Item: { x: S('a') } } }]), wrongKey);
    assert.equal(
      await refused([put(S('a')), { DeleteRequest: { Key: { pk: S('a') } } }]),
      'Provided list of item keys contains duplicates',
    );
    assert.match(await refused([put(S(''))]), /cannot contain an empty string value\. Key: pk$/);
    const both = { ...put(S('a')), DeleteRequest: { Key: { pk: S('a') } } };
    assert.match(await refused([both]), /^Supplied AttributeValue has more than one datatypes set/);
    const many = Array.from({ length: 26 }, (_, at) => put(S(`k${at}`)));
    assert.match(
      await refused(many),
      /at 'requestItems' failed to satisfy constraint: .*Member must have length less than or equal to 25/,
    );
    const missing = await refusal(
      db.batchWriteItem({ RequestItems: { one: [put(S('a'))], gone: [put(S('a'))] } }),
    );
    assert.equal(missing.code, 'ResourceNotFoundException');
    assert.equal((await db.scan({ TableName: 'one' })).Count, 0);
  });
});
