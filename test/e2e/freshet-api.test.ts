import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { API_KEY, startFreshet, type FreshetProcess } from '../support/freshet.js';

const SECRET = 'secret-of-the-target';

describe("Freshet's own API", () => {
  let server: FreshetProcess;
  let target: Server;
  before(async () => {
    target = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        response.writeHead(request.url?.startsWith('/users/') ? 201 : 418);
        response.end(
          `${request.method} ${request.url} ${body} ${String(request.headers['x-key'])}`,
        );
      });
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
    server = await startFreshet();
    const events = new EventBridgeClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const { ConnectionArn } = await events.send(
      new CreateConnectionCommand({
        Name: 'target',
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: SECRET } },
      }),
    );
    const { port } = target.address() as AddressInfo;
    for (const [Name, path] of [
      ['users', '/users/*'],
      ['teapot', '/tea'],
    ] as const)
      await events.send(
        new CreateApiDestinationCommand({
          Name,
          ConnectionArn,
          InvocationEndpoint: `http://127.0.0.1:${port}${path}`,
          HttpMethod: 'PUT',
        }),
      );
    await events.send(
      new CreateApiDestinationCommand({
        Name: 'nobody',
        ConnectionArn,
        InvocationEndpoint: 'http://127.0.0.1:1/',
        HttpMethod: 'POST',
      }),
    );
    events.destroy();
  });
  after(async () => {
    await server.stop();
    target.closeAllConnections();
    target.close();
  });

  async function call(
    method: string,
    path: string,
    input?: object,
  ): Promise<{ status: number; answer: Record<string, unknown>; text: string }> {
    const response = await fetch(`${server.endpoint}/_freshet/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(input && { body: JSON.stringify(input) }),
    });
    const text = await response.text();
    return { status: response.status, answer: JSON.parse(text || '{}') as never, text };
  }

  it('sends a request with an API destination, and shows what came back without secrets', async () => {
    const { status, answer, text } = await call('POST', 'api-destinations/users/test', {
      pathParameters: ['a b'],
      queryStringParameters: { q: '1' },
      body: '{"x":1}',
    });
    assert.equal(status, 200);
    const { request, response } = answer as {
      request: { method: string; url: string; headers: Record<string, string> };
      response: { status: number; body: string };
    };
    assert.match(`${request.method} ${request.url}`, /^PUT http:.*\/users\/a%20b\?q=1$/);
    assert.deepEqual(
      [answer['outcome'], response.status, response.body],
      ['delivered', 201, 'PUT /users/a%20b?q=1 {"x":1} ***'],
    );
    assert.ok(!text.includes(SECRET));
  });

  it('says why a test request came to nothing', async () => {
    const refused = (await call('POST', 'api-destinations/teapot/test')).answer;
    assert.deepEqual(
      [refused['outcome'], (refused['response'] as { status: number }).status],
      ['rejected', 418],
    );
    const { answer } = await call('POST', 'api-destinations/nobody/test', {});
    assert.equal(answer['outcome'], 'retry');
    assert.match(String(answer['reason']), /connect/i);
    assert.equal(answer['response'], undefined);
    assert.equal((await call('POST', 'api-destinations/absent/test', {})).status, 404);
    assert.equal((await call('POST', 'api-destinations/users/test', { body: 5 })).status, 400);
  });

  it('lists the keys of a cache and tells what an item is and how long it lives, without counting a hit', async () => {
    await call('POST', 'caches', { name: 'user' });
    for (const key of ['key=001', `key_base64=${encodeURIComponent('/wD+')}`])
      await fetch(`${server.endpoint}/cache/user?${key}&ttl_seconds=60`, {
        method: 'PUT',
        headers: { authorization: API_KEY },
        body: 'v',
      });
    const { answer } = await call('GET', 'caches/user/keys');
    const keys = answer['keys'] as object[];
    assert.deepEqual(keys.map((key) => JSON.stringify(key)).sort(), [
      '{"base64":"/wD+"}',
      '{"text":"001"}',
    ]);
    for (const key of ['key=001', `key_base64=${encodeURIComponent('/wD+')}`]) {
      const item = (await call('GET', `caches/user/items?${key}`)).answer;
      assert.equal(item['type'], 'scalar');
      assert.ok(Number(item['ttlMs']) > 50_000 && Number(item['ttlMs']) <= 60_000);
    }
    assert.equal((await call('GET', 'caches/user/items?key=absent')).status, 404);
    assert.equal((await call('GET', 'caches/user/items')).status, 400);
    assert.equal((await call('GET', 'caches/absent/keys')).status, 404);
    const { caches } = (await call('GET', 'caches')).answer as {
      caches: { hits: number; misses: number }[];
    };
    assert.deepEqual([caches[0]!.hits, caches[0]!.misses], [0, 0]);
  });
});
