import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  IdempotentParameterMismatchException,
  ListTagsOfResourceCommand,
  paginateListTables,
  paginateQuery,
  paginateScan,
  PutItemCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  TagResourceCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
  type AttributeValue,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record,
} from '@aws-sdk/client-dynamodb-streams';
import { eventually } from '../../support/freshet.js';
import { dynamoDbAndClient } from '../../support/dynamodb.js';
import type { RunningDynamoDb } from '../../../src/server/dynamodb.js';

/** A shop's orders: found by customer, by date, and the open ones by status. */
const ORDERS: CreateTableCommandInput = {
  TableName: 'orders',
  AttributeDefinitions: ['customer', 'order', 'placedAt', 'openStatus'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' },
    { AttributeName: 'order', KeyType: 'RANGE' },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byDate',
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'placedAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['amount'] },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'open',
      KeySchema: [{ AttributeName: 'openStatus', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};
const TableName = 'orders';
const WAIT = { maxWaitTime: 20, minDelay: 1, maxDelay: 1 };

const key = (customer: string, order: string): Record<string, AttributeValue> => ({
  customer: { S: customer },
  order: { S: order },
});

describe('the AWS SDK for JavaScript v3', () => {
  it('runs a shop: tables, orders, batches, transactions and the stream', async (t) => {
    const { server, client } = await dynamoDbAndClient(t);
    await client.send(new CreateTableCommand(ORDERS));
    const { state } = await waitUntilTableExists({ client, ...WAIT }, { TableName });
    assert.equal(state, 'SUCCESS');
    await assert.rejects(client.send(new CreateTableCommand(ORDERS)), ResourceInUseException);

    await t.test('an item comes back with every type as it went in', () => everyType(client));
    await t.test('BatchWriteItem and its retry of what was not processed', () => batches(client));
    await t.test('paginators walk table and indexes', () => pages(client));
    await t.test('conditions fail with the item that is there', () => conditions(client));
    await t.test('transactions are all or nothing', () => transactions(client));
    await t.test('the stream tells of every change', () => stream(server.clientConfig));
    await t.test('UpdateTable adds an index, fills it, and drops it', () => indexUpdate(client));
    await t.test('time to live and tags', () => settings(client));
    await t.test('tables come in pages, and go', () => tables(client));
  });
});

async function everyType(client: DynamoDBClient): Promise<void> {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  const Item: Record<string, AttributeValue> = {
    ...key('types', '1'),
    text: { S: 'köstlich 寿司 🍣 \u0000' },
    empty: { S: '' },
    number: { N: '-12345678901234567890.123456789012345678' },
    small: { N: '1E-130' },
    bytes: { B: bytes },
    yes: { BOOL: true },
    nothing: { NULL: true },
    list: { L: [{ S: 'a' }, { N: '1' }, { L: [] }] },
    map: { M: { nested: { M: { deep: { BOOL: false } } } } },
    strings: { SS: ['a', 'b'] },
    numbers: { NS: ['1', '2.5'] },
    blobs: { BS: [Uint8Array.of(1), Uint8Array.of(2, 3)] },
  };
  await client.send(new PutItemCommand({ TableName, Item }));
  const read = await client.send(
    new GetItemCommand({
      TableName,
      Key: key('types', '1'),
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL',
    }),
  );
  assert.deepEqual(read.Item, {
    ...Item,
    small: { N: `0.${'0'.repeat(129)}1` },
  });
  assert.deepEqual(read.ConsumedCapacity, { TableName, CapacityUnits: 1 });
  const projected = await client.send(
    new GetItemCommand({
      TableName,
      Key: key('types', '1'),
      ProjectionExpression: '#m.nested.deep, #l[1]',
      ExpressionAttributeNames: { '#m': 'map', '#l': 'list' },
    }),
  );
  assert.deepEqual(projected.Item, {
    map: { M: { nested: { M: { deep: { BOOL: false } } } } },
    list: { L: [{ N: '1' }] },
  });
  await client.send(new DeleteItemCommand({ TableName, Key: key('types', '1') }));
}

/** Writes 60 orders of one customer, in batches of 25, and sends again what comes back unprocessed. */
async function batches(client: DynamoDBClient): Promise<void> {
  let waiting: WriteRequest[] = Array.from({ length: 60 }, (_, at) => {
    const number = String(at).padStart(3, '0');
    return {
      PutRequest: {
        Item: {
          ...key('ann', `o${number}`),
          placedAt: { S: `2026-01-${String(60 - at).padStart(2, '0')}` },
          amount: { N: String(at * 10) },
          // 35 KB an order: a page of a megabyte holds 29 of them.
          note: { S: 'x'.repeat(35_000) },
          ...(at % 6 === 0 ? { openStatus: { S: 'PACKING' } } : {}),
        },
      },
    };
  });
  while (waiting.length > 0) {
    const now = waiting.slice(0, 25);
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: now } }),
    );
    waiting = [...waiting.slice(25), ...(UnprocessedItems?.[TableName] ?? [])];
  }
  // 60 items of 35 KB are less than the 16 MB of one answer.
  const { Responses, UnprocessedKeys } = await client.send(
    new BatchGetItemCommand({
      RequestItems: {
        [TableName]: {
          Keys: ['o000', 'o030', 'o059', 'none'].map((order) => key('ann', order)),
          ProjectionExpression: '#o, amount',
          ExpressionAttributeNames: { '#o': 'order' },
        },
      },
    }),
  );
  assert.deepEqual(
    Responses?.[TableName]?.map(
      ({ order, amount }) => `${String(order?.S)}=${String(amount?.N)}`,
    ).sort(),
    ['o000=0', 'o030=300', 'o059=590'],
  );
  assert.deepEqual(UnprocessedKeys, {});
}

