import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  API_KEY,
  CONNECTION_ARN,
  DESTINATION_ARN,
  never,
  request,
  setUp,
  startTarget,
} from './setup.js';
import type { DeliveryRequest } from '../../src/destinations/index.js';
import type { Target } from './setup.js';

const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

async function target(...parameters: Parameters<typeof startTarget>): Promise<Target> {
  const started = await startTarget(...parameters);
  ends.push(() => started.close());
  return started;
}

function send(...parameters: Parameters<typeof setUp>): ReturnType<typeof setUp> {
  const made = setUp(...parameters);
  ends.push(() => made.destinations.close());
  return made;
}

describe('a delivery', () => {
  it('is the request of the reference’s example, byte for byte what people see of it', async () => {
    const { origin, received } = await target();
    const { destinations } = send(`${origin}/t/*/e`, {
      parameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'k' },
        InvocationHttpParameters: {
          HeaderParameters: [{ Key: 'X-Env', Value: 'conn', IsValueSecret: false }],
          QueryStringParameters: [{ Key: 'tenant', Value: 'c' }],
        },
      },
    });
    const attempt = await destinations.deliver(
      DESTINATION_ARN,
      request({
        pathParameters: ['a/b'],
        headerParameters: { 'X-Env': 'tgt' },
        queryStringParameters: { tenant: 't', x: '1' },
      }),
      never,
    );
    assert.equal(attempt.outcome, 'delivered');
    assert.equal(attempt.reason, '');
    assert.equal(attempt.status, 200);
    assert.deepEqual(attempt.request, { method: 'POST', url: `${origin}/t/a%2Fb/e?tenant=c&x=1` });
    const [{ method, url, headers, body }] = received as [Target['received'][0]];
    assert.deepEqual([method, url, body], ['POST', '/t/a%2Fb/e?tenant=c&x=1', '{"k":1}']);
    const { host, ...rest } = headers;
    assert.equal(`http://${host}`, origin);
    assert.deepEqual(rest, {
      'x-env': 'conn',
      'x-key': 'k',
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
      'content-type': 'application/json; charset=utf-8',
      range: 'bytes=0-1048575',
      'accept-encoding': 'gzip,deflate',
      connection: 'keep-alive',
      'content-length': '7',
    });
  });

  it('sends BASIC credentials as UTF-8', async () => {
    const { origin, received } = await target();
    const { destinations } = send(origin, {
      connection: { authorizationType: 'BASIC' },
      parameters: { BasicAuthParameters: { Username: 'ünal', Password: 'pä ss' } },
    });
    await destinations.deliver(DESTINATION_ARN, request(), never);
    const expected = Buffer.from('ünal:pä ss', 'utf8').toString('base64');
    assert.equal(received[0]!.headers.authorization, `Basic ${expected}`);
  });

  for (const method of ['GET', 'HEAD'] as const)
    it(`sends no body and no content type with ${method}`, async () => {
      const { origin, received } = await target();
      const { destinations } = send(origin, { destination: { httpMethod: method } });
      const attempt = await destinations.deliver(DESTINATION_ARN, request(), never);
      assert.equal(attempt.outcome, 'delivered');
      const [{ method: sent, body, headers }] = received as [Target['received'][0]];
      assert.deepEqual([sent, body, headers['content-type']], [method, '', undefined]);
    });

  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)
    it(`sends the body with ${method}`, async () => {
      const { origin, received } = await target();
      const { destinations } = send(origin, { destination: { httpMethod: method } });
      const attempt = await destinations.deliver(DESTINATION_ARN, request(), never);
      assert.equal(attempt.outcome, 'delivered');
      assert.deepEqual([received[0]!.method, received[0]!.body], [method, '{"k":1}']);
      assert.equal(received[0]!.headers['content-type'], 'application/json; charset=utf-8');
    });

  it('sends a DELETE of the pipe’s own to the same URL, without a body', async () => {
    const { origin, received } = await target((_request, response) => {
      response.writeHead(404).end();
    });
    const BodyParameters = [{ Key: 'tenant', Value: 'c', IsValueSecret: true }];
    const { destinations } = send(`${origin}/t/*`, {
      destination: { httpMethod: 'PUT' },
      parameters: { ...API_KEY, InvocationHttpParameters: { BodyParameters } },
    });
    const deletion = request({
      method: 'DELETE',
      body: '',
      pathParameters: ['a'],
      queryStringParameters: { ttl: '' },
    });
    const attempt = await destinations.deliver(DESTINATION_ARN, deletion, never);
    assert.deepEqual([attempt.outcome, attempt.status, attempt.reason], ['delivered', 404, '']);
    assert.deepEqual(attempt.request, { method: 'DELETE', url: `${origin}/t/a?ttl=` });
    const [{ method, url, body, headers }] = received as [Target['received'][0]];
    assert.deepEqual([method, url, body], ['DELETE', '/t/a?ttl=', '']);
    assert.equal(headers['content-type'], undefined);
  });

  it('has a time limit of its own where the pipe gives it one', async () => {
    const { origin } = await target((_request, response) => {
      setTimeout(() => response.end(), 150);
    });
    const { destinations } = send(origin, { options: { timeLimitMs: 40 } });
    const deliver = (change: Partial<DeliveryRequest>) =>
      destinations.deliver(DESTINATION_ARN, request(change), never);
    const [usual, longer] = await Promise.all([deliver({}), deliver({ timeLimitMs: 5_000 })]);
    assert.equal(usual.outcome, 'retry');
    assert.equal(longer.outcome, 'delivered');
    const shorter = await deliver({ timeLimitMs: 20 });
    assert.match(shorter.reason, /20 ms|0\.02 s/);
  });

  it('makes a request, if it is asked to, only when its turn has come', async () => {
    const { origin, received } = await target();
    const { destinations } = send(origin, { destination: { invocationRateLimitPerSecond: 1 } });
    let newest = 'one';
    const make = (): DeliveryRequest => request({ body: JSON.stringify(newest) });
    const deliver = () => destinations.deliver(DESTINATION_ARN, make, never);
    await deliver();
    const waiting = deliver();
    newest = 'two';
    assert.equal(received.length, 1);
    assert.equal((await waiting).outcome, 'delivered');
    assert.deepEqual(
      received.map(({ body }) => body),
      ['"one"', '"two"'],
    );
  });

  it('rejects with what the making of a request throws, and sends the next', async () => {
    const { origin, received } = await target();
    const { destinations } = send(origin);
    const fault = new Error('there is no such value');
    const make = (): DeliveryRequest => {
      throw fault;
    };
    await assert.rejects(destinations.deliver(DESTINATION_ARN, make, never), fault);
    await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(received.length, 1);
  });

  it('puts the connection’s body parameters into the payload', async () => {
    const { origin, received } = await target();
    const BodyParameters = [{ Key: 'tenant', Value: 'c', IsValueSecret: true }];
    const { destinations } = send(origin, {
      parameters: { ...API_KEY, InvocationHttpParameters: { BodyParameters } },
    });
    await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(received[0]!.body, '{"k":1,"tenant":"c"}');
  });

  it('re-uses its connections', async () => {
    const { origin, connections } = await target();
    const { destinations } = send(origin);
    for (let i = 0; i < 20; i++) await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.ok(connections() <= 2, `${connections()}`);
  });

  it('closes each connection when told to do as AWS does', async () => {
    const { origin, received, connections } = await target();
    const { destinations } = send(origin, { options: { connectionClose: true } });
    for (let i = 0; i < 3; i++) await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(connections(), 3);
    assert.equal(received[2]!.headers.connection, 'close');
  });

  it('keeps to its number of connections, however many deliveries come at once', async () => {
    let open = 0;
    let most = 0;
    const { origin, connections } = await target((_received, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open -= 1;
        response.end();
      });
    });
    const { destinations } = send(origin, { options: { connectionsPerOrigin: 4 } });
    const all = Array.from({ length: 60 }, () =>
      destinations.deliver(DESTINATION_ARN, request(), never),
    );
    const outcomes = new Set((await Promise.all(all)).map(({ outcome }) => outcome));
    assert.deepEqual([...outcomes], ['delivered']);
    assert.ok(most <= 4 && connections() <= 4, `${most}, ${connections()}`);
  });

  it('sends those that wait in the order in which they came', async () => {
    const { origin, received } = await target();
    const { destinations } = send(origin, { options: { connectionsPerOrigin: 1 } });
    const all = Array.from({ length: 20 }, (_, i) =>
      destinations.deliver(DESTINATION_ARN, request({ body: String(i) }), never),
    );
    await Promise.all(all);
    assert.deepEqual(
      received.map(({ body }) => Number(body)),
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  it('keeps the first 1,024 characters of the answer, unpacked', async () => {
    const text = '語'.repeat(3000);
    const { origin } = await target((received, response) => {
      if (received.url === '/gzip') {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(text));
      } else response.end(text);
    });
    const { destinations } = send(`${origin}/*`);
    for (const path of ['plain', 'gzip']) {
      const { responseBody } = await destinations.deliver(
        DESTINATION_ARN,
        request({ pathParameters: [path] }),
        never,
      );
      assert.equal(responseBody, text.slice(0, 1024), path);
    }
  });

  it('is rejected, not sent, when a value would break out of its header', async () => {
    const { origin, received } = await target();
    const { destinations } = send(origin);
    const headerParameters = { 'X-Name': 'a\r\nX-Admin: 1' };
    const attempt = await destinations.deliver(
      DESTINATION_ARN,
      request({ headerParameters }),
      never,
    );
    assert.equal(attempt.outcome, 'rejected');
    assert.match(attempt.reason, /X-Name holds a line break/);
    assert.equal(received.length, 0);
    // The connection it did not use is free for the next.
    const next = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(next.outcome, 'delivered');
  });
});

