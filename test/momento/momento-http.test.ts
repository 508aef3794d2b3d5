import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { openHttpDoor, type HttpDoor } from './http-server.js';

const ITEM_LIMIT = 4883 * 1024;

function vectors<T>(name: string): T[] {
  const file = new URL(`../vectors/momento/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T[];
}

interface ErrorBody {
  code: string;
  message: string;
  err?: string;
}

async function errorOf(response: Response): Promise<ErrorBody> {
  assert.equal(response.headers.get('content-type'), 'application/json');
  return (await response.json()) as ErrorBody;
}

function streamOf(...chunks: Uint8Array[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

describe('Momento HTTP API for caches', () => {
  let door: HttpDoor;
  before(async () => {
    door = await openHttpDoor();
  });
  after(() => door.close());

  const put = (path: string, body: Buffer | string, init: RequestInit = {}): Promise<Response> =>
    door.fetch(path, { method: 'PUT', body, ...init });

  const values: [string, Buffer][] = [
    ['text', Buffer.from('{"user_id":"001","name":"田中一郎"}')],
    ['each byte', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
    ['nothing', Buffer.alloc(0)],
    ['as much as an item may have', Buffer.alloc(ITEM_LIMIT - 1, 'x')],
  ];
  for (const [name, value] of values)
    it(`stores, returns and deletes ${name}`, async () => {
      const stored = await put('/cache/users?key=k&ttl_seconds=60', value);
      assert.equal(stored.status, 204);
      assert.equal(stored.statusText, 'No Content');
      assert.equal((await stored.arrayBuffer()).byteLength, 0);
      const found = await door.fetch('/cache/users?key=k');
      assert.equal(found.status, 200);
      assert.equal(found.headers.get('content-type'), 'application/octet-stream');
      assert.equal(found.headers.get('content-length'), String(value.length));
      assert.ok(Buffer.from(await found.arrayBuffer()).equals(value));
      assert.equal((await door.fetch('/cache/users?key=k', { method: 'DELETE' })).status, 204);
      assert.equal((await door.fetch('/cache/users?key=k')).status, 404);
    });

  it('stores a chunked body of any content type byte for byte', async () => {
    const parts = [Buffer.from('{"a":'), Buffer.alloc(100_000, 32), Buffer.from('1}')];
    const stored = await door.fetch('/cache/users?key=chunked&ttl_seconds=60', {
      method: 'PUT',
      body: streamOf(...parts),
      duplex: 'half',
      headers: { authorization: 'test-key', 'content-type': 'application/json' },
    });
    assert.equal(stored.status, 204);
    const found = await door.fetch('/cache/users?key=chunked');
    assert.equal(found.headers.get('content-type'), 'application/octet-stream');
    assert.ok(Buffer.from(await found.arrayBuffer()).equals(Buffer.concat(parts)));
  });

  const tooLarge: [string, () => RequestInit & { duplex?: 'half' }][] = [
    ['with its length said before', () => ({ body: Buffer.alloc(ITEM_LIMIT) })],
    [
      'in chunks',
      () => ({
        body: streamOf(...Array.from({ length: 60 }, () => Buffer.alloc(100_000))),
        duplex: 'half',
      }),
    ],
  ];
  for (const [name, body] of tooLarge)
    it(`refuses an item that is too large, ${name}, and goes on on the same connection`, async () => {
      const path = '/cache/users?key=k&ttl_seconds=60';
      const refused = await door.fetch(path, { method: 'PUT', ...body() });
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get('connection'), 'keep-alive');
      const { err, message } = await errorOf(refused);
      assert.equal(err, 'item_size_limit_exceeded');
      assert.match(message, /5000192 bytes/);
      assert.equal((await door.fetch('/cache/users?key=k')).status, 404);
    });

  it('closes the connection rather than read a body without end', async () => {
    const head =
      'PUT /cache/users?key=k&ttl_seconds=60 HTTP/1.1\r\nHost: a\r\nAuthorization: test-key\r\nContent-Length: 99999999999\r\n\r\n';
    const answer = await door.raw(head);
    assert.match(answer, /^HTTP\/1.1 429 Too Many Requests\r\n/);
    assert.match(answer, /Connection: close/);
  });

  it('finds an item under key, key_base64 and the key in the path', async () => {
    await put('/cache/users?key=example_key&ttl_seconds=60', 'v');
    for (const path of ['?key=example_key', '?key_base64=ZXhhbXBsZV9rZXk', '/example_key'])
      assert.equal(await (await door.fetch(`/cache/users${path}`)).text(), 'v');
    await put('/cache/users/location?ttl_seconds=300', 'path');
    assert.equal(await (await door.fetch('/cache/users?key=location')).text(), 'path');
    assert.equal((await door.fetch('/cache/users/location', { method: 'DELETE' })).status, 204);
    assert.equal((await door.fetch('/cache/users?key=location')).status, 404);
  });

  for (const { target, hex, message } of vectors<{
    target: string;
    hex?: string;
    message?: string;
  }>('keys'))
    it(`key of ${target === '' ? 'no target' : target}: ${hex ?? message}`, async () => {
      const key = Buffer.from(hex ?? '', 'hex');
      const value = `value of ${target}`;
      if (hex !== undefined) await door.store.cache('users').set(key, Buffer.from(value), 60_000);
      // As bytes on the wire, since clients rewrite targets before they send them.
      const answer = await door.raw(
        Buffer.from(
          `GET /cache/users${target} HTTP/1.1\r\nHost: a\r\nAuthorization: test-key\r\nConnection: close\r\n\r\n`,
        ),
      );
      if (message === undefined) {
        assert.match(answer, /^HTTP\/1.1 200 OK\r\n/);
        assert.ok(answer.endsWith(Buffer.from(value).toString('latin1')));
      } else {
        assert.match(answer, /^HTTP\/1.1 400 Bad Request\r\n/);
        assert.match(answer, new RegExp(`"message":"[^"]*${message}`));
      }
    });

  it('lets an item go at the millisecond, without a sweep', async () => {
    await put('/cache/users?key=short&ttl_seconds=1', 'v');
    door.clock.time += 999;
    assert.equal((await door.fetch('/cache/users?key=short')).status, 200);
    door.clock.time += 1;
    assert.equal((await door.fetch('/cache/users?key=short')).status, 404);
  });

  it('refuses a PUT whose ttl_seconds is an epoch time, naming the likely cause', async () => {
    const refused = await put('/cache/users?key=k&ttl_seconds=1789990000', 'v');
    assert.equal(refused.status, 400);
    const { code, message } = await errorOf(refused);
    assert.equal(code, 'Bad Request');
    assert.match(message, /epoch time/);
  });

  it('tells a missing key from a missing cache', async () => {
    const miss = await door.fetch('/cache/users?key=none');
    assert.equal(miss.status, 404);
    assert.equal(miss.statusText, 'Not Found');
    assert.deepEqual(await errorOf(miss), {
      code: 'Not Found',
      message: 'Key Not Found',
      err: 'item_not_found',
    });
    assert.equal((await door.fetch('/cache/users?key=none', { method: 'DELETE' })).status, 204);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await door.fetch('/cache/nowhere?key=k&ttl_seconds=60', { method });
      assert.equal(answer.status, 404);
      assert.equal(answer.statusText, 'Not Found');
      const { code, message, err } = await errorOf(answer);
      assert.deepEqual([code, err], ['Not Found', 'cache_not_found']);
      assert.match(message, /^Cache Not Found: .*'nowhere'/);
    }
  });

  it('answers 404 to a PUT whose cache was deleted while its body came', async () => {
    await door.store.createCache('brief');
    let end = (): void => undefined;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('begin'));
        end = (): void => controller.close();
      },
    });
    const answer = door.fetch('/cache/brief?key=k&ttl_seconds=60', {
      method: 'PUT',
      body,
      duplex: 'half',
    });
    await door.fetch('/cache/users?key=none');
    await door.store.deleteCache('brief');
    end();
    assert.equal((await answer).status, 404);
  });

  it('ignores the body of a DELETE, as pipes send it', async () => {
    await put('/cache/users?key=removed&ttl_seconds=60', 'v');
    for (let i = 0; i < 2; i++) {
      const deleted = await door.fetch('/cache/users?key=removed', {
        method: 'DELETE',
        body: JSON.stringify({ eventName: 'REMOVE', dynamodb: { Keys: {} } }),
        headers: { authorization: 'test-key', 'content-type': 'application/json' },
      });
      assert.equal(deleted.status, 204);
    }
    assert.equal((await door.fetch('/cache/users?key=removed')).status, 404);
  });

  it('answers 405 to other methods, naming those there are', async () => {
    for (const method of ['POST', 'HEAD', 'PATCH']) {
      const answer = await door.fetch('/cache/users?key=k', {
        method,
        ...(method !== 'HEAD' && { body: 'x' }),
      });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get('allow'), 'GET, PUT, DELETE, OPTIONS');
    }
  });

  it('answers preflights without a key, and lets pages read errors too', async () => {
    const preflight = await door.fetch('/cache/users?key=k', { method: 'OPTIONS', headers: {} });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.equal(
      preflight.headers.get('access-control-allow-methods'),
      'GET, PUT, POST, DELETE, OPTIONS',
    );
    assert.equal(
      preflight.headers.get('access-control-allow-headers'),
      'Authorization, Content-Type',
    );
    assert.ok(Number(preflight.headers.get('access-control-max-age')) > 0);
    const refused = await door.fetch('/cache/users?key=k', { headers: {} });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('access-control-allow-origin'), '*');
  });

  it('names one origin when it is told to', async () => {
    const strict = await openHttpDoor({ allowOrigin: 'https://app.example.com' });
    const answer = await strict.fetch('/cache/users?key=k');
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example.com');
    assert.equal(answer.headers.get('vary'), 'Origin');
    await strict.close();
  });

  it('answers 404 to paths that are not its own', async () => {
    for (const path of ['/objectstore/x', '/constructor/x'])
      assert.equal((await door.fetch(path)).status, 404);
  });

  for (const row of vectors<{
    name: string;
    authorization?: string;
    token?: string;
    method?: string;
    status: number;
  }>('authorization'))
    it(`${row.name}: ${row.status}`, async () => {
      await door.store.cache('users').set(Buffer.from('k'), Buffer.from('v'), 60_000);
      const token = row.token === undefined ? '' : `&token=${encodeURIComponent(row.token)}`;
      const answer = await door.fetch(`/cache/users?key=k&ttl_seconds=60${token}`, {
        method: row.method ?? 'GET',
        headers: row.authorization === undefined ? {} : { authorization: row.authorization },
        ...(row.method === 'PUT' && { body: 'v' }),
      });
      assert.equal(answer.status, row.status);
      if (row.status < 300) return;
      const labels: Record<number, string> = {
        400: 'Bad Request',
        401: 'Unauthorized',
        403: 'Forbidden',
      };
      assert.equal((await errorOf(answer)).code, labels[row.status]);
    });

  it('reads the body of a request that it refuses, so that the connection lives on', async () => {
    const body = 'x'.repeat(100_000);
    const one = `PUT /cache/users?key=k&ttl_seconds=60 HTTP/1.1\r\nHost: a\r\nAuthorization: wrong\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const two =
      'GET /cache/users?key=none HTTP/1.1\r\nHost: a\r\nAuthorization: test-key\r\nConnection: close\r\n\r\n';
    const answers = await door.raw(one + two);
    assert.deepEqual(answers.match(/HTTP\/1.1 \d+ .*/g), [
      'HTTP/1.1 401 Unauthorized',
      'HTTP/1.1 404 Not Found',
    ]);
  });

  it('works over many connections at once', async () => {
    const rounds = Array.from({ length: 300 }, async (_, i) => {
      await put(`/cache/users?key=many-${i}&ttl_seconds=60`, `value ${i}`);
      const found = await door.fetch(`/cache/users?key=many-${i}`);
      assert.equal(await found.text(), `value ${i}`);
    });
    await Promise.all(rounds);
  });
});