async function pages(client: DynamoDBClient): Promise<void> {
  // The paginators write into their input, so each gets one of its own.
  const ofAnn = {
    TableName,
    KeyConditionExpression: 'customer = :c',
    ExpressionAttributeValues: { ':c': { S: 'ann' } },
  };
  const sizes: number[] = [];
  const orders: string[] = [];
  for await (const page of paginateQuery({ client, pageSize: 25 }, { ...ofAnn })) {
    sizes.push(page.Count!);
    orders.push(...page.Items!.map(({ order }) => order!.S!));
  }
  assert.deepEqual(sizes, [25, 25, 10]);
  assert.deepEqual(orders, [...orders].sort());
  assert.equal(orders.length, 60);

  // Without a page size a page ends after a megabyte: 29 items of 35 KB and a little go in.
  const megabytes: number[] = [];
  for await (const page of paginateQuery({ client }, { ...ofAnn })) megabytes.push(page.Count!);
  assert.equal(
    megabytes.reduce((a, b) => a + b),
    60,
  );
  assert.ok(megabytes.length >= 3 && megabytes[0]! <= 30, megabytes.join());

  const byDate: string[] = [];
  const newestFirst = {
    ...ofAnn,
    IndexName: 'byDate',
    KeyConditionExpression: 'customer = :c AND placedAt BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ...ofAnn.ExpressionAttributeValues,
      ':from': { S: '2026-01-11' },
      ':to': { S: '2026-01-20' },
    },
    ScanIndexForward: false,
  };
  for await (const { Items } of paginateQuery({ client, pageSize: 4 }, newestFirst)) {
    for (const item of Items!) {
      assert.deepEqual(Object.keys(item).sort(), ['amount', 'customer', 'order', 'placedAt']);
      byDate.push(item.order!.S!);
    }
  }
  assert.deepEqual(
    byDate,
    Array.from({ length: 10 }, (_, at) => `o0${String(40 + at)}`),
  );

  const open: string[] = [];
  for await (const { Items } of paginateScan(
    { client, pageSize: 3 },
    { TableName, IndexName: 'open' },
  ))
    open.push(...Items!.map(({ order }) => order!.S!));
  assert.deepEqual(
    open.sort(),
    Array.from({ length: 10 }, (_, at) => `o${String(at * 6).padStart(3, '0')}`),
  );

  const segments = await Promise.all(
    [0, 1, 2].map(async (Segment) => {
      let count = 0;
      const cheap = {
        TableName,
        Segment,
        TotalSegments: 3,
        FilterExpression: 'amount < :limit',
        ExpressionAttributeValues: { ':limit': { N: '100' } },
      };
      for await (const page of paginateScan({ client }, cheap)) count += page.Count!;
      return count;
    }),
  );
  assert.equal(
    segments.reduce((a, b) => a + b),
    10,
  );
}

