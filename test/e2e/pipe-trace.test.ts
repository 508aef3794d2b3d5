import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  ListConnectionsCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { extendedPipe } from '../support/extended-pipe.js';
import {
  COMMAND,
  eventually,
  runFreshet,
  startFreshet,
  type FreshetProcess,
} from '../support/freshet.js';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
/** The last is shorter than what can be told from ordinary text. */
const SECRETS = ['key-of-the-target', 'secret-of-a-header', 'secret of a query', 'b0d'];

interface Traced {
  keys: { id: { S: string } };
  outcome: string;
  attempts: {
    steps: {
      request: { url: string; headers: Record<string, string>; body: { text: string } };
      response: { body: string };
    }[];
  }[];
}

describe('the trace of a pipe, and freshet pipes tail', () => {
  let target: Server;
  let server: FreshetProcess;
  let dynamodb: DynamoDBClient;
  let events: EventBridgeClient;
  before(async () => {
    // Sends back all that it gets.
    target = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () =>
        response.end(`${JSON.stringify(request.headers)} ${decodeURIComponent(request.url!)}`),
      );
    });
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    const origin = `http://127.0.0.1:${String((target.address() as AddressInfo).port)}`;
    server = await startFreshet({ args: ['--template', extendedPipe(origin)] });
    const client = { endpoint: server.endpoint, region: 'us-east-1', credentials };
    dynamodb = new DynamoDBClient(client);
    events = new EventBridgeClient(client);
    const { Connections } = await events.send(new ListConnectionsCommand({}));
    const secret = { IsValueSecret: true };
    const open = { IsValueSecret: false };
    await events.send(
      new UpdateConnectionCommand({
        Name: Connections![0]!.Name,
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: SECRETS[0] },
          InvocationHttpParameters: {
            HeaderParameters: [
              { Key: 'x-secret', Value: SECRETS[1], ...secret },
              { Key: 'x-open', Value: 'open header', ...open },
            ],
            QueryStringParameters: [
              { Key: 'secret', Value: SECRETS[2], ...secret },
              { Key: 'open', Value: 'open', ...open },
            ],
            BodyParameters: [
              { Key: 'secret', Value: SECRETS[3], ...secret },
              { Key: 'open', Value: 'open member', ...open },
            ],
          },
        },
      }),
    );
  });
  after(async () => {
    dynamodb.destroy();
    events.destroy();
    await server.stop();
    target.closeAllConnections();
    target.close();
  });
  const put = (id: string) =>
    dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { id: { S: id } } }));

  it('shows the request as it was sent, without a secret', async () => {
    await put('first');
    const { code } = await runFreshet(['pipes', 'wait', 'items', '--endpoint', server.endpoint]);
    assert.equal(code, 0);
    const text = await (await fetch(`${server.endpoint}/_freshet/pipes/items/trace`)).text();
    for (const secret of SECRETS) {
      assert.ok(!text.includes(secret), secret);
      assert.ok(!text.includes(encodeURIComponent(secret)), secret);
    }
    const { records } = JSON.parse(text) as { records: Traced[] };
    const { outcome, attempts } = records.at(-1)!;
    const { request, response } = attempts[0]!.steps[0]!;
    assert.equal(outcome, 'delivered');
    assert.match(request.url, /\/items\/first\?secret=\*\*\*&open=open$/);
    const { headers } = request;
    assert.deepEqual(
      [headers['x-key'], headers['x-secret'], headers['x-open']],
      ['***', '***', 'open header'],
    );
    assert.deepEqual(JSON.parse(request.body.text), {
      id: 'first',
      secret: '***',
      open: 'open member',
    });
    assert.match(response.body, /"x-key":"\*\*\*"/);
  });

  it('is told as it happens', async () => {
    const child = spawn(process.execPath, [
      COMMAND,
      ...['pipes', 'tail', 'items', '--json', '--endpoint', server.endpoint],
    ]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = once(child, 'exit');
    let count = 0;
    // It does not say that it listens: so until one comes.
    await eventually('a record is told', async () => {
      count += 1;
      await put(`live-${String(count)}`);
      return output.includes('\n') ? true : undefined;
    });
    child.kill('SIGTERM');
    await exited;
    const [first] = output.split('\n');
    const record = JSON.parse(first!) as Traced;
    assert.match(record.keys.id.S, /^live-/);
    assert.equal(record.outcome, 'delivered');
    for (const secret of SECRETS) assert.ok(!output.includes(secret), secret);
  });

  it('ends with the server, and not with an error', async () => {
    const answer = await fetch(`${server.endpoint}/_freshet/pipes/items/trace/live`);
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    const began = performance.now();
    const stopping = server.stop();
    await answer.text();
    await stopping;
    assert.ok(performance.now() - began < 4_000);
  });
});
