import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import {
  API_KEY,
  eventually,
  runFreshet,
  startFreshet,
  temporaryFolder,
  type FreshetProcess,
} from '../support/freshet.js';

const ITEMS = 500;
const BATCH = 25;
const CACHE = 'user';
/** A table whose items are there before the pipe is. */
const TABLE = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'user',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  },
};
const PIPE = {
  Cache: { Type: 'Freshet::Momento::Cache', Properties: { CacheName: CACHE } },
  Connection: {
    Type: 'AWS::Events::Connection',
    Properties: {
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: {
          ApiKeyName: 'Authorization',
          ApiKeyValue: { 'Fn::GetAtt': ['Cache', 'ApiKey'] },
        },
      },
    },
  },
  Put: {
    Type: 'AWS::Events::ApiDestination',
    Properties: {
      ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] },
      InvocationEndpoint: { 'Fn::Sub': `\${Cache.Endpoint}/cache/${CACHE}` },
      HttpMethod: 'PUT',
      InvocationRateLimitPerSecond: 300,
    },
  },
  Pipe: {
    Type: 'AWS::Pipes::Pipe',
    Properties: {
      Name: 'users',
      RoleArn: 'arn:aws:iam::000000000000:role/pipe',
      Source: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST' } },
      Target: { 'Fn::GetAtt': ['Put', 'Arn'] },
      TargetParameters: {
        InputTemplate: '<freshet.new-image>',
        HttpParameters: {
          QueryStringParameters: { key: '$.dynamodb.Keys.id.S', ttl_seconds: '300' },
        },
      },
    },
  },
};

describe('freshet backfill', () => {
  const folder = temporaryFolder();
  const template = join(folder, 'template.json');
  const data = join(folder, 'data');
  let server: FreshetProcess;
  let client: DynamoDBClient;
  const start = async (resources: object): Promise<void> => {
    writeFileSync(template, JSON.stringify({ Resources: resources }));
    server = await startFreshet({ data, args: ['--template', template] });
    client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  };
  const backfill = (...args: string[]) =>
    runFreshet(['backfill', ...args, '--endpoint', server.endpoint]);
  const cached = async (id: string): Promise<string> => {
    const answer = await fetch(`${server.endpoint}/cache/${CACHE}?key=${id}`, {
      headers: { authorization: API_KEY },
    });
    return answer.text();
  };

  before(async () => {
    await start(TABLE);
    for (let at = 0; at < ITEMS; at += BATCH) {
      const user: WriteRequest[] = Array.from({ length: BATCH }, (_, of) => ({
        PutRequest: { Item: { id: { S: `u${String(at + of)}` }, name: { S: 'Ichiro' } } },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { user } }));
    }
    client.destroy();
    await server.stop();
    await start({ ...TABLE, ...PIPE });
  });
  after(async () => {
    client.destroy();
    await server.stop();
  });

  it('says that there was none', async () => {
    const { code, stderr } = await backfill('status', 'users');
    assert.equal(code, 1);
    assert.match(stderr, /had no backfill yet: 'freshet backfill users' begins one/);
  });

  it('begins, is told of and ended, and goes on over a kill of the server when it was not', async () => {
    const slow = await backfill('users', '--rate', '1');
    assert.match(slow.stdout, /^A backfill of about 500 items has begun; 'freshet backfill status/);
    const again = await backfill('users');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /runs already/);
    const cancelled = await backfill('cancel', 'users');
    assert.match(cancelled.stdout, /^cancelled: \d+ items? read of about 500, /);
    const none = await backfill('cancel', 'users');
    assert.match(none.stderr, /has no backfill that runs/);

    assert.equal((await backfill('users', '--segments', '2', '--rate', '400')).code, 0);
    await eventually('some items have arrived', async () =>
      (await backfill('status', 'users')).stdout.match(/ [1-9]\d* delivered/),
    );
    await server.kill();
    await start({ ...TABLE, ...PIPE });
    const { code, stdout } = await backfill('status', 'users', '--follow');
    assert.equal(
      stdout,
      'completed: 500 items read of about 500, 500 delivered, 0 left to newer changes, 0 filtered out, 0 given up\n',
    );
    assert.equal(code, 0);
    for (const id of ['u0', 'u250', 'u499'])
      assert.equal(await cached(id), `{"id":"${id}","name":"Ichiro"}`);
  });

  it('follows the table to its end, with a change in between', async () => {
    const following = backfill('users', '--follow');
    await client.send(
      new PutItemCommand({ TableName: 'user', Item: { id: { S: 'u0' }, name: { S: 'Jiro' } } }),
    );
    const { code, stdout } = await following;
    assert.match(stdout, /^completed: 500 items read/);
    assert.equal(code, 0);
    await eventually('the change has arrived', async () => (await cached('u0')).includes('Jiro'));
  });

  it('is verified: what the cache lost or was given behind the back of the pipe is found and mended', async () => {
    const verify = (...args: string[]) =>
      runFreshet(['verify', 'users', ...args, '--endpoint', server.endpoint]);
    const clean = await verify();
    assert.equal(clean.stdout, '500 items checked: nothing differs\n');
    assert.equal(clean.code, 0);

    const change = (method: string, id: string, body: string | null = null) =>
      fetch(`${server.endpoint}/cache/${CACHE}?key=${id}&ttl_seconds=300`, {
        method,
        headers: { authorization: API_KEY },
        body,
      });
    await change('DELETE', 'u1');
    await change('PUT', 'u2', '{"id":"u2","name":"Saburo"}');
    const found = await verify('--json');
    assert.equal(found.code, 1);
    const events = found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      events
        .filter(({ type }) => type === 'difference')
        .map(({ kind, keys }) => [kind, keys])
        .sort(),
      [
        ['missing', { id: { S: 'u1' } }],
        ['stale', { id: { S: 'u2' } }],
      ],
    );
    assert.ok(!found.stdout.includes(API_KEY));

    const repaired = await verify('--repair');
    assert.match(repaired.stdout, /500 items checked: 1 missing, 1 stale, 0 extra, 2 repaired\n$/);
    assert.equal(repaired.code, 0);
    assert.equal((await verify()).code, 0);
    assert.equal(await cached('u2'), '{"id":"u2","name":"Ichiro"}');
  });

  it('refuses what it may not be asked for', async () => {
    const { code, stderr } = await backfill('users', '--segments', '33');
    assert.equal(code, 1);
    assert.match(stderr, /"segments" must be a whole number from 1 to 32/);
    const nothing = await backfill('nobody');
    assert.match(nothing.stderr, /There is no pipe 'nobody'/);
  });
});