describe('what an attempt tells', () => {
  it('never holds a secret, not even when the target sends it back', async () => {
    const { origin } = await target((received, response) => {
      response.statusCode = 401;
      response.end(JSON.stringify(received));
    });
    const secret = { IsValueSecret: true };
    for (const parameters of [
      API_KEY,
      { BasicAuthParameters: { Username: 'user', Password: 'the-secret-password' } },
    ]) {
      const { destinations } = send(origin, {
        connection: {
          authorizationType: 'BasicAuthParameters' in parameters ? 'BASIC' : 'API_KEY',
        },
        parameters: {
          ...parameters,
          InvocationHttpParameters: {
            HeaderParameters: [{ Key: 'X-H', Value: 'the-secret-header', ...secret }],
            QueryStringParameters: [{ Key: 'q', Value: 'the-secret-query', ...secret }],
            BodyParameters: [{ Key: 'b', Value: 'the-secret-body', ...secret }],
          },
        },
      });
      const attempt = await destinations.deliver(DESTINATION_ARN, request(), never);
      assert.equal(attempt.outcome, 'retry');
      const text = JSON.stringify(attempt);
      assert.doesNotMatch(text, /the-secret/);
      assert.ok(!text.includes(Buffer.from('user:the-secret-password').toString('base64')));
      assert.equal(attempt.request.url, `${origin}/?q=***`);
    }
  });

  it('is what the target asked for: to wait, or to stop', async () => {
    let retryAfter = '7';
    const { origin } = await target((_received, response) => {
      response.writeHead(429, { 'retry-after': retryAfter }).end('slow down');
    });
    const { destinations } = send(origin);
    const attempt = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.deepEqual(
      [attempt.outcome, attempt.status, attempt.retryAfterMs, attempt.responseBody],
      ['retry', 429, 7000, 'slow down'],
    );
    assert.match(attempt.reason, /^429 Too Many Requests: .*InvocationRateLimitPerSecond/);
    retryAfter = '-1';
    const last = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(last.retryAfterMs, -1000);
  });
});

