import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import {
  createTable,
  invoke,
  N,
  open,
  recordsOf,
  refusal,
  S,
  temporaryFolder,
  TestClock,
} from './harness.js';

const TableName = 'rows';
const write = (db: DynamoDb, TransactItems: object[], more: object = {}): Promise<object> =>
  invoke(db, 'TransactWriteItems', { TransactItems, ...more });
const put = (pk: string, more: object = {}, parameters: object = {}): object => ({
  Put: { TableName, Item: { pk: S(pk), ...more }, ...parameters },
});
const all = async (db: DynamoDb): Promise<string[]> =>
  (await db.scan({ TableName })).Items.map(({ pk }) => pk!.S!).sort();

describe('TransactWriteItems', () => {
  it('does everything at once', async (t) => {
    const db = await open(t);
    await createTable(db, TableName, { stream: 'NEW_AND_OLD_IMAGES' });
    for (const pk of ['updated', 'deleted', 'checked'])
      await db.putItem({ TableName, Item: { pk: S(pk), n: N(1) } });
    const output = await write(
      db,
      [
        put('new'),
        {
          Update: {
            TableName,
            Key: { pk: S('updated') },
            UpdateExpression: 'SET n = :n',
            ExpressionAttributeValues: { ':n': N(2) },
          },
        },
        { Delete: { TableName, Key: { pk: S('deleted') } } },
        {
          ConditionCheck: {
            TableName,
            Key: { pk: S('checked') },
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ],
      { ReturnConsumedCapacity: 'TOTAL' },
    );
    assert.deepEqual(output, {
      ConsumedCapacity: [{ TableName, CapacityUnits: 8, WriteCapacityUnits: 8 }],
    });
    assert.deepEqual(await all(db), ['checked', 'new', 'updated']);
    const events = (await recordsOf(db, TableName)).slice(3);
    assert.deepEqual(
      events.map(({ eventName, Keys }) => [eventName, Keys.pk!.S]),
      [
        ['INSERT', 'new'],
        ['MODIFY', 'updated'],
        ['REMOVE', 'deleted'],
      ],
    );
  });

  it('does nothing when one condition fails, and says which', async (t) => {
    const db = await open(t);
    await createTable(db, TableName, { stream: 'KEYS_ONLY' });
    await db.putItem({ TableName, Item: { pk: S('there'), n: N(1) } });
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
    const error = await refusal(
      write(db, [
        put('first'),
        put('there', {}, { ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        put('last', {}, condition),
      ]),
    );
    assert.equal(error.code, 'TransactionCanceledException');
    assert.equal(
      error.message,
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
    );
    assert.deepEqual(error.members.CancellationReasons, [
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: S('there'), n: N(1) },
      },
      { Code: 'None' },
    ]);
    assert.deepEqual(await all(db), ['there']);
    assert.equal((await recordsOf(db, TableName)).length, 1);
  });

  it('sees the writes before it and is seen by the writes after it', async (t) => {
    const db = await open(t);
    await createTable(db, TableName);
    const step = (at: number): object => ({
      Update: {
        TableName,
        Key: { pk: S(`c${at % 2}`) },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': N(1) },
      },
    });
    await Promise.all(Array.from({ length: 100 }, () => write(db, [step(0), step(1)])));
    const { Items } = await db.scan({ TableName });
    assert.deepEqual(
      Items.map(({ n }) => n),
      [N(100), N(100)],
    );
  });

  it('is done once for a token, also after a restart', async (t) => {
    const path = temporaryFolder(t);
    const clock = new TestClock();
    const first = await open(t, { path, clock });
    await createTable(first, TableName, { stream: 'KEYS_ONLY' });
    const items = [put('a', { n: N(1) })];
    await write(first, items, { ClientRequestToken: 'token' });
    await first.deleteItem({ TableName, Key: { pk: S('a') } });
    await first.close();
    const db = await open(t, { path, clock });
    await write(db, items, { ClientRequestToken: 'token' });
    assert.deepEqual(await all(db), []);
    const other = await refusal(write(db, [put('b')], { ClientRequestToken: 'token' }));
    assert.equal(other.code, 'IdempotentParameterMismatchException');
    clock.advance(10 * 60_000 + 1);
    await write(db, items, { ClientRequestToken: 'token' });
    assert.deepEqual(await all(db), ['a']);
  });

  it('is refused as a whole for what is wrong with the request', async (t) => {
    const db = await open(t);
    await createTable(db, TableName);
    const refused = async (items: object[]): Promise<string> => {
      const { code, message, members } = await refusal(write(db, items));
      const reasons = members.CancellationReasons as { Message: string }[] | undefined;
      return `${code}: ${reasons ? reasons.map(({ Message }) => Message).join() : message}`;
    };
    assert.equal(
      await refused([put('a'), { Delete: { TableName, Key: { pk: S('a') } } }]),
      'ValidationException: Transaction request cannot include multiple operations on one item',
    );
    assert.equal(
      await refused([{ Put: { TableName, Item: { pk: N(5) } } }]),
      'TransactionCanceledException: One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    );
    assert.equal(
      await refused([{ Delete: { TableName, Key: { pk: N(5) } } }]),
      'TransactionCanceledException: The provided key element does not match the schema',
    );
    assert.equal(
      await refused([put('')]),
      'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    );
    assert.equal(
      await refused([put('a', { x: S('x'.repeat(410_000)) })]),
      'ValidationException: Item size has exceeded the maximum allowed size',
    );
    const grow = {
      TableName,
      Key: { pk: S('a') },
      UpdateExpression: 'SET x = :x',
      ExpressionAttributeValues: { ':x': S('x'.repeat(410_000)) },
    };
    assert.equal(
      await refused([{ Update: grow }]),
      'TransactionCanceledException: Item size to update has exceeded the maximum allowed size',
    );
    assert.equal(
      await refused([{ Put: { TableName: 'gone', Item: { pk: S('a') } } }]),
      'ResourceNotFoundException: Requested resource not found',
    );
  });
});

describe('TransactGetItems', () => {
  it('reads several items of one state', async (t) => {
    const db = await open(t);
    await createTable(db, TableName);
    await write(db, [put('a', { n: N(1) }), put('b', { n: N(2) })]);
    const get = (pk: string, more: object = {}): object => ({
      Get: { TableName, Key: { pk: S(pk) }, ...more },
    });
    const output = await invoke(db, 'TransactGetItems', {
      TransactItems: [get('a'), get('missing'), get('b', { ProjectionExpression: 'n' })],
      ReturnConsumedCapacity: 'INDEXES',
    });
    const units = { CapacityUnits: 6, ReadCapacityUnits: 6 };
    assert.deepEqual(output, {
      ConsumedCapacity: [{ TableName, ...units, Table: units }],
      Responses: [{ Item: { pk: S('a'), n: N(1) } }, {}, { Item: { n: N(2) } }],
    });
    const nothing = get('a', { ProjectionExpression: 'absent' });
    assert.deepEqual(await invoke(db, 'TransactGetItems', { TransactItems: [nothing] }), {
      Responses: [{}],
    });
    const twice = await refusal(
      invoke(db, 'TransactGetItems', { TransactItems: [get('a'), get('a')] }),
    );
    assert.equal(
      twice.message,
      'Transaction request cannot include multiple operations on one item',
    );
    const none = { Get: { TableName, Key: {} } };
    const cancelled = await refusal(invoke(db, 'TransactGetItems', { TransactItems: [none] }));
    assert.equal(cancelled.code, 'TransactionCanceledException');
  });
});
