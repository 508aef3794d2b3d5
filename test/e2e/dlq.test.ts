import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  runFreshet,
  startFreshet,
  temporaryFolder,
  type FreshetProcess,
} from '../support/freshet.js';

function templateFor(port: number): string {
  return JSON.stringify({
    Resources: {
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
      Connection: {
        Type: 'AWS::Events::Connection',
        Properties: {
          Name: 'target',
          AuthorizationType: 'API_KEY',
          AuthParameters: {
            ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: 'key-of-the-target' },
          },
        },
      },
      Destination: {
        Type: 'AWS::Events::ApiDestination',
        Properties: {
          Name: 'target',
          ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] },
          InvocationEndpoint: `http://127.0.0.1:${port}/users/*`,
          HttpMethod: 'PUT',
        },
      },
      Pipe: {
        Type: 'AWS::Pipes::Pipe',
        Properties: {
          Name: 'users',
          RoleArn: 'arn:aws:iam::000000000000:role/pipe',
          Source: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
          SourceParameters: {
            DynamoDBStreamParameters: { StartingPosition: 'LATEST', MaximumRetryAttempts: 0 },
          },
          Target: { 'Fn::GetAtt': ['Destination', 'Arn'] },
          TargetParameters: {
            InputTemplate: '<$.dynamodb.NewImage.name.S>',
            HttpParameters: { PathParameterValues: ['$.dynamodb.Keys.id.S'] },
          },
        },
      },
    },
  });
}

describe('freshet dlq', () => {
  let target: Server;
  let server: FreshetProcess;
  let client: DynamoDBClient;
  let broken = true;
  const arrived: string[] = [];
  const dlq = (...args: string[]) => runFreshet(['dlq', ...args, '--endpoint', server.endpoint]);
  const put = (id: string, name: string) =>
    client.send(
      new PutItemCommand({ TableName: 'user', Item: { id: { S: id }, name: { S: name } } }),
    );

  before(async () => {
    target = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (!broken) arrived.push(`${request.url ?? ''} ${JSON.parse(body) as string}`);
        response.writeHead(broken ? 500 : 200).end();
      });
    });
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    const template = join(temporaryFolder(), 'template.json');
    writeFileSync(template, templateFor((target.address() as AddressInfo).port));
    server = await startFreshet({ args: ['--template', template] });
    client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  });
  after(async () => {
    client.destroy();
    await server.stop();
    target.closeAllConnections();
    target.close();
  });

  async function ids(count: number): Promise<string[]> {
    for (;;) {
      const { stdout } = await dlq('list', 'users', '--json');
      const lines = stdout.split('\n').filter((line) => line !== '');
      if (lines.length === count)
        return lines.map((line) => (JSON.parse(line) as { id: string }).id);
      await delay(20);
    }
  }

  it('lists what a pipe gave up, shows it whole, sends it again, and forgets it', async () => {
    for (const id of ['1', '2', '3']) await put(id, `first of ${id}`);
    const [first] = await ids(3);
    assert.match(
      (await dlq('list', 'users')).stdout,
      /INSERT .*"1".* 1 .*500 Internal Server Error/,
    );
    const shown = JSON.parse((await dlq('show', 'users', first!)).stdout) as {
      record: { dynamodb: { NewImage: unknown } };
      request: { method: string };
      response: { status: number };
    };
    assert.deepEqual(shown.record.dynamodb.NewImage, { id: { S: '1' }, name: { S: 'first of 1' } });
    assert.deepEqual([shown.request.method, shown.response.status], ['PUT', 500]);
    assert.ok(!JSON.stringify(shown).includes('key-of-the-target'));

    const again = await dlq('replay', 'users', first!);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /failed again: 500 Internal Server Error/);

    broken = false;
    await put('2', 'second of 2');
    while (!arrived.includes('/users/2 second of 2')) await delay(10);
    const all = await dlq('replay', 'users', '--all');
    assert.equal(all.code, 1);
    assert.match(all.stderr, /its item has changed since: discard it, or send it with --force/);
    assert.match(all.stdout, /^3 records, 2 delivered\n$/);
    assert.deepEqual(arrived.sort(), [
      '/users/1 first of 1',
      '/users/2 second of 2',
      '/users/3 first of 3',
    ]);
    const [left] = await ids(1);
    assert.equal((await dlq('discard', 'users', left!)).stdout, '1 record discarded\n');
    await ids(0);
  });

  it('sends a record that was edited in the place of the one that failed', async () => {
    broken = true;
    await put('4', 'wrong');
    const [id] = await ids(1);
    broken = false;
    const { record } = JSON.parse((await dlq('show', 'users', id!)).stdout) as {
      record: { dynamodb: { Keys: { id: object }; NewImage: Record<string, object> } };
    };
    const file = join(temporaryFolder(), 'record.json');
    record.dynamodb.NewImage['name'] = { S: 'mended' };
    writeFileSync(file, JSON.stringify({ ...record, dynamodb: { ...record.dynamodb, Keys: {} } }));
    const other = await dlq('replay', 'users', id!, '--record', file);
    assert.match(other.stderr, /same "dynamodb.Keys"/);
    writeFileSync(file, JSON.stringify(record));
    assert.equal(
      (await dlq('replay', 'users', id!, '--record', file)).stdout,
      '1 record, 1 delivered\n',
    );
    assert.equal(arrived.at(-1), '/users/4 mended');
    await ids(0);
    const two = await dlq('replay', 'users', 'a', 'b', '--record', file);
    assert.match(two.stderr, /name one id/);
  });

  it('wants ids, or all', async () => {
    for (const args of [[], ['some-id', '--all']]) {
      const { code, stderr } = await dlq('discard', 'users', ...args);
      assert.equal(code, 1);
      assert.match(stderr, /Name the dead letters by their ids .*, or give --all\./);
    }
    assert.match((await dlq('show', 'users', 'none')).stderr, /There is no dead letter none/);
    assert.match((await dlq('list', 'nope')).stderr, /no pipe 'nope'/);
  });
});