describe('a destination', () => {
  it('is read once, not for each delivery', async () => {
    const { origin } = await target();
    const { destinations, state } = send(origin);
    await Promise.all(
      Array.from({ length: 10 }, () => destinations.deliver(DESTINATION_ARN, request(), never)),
    );
    await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(state.apiDestinations.reads, 1);
    assert.equal(state.connections.reads, 1);
  });

  it('that changed is used as it is now', async () => {
    const [first, second] = [await target(), await target()];
    const { destinations, state } = send(first.origin);
    await destinations.deliver(DESTINATION_ARN, request(), never);
    state.apiDestinations.change('users', {
      invocationEndpoint: `${second.origin}/new`,
      httpMethod: 'PUT',
    });
    await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(first.received.length, 1);
    assert.deepEqual([second.received[0]!.method, second.received[0]!.url], ['PUT', '/new']);
  });

  it('whose connection changed is used with the new credentials', async () => {
    const { origin, received } = await target();
    const { destinations, state } = send(origin);
    await destinations.deliver(DESTINATION_ARN, request(), never);
    state.connect({ ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: 'new-key' } });
    await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.deepEqual(
      received.map(({ headers }) => headers['x-api-key']),
      ['the-secret-key', 'new-key'],
    );
  });

  it('whose connection changes while it is being read is read again', async () => {
    const { origin, received } = await target();
    const { destinations, state } = send(origin);
    const attempt = destinations.deliver(DESTINATION_ARN, request(), never);
    state.connect({ ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: 'new-key' } });
    await attempt;
    assert.equal(received[0]!.headers['x-api-key'], 'new-key');
  });

  it('is found by name and UUID', async () => {
    const { origin } = await target();
    const { destinations } = send(origin);
    const other = DESTINATION_ARN.replace('d-1', 'd-2');
    for (const arn of [other, CONNECTION_ARN, 'nonsense', DESTINATION_ARN.replace('users', 'x')]) {
      const attempt = await destinations.deliver(arn, request(), never);
      assert.equal(attempt.outcome, 'retry');
      assert.match(attempt.reason, /^there is no API destination .*; create it/);
      assert.equal(await destinations.rateLimit(arn), undefined);
    }
  });

  it('works as soon as it is created, and no longer than it exists', async () => {
    const { origin } = await target();
    const { destinations, state } = send(origin);
    state.apiDestinations.remove('users');
    const before = await destinations.deliver(DESTINATION_ARN, request(), never);
    state.destination({ invocationEndpoint: origin });
    const during = await destinations.deliver(DESTINATION_ARN, request(), never);
    state.apiDestinations.remove('users');
    const later = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.deepEqual(
      [before, during, later].map(({ outcome }) => outcome),
      ['retry', 'delivered', 'retry'],
    );
  });

  it('is inactive while its connection is not authorized', async () => {
    const { origin, received } = await target();
    const { destinations, state } = send(origin, { connection: { state: 'DEAUTHORIZED' } });
    const attempt = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(attempt.outcome, 'retry');
    assert.match(attempt.reason, /"users" is inactive: its connection "momento" is DEAUTHORIZED; /);
    assert.equal(received.length, 0);
    state.connections.change('momento', { state: 'AUTHORIZED' });
    const next = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(next.outcome, 'delivered');
  });

  it('whose connection is gone, or was made anew, says so', async () => {
    const { destinations, state } = send('http://127.0.0.1:1');
    state.connections.change('momento', { arn: CONNECTION_ARN.replace('c-1', 'c-2') });
    const attempt = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.match(attempt.reason, /its connection arn:aws:.*c-1 does not exist; update it/);
  });

  it('whose secrets do not open says so, without them', async () => {
    const { destinations } = send('http://127.0.0.1:1', {
      connection: { sealedAuthParameters: { sealed: 'key2:the-secret' } },
    });
    const attempt = await destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal(attempt.outcome, 'retry');
    assert.match(attempt.reason, /secrets of connection "momento" cannot be opened/);
    assert.doesNotMatch(JSON.stringify(attempt), /the-secret/);
  });

  it('tells its rate limit', async () => {
    const { destinations } = send('http://127.0.0.1:1', {
      destination: { invocationRateLimitPerSecond: 42 },
    });
    assert.equal(await destinations.rateLimit(DESTINATION_ARN), 42);
  });
});

