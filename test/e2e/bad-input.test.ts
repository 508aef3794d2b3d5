import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { request } from 'undici';
import { TABLE } from '../support/article.js';
import { startFreshet, type FreshetProcess } from '../support/freshet.js';
import { anySignature } from '../support/wire.js';

const ITEM = { id: { S: '1' } };

/** Operation, input, and the error type that the original answers with. */
const DYNAMODB: [string, object, string, RegExp?][] = [
  ['GetItem', { TableName: 'none', Key: ITEM }, 'ResourceNotFoundException'],
  ['DescribeTable', { TableName: 'none' }, 'ResourceNotFoundException'],
  ['DeleteTable', { TableName: 'none' }, 'ResourceNotFoundException'],
  ['CreateTable', TABLE, 'ResourceInUseException'],
  ['CreateTable', { ...TABLE, TableName: 'a' }, 'ValidationException'],
  [
    'PutItem',
    { TableName: 'user', Item: {} },
    'ValidationException',
    /Missing the key id in the item/,
  ],
  [
    'PutItem',
    { TableName: 'user', Item: { id: { N: '1' } } },
    'ValidationException',
    /Type mismatch for key id expected: S actual: N/,
  ],
  [
    'PutItem',
    { TableName: 'user', Item: { id: { S: '' } } },
    'ValidationException',
    /empty string/,
  ],
  ['PutItem', { TableName: 'user', Item: { id: 'plain' } }, 'SerializationException'],
  [
    'PutItem',
    { TableName: 'user', Item: { id: { S: '1' }, n: { N: 'x' } } },
    'ValidationException',
    /cannot be converted to a numeric value: x/,
  ],
  [
    'PutItem',
    { TableName: 'user', Item: { id: { S: '1' }, big: { S: 'x'.repeat(410_000) } } },
    'ValidationException',
    /Item size has exceeded/,
  ],
  [
    'PutItem',
    { TableName: 'user', Item: ITEM, ConditionExpression: 'attribute_exists(' },
    'ValidationException',
    /Invalid ConditionExpression: Syntax error/,
  ],
  [
    'PutItem',
    { TableName: 'user', Item: ITEM, ConditionExpression: 'attribute_exists(id)' },
    'ConditionalCheckFailedException',
    /^The conditional request failed$/,
  ],
  [
    'PutItem',
    {
      TableName: 'user',
      Item: ITEM,
      ConditionExpression: '#x = :y',
      ExpressionAttributeNames: { '#x': 'a' },
    },
    'ValidationException',
    /:y/,
  ],
  [
    'GetItem',
    { TableName: 'user', Key: {} },
    'ValidationException',
    /provided key element does not match the schema/,
  ],
  [
    'UpdateItem',
    { TableName: 'user', Key: ITEM, UpdateExpression: 'SET a = ' },
    'ValidationException',
    /Invalid UpdateExpression/,
  ],
  [
    'UpdateItem',
    {
      TableName: 'user',
      Key: ITEM,
      UpdateExpression: 'SET id = :a',
      ExpressionAttributeValues: { ':a': { S: 'b' } },
    },
    'ValidationException',
    /part of the key/,
  ],
  [
    'Query',
    {
      TableName: 'user',
      KeyConditionExpression: 'nokey = :a',
      ExpressionAttributeValues: { ':a': { S: '1' } },
    },
    'ValidationException',
  ],
  [
    'Scan',
    { TableName: 'user', FilterExpression: 'a ==== b' },
    'ValidationException',
    /Invalid FilterExpression/,
  ],
  ['BatchWriteItem', { RequestItems: {} }, 'ValidationException'],
  ['BatchGetItem', { RequestItems: { none: { Keys: [ITEM] } } }, 'ResourceNotFoundException'],
  ['NoSuchOperation', {}, 'UnknownOperationException'],
];

