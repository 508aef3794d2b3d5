import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTable, invoke, N, open, refusal, S } from './harness.js';

describe('items', () => {
  it('come back as they were put', async (t) => {
    const db = await open(t);
    await createTable(db, 'users', { range: 'N' });
    const item = {
      pk: S('001'),
      sk: N(-1.5),
      name: S('田中一郎'),
      data: { B: 'AAEC' },
      flags: { L: [{ BOOL: true }, { NULL: true }] },
      nested: { M: { deep: { M: { number: N(12) } } } },
    };
    assert.equal(await db.invoke('PutItem', { TableName: 'users', Item: item }), '{}');
    const { Item } = await db.getItem({
      TableName: 'users',
      Key: { pk: S('001'), sk: N('-1.50') },
    });
    assert.deepEqual(Item, item);
  });

  it('are seen as soon as the write is answered, under load', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    await Promise.all(
      Array.from({ length: 300 }, async (_, at) => {
        const key = { pk: S(`k${at % 20}`) };
        await db.putItem({ TableName: 'users', Item: { ...key, [`a${at}`]: N(at) } });
        const { Item } = await db.getItem({ TableName: 'users', Key: key });
        assert.ok(Item);
      }),
    );
    assert.equal((await db.scan({ TableName: 'users' })).Count, 20);
  });

  it('are counted once each when many writers add to one', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    await Promise.all(
      Array.from({ length: 200 }, () =>
        db.updateItem({
          TableName: 'users',
          Key: { pk: S('counter') },
          UpdateExpression: 'ADD hits :one',
          ExpressionAttributeValues: { ':one': N(1) },
        }),
      ),
    );
    const { Item } = await db.getItem({ TableName: 'users', Key: { pk: S('counter') } });
    assert.deepEqual(Item, { pk: S('counter'), hits: N(200) });
  });

  it('are created once when many writers ask for them not to exist', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        db.putItem({
          TableName: 'users',
          Item: { pk: S('one'), winner: N(at) },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('are projected when read', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    await db.putItem({ TableName: 'users', Item: { pk: S('a'), name: S('x'), other: N(1) } });
    const output = await db.getItem({
      TableName: 'users',
      Key: { pk: S('a') },
      ProjectionExpression: '#n',
      ExpressionAttributeNames: { '#n': 'name' },
    });
    assert.deepEqual(output, { Item: { name: S('x') } });
    assert.deepEqual(await db.getItem({ TableName: 'users', Key: { pk: S('b') } }), {});
  });

  it('are made by an update when there are none', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    await db.updateItem({ TableName: 'users', Key: { pk: S('bare') } });
    await db.updateItem({
      TableName: 'users',
      Key: { pk: S('set') },
      UpdateExpression: 'SET a = :a',
      ExpressionAttributeValues: { ':a': N(1) },
    });
    const { Items } = await db.scan({ TableName: 'users' });
    assert.deepEqual(
      new Set(Items.map((item) => JSON.stringify(item))),
      new Set(['{"pk":{"S":"bare"}}', '{"pk":{"S":"set"},"a":{"N":"1"}}']),
    );
  });

  it('are not made by an update that only takes away', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const target = { TableName: 'users', Key: { pk: S('none') } };
    const updates = [
      { UpdateExpression: 'REMOVE a' },
      { UpdateExpression: 'DELETE a :s', ExpressionAttributeValues: { ':s': { SS: ['x'] } } },
      { AttributeUpdates: { a: { Action: 'DELETE' } } },
      { AttributeUpdates: { a: { Action: 'DELETE', Value: { NS: ['1'] } } } },
    ];
    for (const update of updates)
      assert.deepEqual(await db.updateItem({ ...target, ...update, ReturnValues: 'ALL_NEW' }), {});
    await invoke(db, 'TransactWriteItems', {
      TransactItems: [{ Update: { ...target, UpdateExpression: 'REMOVE a' } }],
    });
    assert.deepEqual(await db.getItem(target), {});
    await db.updateItem({
      ...target,
      UpdateExpression: 'REMOVE a SET b = :b',
      ExpressionAttributeValues: { ':b': S('b') },
    });
    assert.deepEqual((await db.getItem(target)).Item, { pk: S('none'), b: S('b') });
  });

  it('answer ReturnValues in all variants', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const key = { pk: S('a') };
    const put = (Item: object, ReturnValues: string): Promise<unknown> =>
      db.putItem({ TableName: 'users', Item, ReturnValues });
    assert.deepEqual(await put({ ...key, x: N(1), y: N(1) }, 'ALL_OLD'), {});
    assert.deepEqual(await put({ ...key, x: N(2), y: N(2) }, 'ALL_OLD'), {
      Attributes: { ...key, x: N(1), y: N(1) },
    });
    assert.deepEqual(await put({ ...key, x: N(3), y: N(3) }, 'NONE'), {});
    const update = async (ReturnValues: string, value: number): Promise<unknown> =>
      (
        await db.updateItem({
          TableName: 'users',
          Key: key,
          UpdateExpression: 'SET x = :x',
          ExpressionAttributeValues: { ':x': N(value) },
          ReturnValues,
        })
      ).Attributes;
    assert.deepEqual(await update('UPDATED_OLD', 4), { x: N(3) });
    assert.deepEqual(await update('UPDATED_NEW', 5), { x: N(5) });
    assert.deepEqual(await update('ALL_OLD', 6), { ...key, x: N(5), y: N(3) });
    assert.deepEqual(await update('ALL_NEW', 7), { ...key, x: N(7), y: N(3) });
    assert.equal(await update('NONE', 8), undefined);
    assert.deepEqual(
      await db.deleteItem({ TableName: 'users', Key: key, ReturnValues: 'ALL_OLD' }),
      {
        Attributes: { ...key, x: N(8), y: N(3) },
      },
    );
    assert.deepEqual(
      await db.deleteItem({ TableName: 'users', Key: key, ReturnValues: 'ALL_OLD' }),
      {},
    );
  });

  it('stay as they are when the condition fails, and are shown when asked for', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const item = { pk: S('a'), x: N(1) };
    await db.putItem({ TableName: 'users', Item: item });
    const condition = {
      TableName: 'users',
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const put = await refusal(db.putItem({ ...condition, Item: { pk: S('a'), x: N(2) } }));
    assert.equal(put.code, 'ConditionalCheckFailedException');
    assert.equal(put.message, 'The conditional request failed');
    assert.deepEqual(put.members, { Item: item });
    const deletion = await refusal(db.deleteItem({ ...condition, Key: { pk: S('a') } }));
    assert.deepEqual(deletion.members, { Item: item });
    assert.deepEqual((await db.getItem({ TableName: 'users', Key: { pk: S('a') } })).Item, item);
  });

  it('answer the capacity they used', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const put = await invoke<{ ConsumedCapacity: object }>(db, 'PutItem', {
      TableName: 'users',
      Item: { pk: S('a'), text: S('x'.repeat(3000)) },
      ReturnConsumedCapacity: 'TOTAL',
    });
    assert.deepEqual(put.ConsumedCapacity, { TableName: 'users', CapacityUnits: 3 });
    const get = await invoke<{ ConsumedCapacity: object }>(db, 'GetItem', {
      TableName: 'users',
      Key: { pk: S('a') },
      ReturnConsumedCapacity: 'INDEXES',
    });
    assert.deepEqual(get.ConsumedCapacity, {
      TableName: 'users',
      CapacityUnits: 0.5,
      Table: { CapacityUnits: 0.5 },
    });
    const missing = await invoke<object>(db, 'GetItem', {
      TableName: 'users',
      Key: { pk: S('b') },
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL',
    });
    assert.deepEqual(missing, { ConsumedCapacity: { TableName: 'users', CapacityUnits: 1 } });
  });

  it('may be named like members that every object has', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const item = JSON.parse(
      '{"pk":{"S":"a"},"__proto__":{"S":"p"},"constructor":{"M":{"toString":{"N":"1"}}}}',
    ) as object;
    await db.putItem({ TableName: 'users', Item: item });
    const output = await db.invoke('GetItem', { TableName: 'users', Key: { pk: S('a') } });
    assert.deepEqual(JSON.parse(output), { Item: item });
  });

  it('have keys up to the documented sizes', async (t) => {
    const db = await open(t);
    await createTable(db, 'strings', { range: 'S' });
    await createTable(db, 'binaries', { hash: 'B', range: 'B' });
    const long = { pk: S('é'.repeat(1024)), sk: S('x'.repeat(1024)) };
    await db.putItem({ TableName: 'strings', Item: long });
    assert.deepEqual((await db.getItem({ TableName: 'strings', Key: long })).Item, long);
    const zeros = {
      pk: { B: Buffer.alloc(2048).toString('base64') },
      sk: { B: Buffer.alloc(1024).toString('base64') },
    };
    await db.putItem({ TableName: 'binaries', Item: zeros });
    assert.deepEqual((await db.getItem({ TableName: 'binaries', Key: zeros })).Item, zeros);
    const hash = await refusal(
      db.putItem({ TableName: 'strings', Item: { pk: S('x'.repeat(2049)), sk: S('a') } }),
    );
    assert.match(hash.message, /Size of hashkey has exceeded the maximum size limit of2048 bytes/);
    const range = await refusal(
      db.getItem({ TableName: 'strings', Key: { pk: S('x'), sk: S('a'.repeat(1025)) } }),
    );
    assert.match(range.message, /Aggregated size of all range keys has exceeded the size limit/);
  });
});

describe('GetItem', () => {
  it('passes over ExpressionAttributeValues, which it does not know', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows');
    await db.putItem({ TableName: 'rows', Item: { pk: S('a'), n: S('x') } });
    const input = { TableName: 'rows', Key: { pk: S('a') }, ProjectionExpression: 'n' };
    const values = { ExpressionAttributeValues: { ':v': S('unused') } };
    assert.deepEqual((await db.getItem({ ...input, ...values })).Item, { n: S('x') });
  });
});