describe('the rate limit of a destination', () => {
  it('is shared by all that send to it, and holds as requests are written', async () => {
    const { origin, received } = await target();
    const rate = 200;
    const { destinations } = send(origin, {
      destination: { invocationRateLimitPerSecond: rate },
    });
    // Not as the target sees them: it shares this process, and its clock readings would be late.
    const times: number[] = [];
    const note = (): void => void times.push(performance.now());
    subscribe('undici:client:sendHeaders', note);
    const started = performance.now();
    const pipes = Array.from({ length: 5 }, () => new AbortController().signal);
    await Promise.all(
      pipes.flatMap((signal) =>
        Array.from({ length: 80 }, () => destinations.deliver(DESTINATION_ARN, request(), signal)),
      ),
    );
    const took = performance.now() - started;
    unsubscribe('undici:client:sendHeaders', note);
    const busiest = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
    );
    assert.equal(received.length, 400);
    assert.equal(times.length, 400);
    assert.ok(busiest <= rate, `${busiest} in one second`);
    assert.ok(took >= 1800 && took < 5000, `400 took ${took} ms`);
  });

  it('waits outside the attempt: the time limit does not run and cancelling leaves the queue', async () => {
    const { origin, received } = await target();
    const { destinations } = send(origin, {
      destination: { invocationRateLimitPerSecond: 2 },
      options: { timeLimitMs: 300 },
    });
    const pipe = new AbortController();
    const first = destinations.deliver(DESTINATION_ARN, request({ body: '1' }), never);
    await first;
    const second = destinations.deliver(DESTINATION_ARN, request({ body: '2' }), never);
    const cancelled = destinations.deliver(DESTINATION_ARN, request({ body: 'x' }), pipe.signal);
    const third = destinations.deliver(DESTINATION_ARN, request({ body: '3' }), never);
    pipe.abort();
    const attempt = await cancelled;
    assert.equal(attempt.outcome, 'retry');
    assert.match(attempt.reason, /called off before it was sent/);
    for (const { outcome, durationMs } of await Promise.all([second, third])) {
      assert.equal(outcome, 'delivered');
      assert.ok(durationMs < 300, `${durationMs}`);
    }
    assert.deepEqual(
      received.map(({ body }) => body),
      ['1', '2', '3'],
    );
  });

  it('that is raised frees those who wait', async () => {
    const { origin } = await target();
    const { destinations, state } = send(origin, {
      destination: { invocationRateLimitPerSecond: 1 },
    });
    await destinations.deliver(DESTINATION_ARN, request(), never);
    const started = performance.now();
    const waiting = Array.from({ length: 50 }, () =>
      destinations.deliver(DESTINATION_ARN, request(), never),
    );
    state.apiDestinations.change('users', { invocationRateLimitPerSecond: 1000 });
    await Promise.all(waiting);
    assert.ok(performance.now() - started < 900);
  });

  it('of one destination does not hold up another at the same host', async () => {
    const { origin } = await target();
    const { destinations, state } = send(origin, {
      destination: { invocationRateLimitPerSecond: 1 },
      options: { connectionsPerOrigin: 1 },
    });
    const fastArn = DESTINATION_ARN.replace('users', 'fast');
    state.destination({ name: 'fast', arn: fastArn, invocationEndpoint: origin });
    const pipe = new AbortController();
    const slow = Array.from({ length: 5 }, () =>
      destinations.deliver(DESTINATION_ARN, request(), pipe.signal),
    );
    const fast = Array.from({ length: 50 }, () => destinations.deliver(fastArn, request(), never));
    const started = performance.now();
    await Promise.all(fast);
    assert.ok(performance.now() - started < 900);
    pipe.abort();
    await Promise.all(slow);
  });
});