async function conditions(client: DynamoDBClient): Promise<void> {
  const paid = await client.send(
    new UpdateItemCommand({
      TableName,
      Key: key('ann', 'o000'),
      UpdateExpression:
        'SET #s = :paid, attempts = if_not_exists(attempts, :zero) + :one REMOVE note',
      ConditionExpression: 'attribute_not_exists(#s)',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: {
        ':paid': { S: 'PAID' },
        ':zero': { N: '0' },
        ':one': { N: '1' },
      },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  assert.deepEqual(paid.Attributes, { status: { S: 'PAID' }, attempts: { N: '1' } });

  const again = client.send(
    new PutItemCommand({
      TableName,
      Item: key('ann', 'o000'),
      ConditionExpression: 'attribute_not_exists(#s)',
      ExpressionAttributeNames: { '#s': 'status' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
  await assert.rejects(again, (error) => {
    assert.ok(error instanceof ConditionalCheckFailedException);
    assert.equal(error.message, 'The conditional request failed');
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.deepEqual(error.Item?.['status'], { S: 'PAID' });
    return true;
  });
  await assert.rejects(
    client.send(new GetItemCommand({ TableName: 'nowhere', Key: key('a', 'b') })),
    (error) => error instanceof ResourceNotFoundException,
  );
  await assert.rejects(
    client.send(new GetItemCommand({ TableName, Key: { customer: { S: 'ann' } } })),
    { name: 'ValidationException', message: 'The provided key element does not match the schema' },
  );
}

async function transactions(client: DynamoDBClient): Promise<void> {
  const stock = (item: string, left: string): Record<string, AttributeValue> => ({
    ...key('stock', item),
    left: { N: left },
  });
  await client.send(new PutItemCommand({ TableName, Item: stock('tea', '1') }));
  const buy = (order: string, ClientRequestToken?: string): TransactWriteItemsCommand =>
    new TransactWriteItemsCommand({
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
      TransactItems: [
        {
          Update: {
            TableName,
            Key: key('stock', 'tea'),
            UpdateExpression: 'SET #l = #l - :one',
            ConditionExpression: '#l >= :one',
            ExpressionAttributeNames: { '#l': 'left' },
            ExpressionAttributeValues: { ':one': { N: '1' } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        { Put: { TableName, Item: { ...key('bob', order), amount: { N: '5' } } } },
        {
          ConditionCheck: {
            TableName,
            Key: key('ann', 'o001'),
            ConditionExpression: 'attribute_exists(customer)',
          },
        },
      ],
    });
  await client.send(buy('b1', 'token-1'));
  await client.send(buy('b1', 'token-1')); // the same request once more: done only once
  await assert.rejects(client.send(buy('b2', 'token-1')), IdempotentParameterMismatchException);
  await assert.rejects(client.send(buy('b3')), (error) => {
    assert.ok(error instanceof TransactionCanceledException);
    assert.equal(
      error.message,
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[ConditionalCheckFailed, None, None]',
    );
    const [failed, ...others] = error.CancellationReasons!;
    assert.deepEqual(failed, {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      Item: stock('tea', '0'),
    });
    assert.deepEqual(
      others.map(({ Code }) => Code),
      ['None', 'None'],
    );
    return true;
  });
  const { Responses } = await client.send(
    new TransactGetItemsCommand({
      TransactItems: [key('bob', 'b1'), key('bob', 'b2'), key('bob', 'b3')].map((Key) => ({
        Get: { TableName, Key },
      })),
    }),
  );
  assert.deepEqual(
    Responses!.map(({ Item }) => Item?.['order']?.S),
    ['b1', undefined, undefined],
  );
}

async function stream(config: RunningDynamoDb['clientConfig']): Promise<void> {
  const client = new DynamoDBStreamsClient(config);
  try {
    const { Streams } = await client.send(new ListStreamsCommand({ TableName }));
    const StreamArn = Streams![0]!.StreamArn!;
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
    assert.equal(StreamDescription!.StreamStatus, 'ENABLED');
    assert.equal(StreamDescription!.StreamViewType, 'NEW_AND_OLD_IMAGES');
    const records: _Record[] = [];
    for (const { ShardId } of StreamDescription!.Shards!) {
      let { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      for (let read = 1; read > 0 && ShardIterator !== undefined;) {
        const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 20 }));
        read = page.Records!.length;
        records.push(...page.Records!);
        ShardIterator = page.NextShardIterator;
      }
    }
    const told = (customer: string, order: string): (string | undefined)[] =>
      records
        .filter(({ dynamodb }) => {
          const { Keys } = dynamodb!;
          return Keys!['customer']!.S === customer && Keys!['order']!.S === order;
        })
        .map(({ eventName }) => eventName);
    assert.deepEqual(told('types', '1'), ['INSERT', 'REMOVE']);
    assert.deepEqual(told('ann', 'o000'), ['INSERT', 'MODIFY']);
    assert.deepEqual(told('stock', 'tea'), ['INSERT', 'MODIFY']);
    const sold = records.find(
      ({ eventName, dynamodb }) =>
        eventName === 'MODIFY' && dynamodb!.Keys!['customer']!.S === 'stock',
    )!;
    assert.deepEqual(
      [sold.dynamodb!.OldImage!['left'], sold.dynamodb!.NewImage!['left']],
      [{ N: '1' }, { N: '0' }],
    );
    assert.ok(sold.dynamodb!.ApproximateCreationDateTime instanceof Date);
    // Binary values arrive as bytes.
    const typed = records.find(({ dynamodb }) => dynamodb!.Keys!['customer']!.S === 'types')!;
    assert.deepEqual(typed.dynamodb!.NewImage!['blobs'], {
      BS: [Uint8Array.of(1), Uint8Array.of(2, 3)],
    });
  } finally {
    client.destroy();
  }
}

async function indexUpdate(client: DynamoDBClient): Promise<void> {
  await client.send(
    new UpdateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'customer', AttributeType: 'S' },
        { AttributeName: 'amount', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'byAmount',
            KeySchema: [
              { AttributeName: 'customer', KeyType: 'HASH' },
              { AttributeName: 'amount', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        },
      ],
    }),
  );
  const indexes = async (): Promise<(string | undefined)[]> => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return Table!.GlobalSecondaryIndexes!.map((i) => `${i.IndexName!} ${i.IndexStatus!}`).sort();
  };
  await eventually('the index is active', async () =>
    (await indexes()).includes('byAmount ACTIVE') ? true : undefined,
  );
  const most: string[] = [];
  for await (const { Items } of paginateQuery(
    { client, pageSize: 2, stopOnSameToken: true },
    {
      TableName,
      IndexName: 'byAmount',
      KeyConditionExpression: 'customer = :c AND amount >= :t',
      ExpressionAttributeValues: { ':c': { S: 'ann' }, ':t': { N: '550' } },
    },
  ))
    most.push(...Items!.map(({ order }) => order!.S!));
  assert.deepEqual(most, ['o055', 'o056', 'o057', 'o058', 'o059']);
  await client.send(
    new UpdateTableCommand({
      TableName,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byAmount' } }],
    }),
  );
  await eventually('the index is gone', async () =>
    (await indexes()).length === 1 ? true : undefined,
  );
}

async function settings(client: DynamoDBClient): Promise<void> {
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
    }),
  );
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  assert.equal(TimeToLiveDescription?.AttributeName, 'expires');
  assert.match(TimeToLiveDescription.TimeToLiveStatus!, /^ENABL(ING|ED)$/);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const ResourceArn = Table!.TableArn!;
  await client.send(
    new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'team', Value: 'shop' }] }),
  );
  const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
  assert.deepEqual(Tags, [{ Key: 'team', Value: 'shop' }]);
}

async function tables(client: DynamoDBClient): Promise<void> {
  for (const name of ['a01', 'a02', 'a03', 'a04'])
    await client.send(
      new CreateTableCommand({
        TableName: name,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      }),
    );
  const names: string[] = [];
  for await (const page of paginateListTables({ client, pageSize: 2 }, {}))
    names.push(...page.TableNames!);
  assert.deepEqual(names, ['a01', 'a02', 'a03', 'a04', TableName]);
  await client.send(new DeleteTableCommand({ TableName }));
  const { state } = await waitUntilTableNotExists({ client, ...WAIT }, { TableName });
  assert.equal(state, 'SUCCESS');
}
