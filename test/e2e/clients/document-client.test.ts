import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CreateTableCommand,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  NumberValue,
  paginateQuery,
  paginateScan,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

const TableName = 'chat';

/** A chat: rooms with their messages, read in the order of their (numeric) time. */
async function createChat(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'room', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
        { AttributeName: 'author', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'room', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byAuthor',
          KeySchema: [
            { AttributeName: 'author', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

describe('the DocumentClient of the AWS SDK for JavaScript', () => {
  it('runs a chat: plain values in, plain values out', async (t) => {
    const { server, client } = await dynamoDbAndClient(t);
    await createChat(client);
    const documents = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
    });
    // A document client leaves its options with the client below it: each needs one of its own.
    const exactClient = new DynamoDBClient({
      ...server.clientConfig,
    });
    t.after(() => exactClient.destroy());
    const exact = DynamoDBDocumentClient.from(exactClient, {
      unmarshallOptions: { wrapNumbers: true },
    });

    await t.test('values of every kind', () => everyKind(documents));
    await t.test('numbers that JavaScript cannot hold', () => numbers(documents, exact));
    await t.test('batches and pages', () => pages(documents));
    await t.test('updates of documents and sets', () => updates(documents));
    await t.test('transactions', () => transactions(documents));
  });
});

class Attachment {
  readonly name = 'a.png';
  readonly bytes = 12.5;
}

async function everyKind(documents: DynamoDBDocumentClient): Promise<void> {
  const Key = { room: 'kinds', at: 1 };
  await documents.send(
    new PutCommand({
      TableName,
      Item: {
        ...Key,
        text: 'häl',
        none: null,
        left: undefined,
        yes: true,
        numbers: new Set([3, 1, 2]),
        words: new Set(['b', 'a']),
        blob: Buffer.from('blob'),
        blobs: new Set([Uint8Array.of(9)]),
        big: 9007199254740993n,
        nested: { list: [1, 'two', { three: [null, false] }], empty: {} },
        file: new Attachment(),
      },
    }),
  );
  const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  assert.deepEqual(
    { ...Item, big: undefined, blob: Buffer.from(Item!['blob'] as Uint8Array).toString() },
    {
      ...Key,
      text: 'häl',
      none: null,
      yes: true,
      numbers: new Set([1, 2, 3]),
      words: new Set(['a', 'b']),
      blob: 'blob',
      blobs: new Set([Uint8Array.of(9)]),
      big: undefined,
      nested: { list: [1, 'two', { three: [null, false] }], empty: {} },
      file: { name: 'a.png', bytes: 12.5 },
    },
  );
  assert.equal(Item!['big'], 9007199254740993n);
}

async function numbers(
  documents: DynamoDBDocumentClient,
  exact: DynamoDBDocumentClient,
): Promise<void> {
  const Key = { room: 'numbers', at: 1 };
  const long = NumberValue.from('3.1415926535897932384626433832795028841');
  await documents.send(
    new PutCommand({
      TableName,
      Item: { ...Key, pi: long, all: new Set([long, NumberValue.from('1e100')]) },
    }),
  );
  const { Item } = await exact.send(new GetCommand({ TableName, Key }));
  assert.deepEqual(Item, {
    room: 'numbers',
    at: NumberValue.from('1'),
    pi: long,
    all: new Set([long, NumberValue.from(`1${'0'.repeat(100)}`)]),
  });
  const added = await exact.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'ADD pi :d',
      ExpressionAttributeValues: {
        ':d': NumberValue.from('0.0000000000000000000000000000000000009'),
      },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  assert.deepEqual(added.Attributes, {
    pi: NumberValue.from('3.141592653589793238462643383279502885'),
  });
  await assert.rejects(
    documents.send(new PutCommand({ TableName, Item: { ...Key, n: NumberValue.from('1e126') } })),
    {
      name: 'ValidationException',
      message:
        /Number overflow\. Attempting to store a number with magnitude larger than supported range/,
    },
  );
}

async function pages(documents: DynamoDBDocumentClient): Promise<void> {
  let waiting = Array.from({ length: 70 }, (_, at) => ({
    PutRequest: {
      // Times below zero and fractions: the order is that of numbers, not of text.
      Item: { room: 'lobby', at: (at - 35) * 1.5, author: `author-${String(at % 7)}`, likes: at },
    },
  }));
  while (waiting.length > 0) {
    const { UnprocessedItems } = await documents.send(
      new BatchWriteCommand({ RequestItems: { [TableName]: waiting.slice(0, 25) } }),
    );
    waiting = [...waiting.slice(25), ...((UnprocessedItems?.[TableName] ?? []) as typeof waiting)];
  }
  const lobby = {
    TableName,
    KeyConditionExpression: 'room = :r AND #at >= :from',
    FilterExpression: 'likes <> :l AND begins_with(author, :a)',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':r': 'lobby', ':from': -15, ':l': 40, ':a': 'author-' },
    ScanIndexForward: false,
  };
  const likes: unknown[] = [];
  for await (const { Items } of paginateQuery({ client: documents, pageSize: 9 }, lobby))
    likes.push(...Items!.map((item) => item['likes'] as number));
  assert.deepEqual(
    likes,
    Array.from({ length: 45 }, (_, at) => 69 - at).filter((like) => like !== 40),
  );
  const byAuthor: unknown[] = [];
  for await (const { Items } of paginateQuery(
    { client: documents, pageSize: 4 },
    {
      TableName,
      IndexName: 'byAuthor',
      KeyConditionExpression: 'author = :a',
      ExpressionAttributeValues: { ':a': 'author-3' },
    },
  ))
    byAuthor.push(...Items!.map((item) => item['likes'] as number));
  assert.deepEqual(byAuthor, [3, 10, 17, 24, 31, 38, 45, 52, 59, 66]);
  let count = 0;
  for await (const page of paginateScan(
    { client: documents, pageSize: 11 },
    { TableName, Select: 'COUNT', FilterExpression: 'attribute_exists(likes)' },
  ))
    count += page.Count!;
  assert.equal(count, 70);
  const { Responses } = await documents.send(
    new BatchGetCommand({
      RequestItems: {
        [TableName]: { Keys: [1.5, -52.5, 999].map((at) => ({ room: 'lobby', at })) },
      },
    }),
  );
  assert.deepEqual(Responses![TableName]!.map((item) => item['likes'] as number).sort(), [0, 36]);
}

async function updates(documents: DynamoDBDocumentClient): Promise<void> {
  const Key = { room: 'lobby', at: 0 };
  await assert.rejects(
    documents.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET edited.#by = author',
        ExpressionAttributeNames: { '#by': 'by' },
      }),
    ),
    {
      name: 'ValidationException',
      message: 'The document path provided in the update expression is invalid for update',
    },
  );
  const { Attributes } = await documents.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression:
        'SET replies = list_append(if_not_exists(replies, :none), :reply), edited = :map ' +
        'ADD readers :readers, likes :three REMOVE nothing',
      ConditionExpression: 'attribute_type(likes, :n) AND size(author) > :three',
      ExpressionAttributeValues: {
        ':none': [],
        ':reply': [{ text: 'hi' }],
        ':map': {},
        ':readers': new Set(['ann', 'bob']),
        ':three': 3,
        ':n': 'N',
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  assert.deepEqual(Attributes, {
    ...Key,
    author: 'author-0',
    likes: 38,
    replies: [{ text: 'hi' }],
    readers: new Set(['ann', 'bob']),
    edited: {},
  });
  const second = await documents.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET edited.#by = author, replies[1] = :late DELETE readers :gone',
      ExpressionAttributeNames: { '#by': 'by' },
      ExpressionAttributeValues: { ':late': 'end', ':gone': new Set(['ann', 'zoe']) },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  assert.deepEqual(second.Attributes, {
    edited: { by: 'author-0' },
    replies: ['end'],
    readers: new Set(['bob']),
  });
  await assert.rejects(
    documents.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET likes = :zero',
        ConditionExpression: 'likes < :zero',
        ExpressionAttributeValues: { ':zero': 0 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
    (error) => {
      assert.ok(error instanceof ConditionalCheckFailedException);
      // The DocumentClient leaves what errors carry as it came.
      assert.deepEqual(error.Item?.['likes'], { N: '38' });
      return true;
    },
  );
}

async function transactions(documents: DynamoDBDocumentClient): Promise<void> {
  const message = (room: string): { room: string; at: number; moved: boolean } => ({
    room,
    at: 1000,
    moved: true,
  });
  const move = new TransactWriteCommand({
    TransactItems: [
      {
        Delete: {
          TableName,
          Key: { room: 'lobby', at: 1.5 },
          ConditionExpression: 'attribute_exists(room)',
        },
      },
      { Put: { TableName, Item: message('archive') } },
    ],
  });
  await documents.send(move);
  const again = documents.send(
    new TransactWriteCommand({ TransactItems: move.input.TransactItems!.slice() }),
  );
  await assert.rejects(again, (error) => {
    assert.ok(error instanceof TransactionCanceledException);
    assert.deepEqual(
      error.CancellationReasons?.map(({ Code }) => Code),
      ['ConditionalCheckFailed', 'None'],
    );
    return true;
  });
  const { Responses } = await documents.send(
    new TransactGetCommand({
      TransactItems: [
        { Get: { TableName, Key: { room: 'archive', at: 1000 } } },
        { Get: { TableName, Key: { room: 'lobby', at: 1.5 } } },
      ],
    }),
  );
  assert.deepEqual(Responses, [{ Item: message('archive') }, {}]);
}