describe('calling off', () => {
  it('ends a delivery under way, at once', async () => {
    const pipe = new AbortController();
    const { origin } = await target(() => pipe.abort());
    const { destinations } = send(origin);
    const attempt = await destinations.deliver(DESTINATION_ARN, request(), pipe.signal);
    assert.equal(attempt.outcome, 'retry');
    assert.match(attempt.reason, /called off/);
    const after = await destinations.deliver(DESTINATION_ARN, request(), pipe.signal);
    assert.equal(after.outcome, 'retry');
  });

  it('of one signal ends all its deliveries and no other', async () => {
    const { origin } = await target((received, response) => {
      if (received.body === 'stay') setTimeout(() => response.end(), 50);
    });
    const { destinations } = send(origin, { options: { connectionsPerOrigin: 4 } });
    const pipe = new AbortController();
    const doomed = Array.from({ length: 50 }, () =>
      destinations.deliver(DESTINATION_ARN, request(), pipe.signal),
    );
    setTimeout(() => pipe.abort(), 30);
    const outcomes = new Set((await Promise.all(doomed)).map(({ outcome }) => outcome));
    assert.deepEqual([...outcomes], ['retry']);
    const stays = await destinations.deliver(DESTINATION_ARN, request({ body: 'stay' }), never);
    assert.equal(stays.outcome, 'delivered');
  });
});

describe('closing', () => {
  it('lets what is under way end, and fails what waits or comes later', async () => {
    let sent: () => void = () => undefined;
    const underWay = new Promise<void>((resolve) => (sent = resolve));
    const { origin } = await target((_received, response) => {
      sent();
      setTimeout(() => response.end(), 30);
    });
    const { destinations } = send(origin, { options: { connectionsPerOrigin: 1 } });
    const first = destinations.deliver(DESTINATION_ARN, request(), never);
    const second = destinations.deliver(DESTINATION_ARN, request(), never);
    await underWay;
    const closing = destinations.close();
    const third = destinations.deliver(DESTINATION_ARN, request(), never);
    assert.equal((await first).outcome, 'delivered');
    for (const attempt of await Promise.all([second, third])) {
      assert.equal(attempt.outcome, 'retry');
      assert.match(attempt.reason, /shutting down/);
    }
    await closing;
  });
});