describe('bad input', () => {
  let server: FreshetProcess;
  before(async () => {
    server = await startFreshet();
    const client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await client.send(new CreateTableCommand(TABLE));
    client.destroy();
  });
  after(async () => {
    const health = await request(`${server.endpoint}/_freshet/health`);
    assert.equal(health.statusCode, 200, 'the process lives');
    assert.doesNotMatch(server.output(), /fault of ours/, 'nothing was an internal fault');
    assert.equal(await server.stop(), 0);
  });

  async function call(
    target: string,
    body: string | Buffer,
    contentType = 'application/x-amz-json-1.0',
  ) {
    const answer = await request(server.endpoint, {
      method: 'POST',
      headers: {
        ...anySignature(),
        'x-amz-target': target,
        'content-type': contentType,
      },
      body,
    });
    const text = await answer.body.text();
    const document = (text === '' ? {} : JSON.parse(text)) as {
      __type?: string;
      message?: string;
      Message?: string;
    };
    return {
      status: answer.statusCode,
      type: document.__type?.split('#').pop(),
      message: document.message ?? document.Message ?? '',
    };
  }

  for (const [operation, input, type, message] of DYNAMODB) {
    it(`DynamoDB ${operation} ${JSON.stringify(input).slice(0, 90)} is a ${type}`, async () => {
      const answer = await call(`DynamoDB_20120810.${operation}`, JSON.stringify(input));
      assert.equal(answer.type, type, answer.message);
      assert.equal(answer.status, 400);
      if (message) assert.match(answer.message, message);
    });
  }

  it('DynamoDB Streams: unknown stream, bad iterator', async () => {
    const unknown = await call(
      'DynamoDBStreams_20120810.DescribeStream',
      '{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2025-01-01T00:00:00.000"}',
    );
    assert.equal(unknown.type, 'ResourceNotFoundException');
    const iterator = await call(
      'DynamoDBStreams_20120810.GetRecords',
      '{"ShardIterator":"garbage"}',
    );
    assert.equal(iterator.type, 'ValidationException');
  });
  it('EventBridge: unknown resources, bad names, unknown operations', async () => {
    const json11 = 'application/x-amz-json-1.1';
    assert.equal(
      (await call('AWSEvents.DescribeConnection', '{"Name":"none"}', json11)).type,
      'ResourceNotFoundException',
    );
    const bad = await call(
      'AWSEvents.DescribeConnection',
      '{"Name":"Invalid Name With Spaces!"}',
      json11,
    );
    assert.equal(bad.type, 'ValidationException');
    assert.match(
      bad.message,
      /at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    );
    assert.equal((await call('AWSEvents.Nope', '{}', json11)).type, 'UnknownOperationException');
    assert.equal(
      (await call('AWSEvents.DescribeConnection', '{', json11)).type,
      'SerializationException',
    );
  });
  it('Pipes: unknown pipe, missing members, malformed JSON', async () => {
    const pipes = async (method: 'GET' | 'POST', path: string, body?: string) => {
      const answer = await request(server.endpoint + path, {
        method,
        headers: anySignature('pipes'),
        body: body ?? null,
      });
      await answer.body.dump();
      return { status: answer.statusCode, type: answer.headers['x-amzn-errortype'] };
    };
    assert.deepEqual(await pipes('GET', '/v1/pipes/none'), {
      status: 404,
      type: 'NotFoundException',
    });
    assert.deepEqual(await pipes('POST', '/v1/pipes/p', '{}'), {
      status: 400,
      type: 'ValidationException',
    });
    assert.deepEqual(await pipes('POST', '/v1/pipes/p', '{'), {
      status: 400,
      type: 'SerializationException',
    });
  });
  it('garbage of every kind is never a fault of ours', async () => {
    const bodies = [
      '',
      'null',
      '[]',
      '"x"',
      '1',
      '{"TableName":null}',
      '{"TableName":{}}',
      '{"__proto__":{"x":1}}',
      '{"TableName":"user","Item":{"__proto__":{"S":"x"}}}',
      '\u0000',
      Buffer.from([0xff, 0xfe]),
    ];
    const operations = [
      'PutItem',
      'GetItem',
      'UpdateItem',
      'DeleteItem',
      'Query',
      'Scan',
      'BatchWriteItem',
      'BatchGetItem',
      'CreateTable',
      'DescribeTable',
      'UpdateTable',
      'DeleteTable',
      'ListTables',
    ].map((o) => `DynamoDB_20120810.${o}`);
    const streams = ['ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords'].map(
      (o) => `DynamoDBStreams_20120810.${o}`,
    );
    const events = [
      'CreateConnection',
      'UpdateConnection',
      'CreateApiDestination',
      'ListConnections',
      'TestEventPattern',
    ].map((o) => `AWSEvents.${o}`);
    for (const target of [...operations, ...streams, ...events])
      for (const body of bodies)
        assert.ok((await call(target, body)).status < 500, `${target} ${body.toString()}`);
  });
});
