import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { ServerResponse } from 'node:http';
import type { AuthParameters, DeliveryRequest } from '../../src/destinations/index.js';
import { buildTokenRequest, parseTokenResponse } from '../../src/destinations/token-request.js';
import { DESTINATION_ARN, never, request, setUp, startTarget } from './setup.js';
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

function parametersFor(endpoint: string, change: object = {}): AuthParameters {
  return {
    OAuthParameters: {
      AuthorizationEndpoint: endpoint,
      HttpMethod: 'POST',
      ClientParameters: { ClientID: 'id', ClientSecret: 'the-client-secret' },
      ...change,
    },
  };
}

/** A provider that hands out token-1, token-2 …, and an API that takes only the tokens in `valid`. */
async function setUpOAuth(
  options: {
    expiresIn?: number | string;
    provide?: (count: number, response: ServerResponse) => boolean;
    /** What the API answers to other tokens. */
    refusal?: number;
  } = {},
) {
  const valid = new Set<string>();
  let count = 0;
  const provider = await target((_received, response) => {
    count += 1;
    if (options.provide?.(count, response)) return;
    valid.add(`Bearer token-${count}`);
    const expires_in = options.expiresIn ?? 3600;
    const token = { access_token: `token-${count}`, token_type: 'bearer', expires_in };
    setTimeout(() => response.end(JSON.stringify(token)), 10);
  });
  const api = await target((received, response) => {
    response.statusCode = valid.has(received.headers.authorization ?? '')
      ? 200
      : (options.refusal ?? 401);
    response.end(`you sent ${received.headers.authorization}`);
  });
  let now = Date.now();
  const clock = { now: () => now, monotonic: () => performance.now() };
  const { destinations, state } = setUp(api.origin, {
    connection: { authorizationType: 'OAUTH_CLIENT_CREDENTIALS' },
    parameters: parametersFor(`${provider.origin}/token`),
    options: { clock },
  });
  ends.push(() => destinations.close());
  return {
    ...{ provider, api, valid, destinations, state },
    deliver: (change: Partial<DeliveryRequest> = {}) =>
      destinations.deliver(DESTINATION_ARN, request(change), never),
    pass: (ms: number) => void (now += ms),
  };
}

describe('an OAuth connection', () => {
  it('fetches one token for many deliveries at once, and keeps it', async () => {
    const { provider, api, deliver } = await setUpOAuth();
    const attempts = await Promise.all(Array.from({ length: 30 }, () => deliver()));
    assert.ok(attempts.every(({ outcome }) => outcome === 'delivered'));
    await deliver();
    assert.equal(provider.received.length, 1);
    assert.equal(api.received[0]!.headers.authorization, 'Bearer token-1');
  });

  it('renews the token before an invocation within its last minute', async () => {
    const { provider, deliver, pass } = await setUpOAuth({ expiresIn: '3600' });
    await deliver();
    pass(3_539_000);
    await deliver();
    assert.equal(provider.received.length, 1);
    pass(1_500);
    await deliver();
    assert.equal(provider.received.length, 2);
  });

  it('replaces a refused token and sends again within the same attempt', async () => {
    const { provider, api, valid, deliver } = await setUpOAuth();
    await deliver();
    valid.clear();
    const attempts = await Promise.all(Array.from({ length: 10 }, () => deliver()));
    assert.ok(attempts.every(({ outcome }) => outcome === 'delivered'));
    assert.equal(provider.received.length, 2);
    assert.equal(api.received.length, 1 + 10 + 10);
  });

  it('replaces a token as well that is refused with a status which the pipe names', async () => {
    const { provider, api, valid, deliver } = await setUpOAuth({ refusal: 403 });
    await deliver();
    valid.clear();
    const attempt = await deliver();
    assert.deepEqual([attempt.outcome, attempt.status], ['rejected', 403]);
    const renewed = await deliver({ tokenRefusals: new Set([403]) });
    assert.equal(renewed.outcome, 'delivered');
    assert.deepEqual([provider.received.length, api.received.length], [2, 4]);
  });

  it('leaves a second refusal to the retries of the pipe', async () => {
    const { api, deliver, valid } = await setUpOAuth({
      provide: (count, response) => {
        valid.clear();
        response.end(JSON.stringify({ access_token: `useless-token-${count}` }));
        return true;
      },
    });
    const attempt = await deliver();
    assert.deepEqual([attempt.outcome, attempt.status], ['retry', 401]);
    assert.match(attempt.reason, /"momento" was refused; check its OAuth client and scopes/);
    assert.equal(api.received.length, 2);
    assert.equal(attempt.responseBody, 'you sent Bearer ***');
  });

  it('that gets no token sends nothing and says why', async () => {
    let fail = true;
    const { api, deliver } = await setUpOAuth({
      provide: (_count, response) => {
        if (!fail) return false;
        response.writeHead(400).end('{"error":"invalid_client","hint":"the-client-secret"}');
        return true;
      },
    });
    const attempts = await Promise.all([deliver(), deliver()]);
    for (const attempt of attempts) {
      assert.equal(attempt.outcome, 'retry');
      assert.match(
        attempt.reason,
        /"momento" got no token: its token endpoint answered 400; check/,
      );
      assert.doesNotMatch(JSON.stringify(attempt), /the-client-secret/);
    }
    assert.equal(api.received.length, 0);
    fail = false;
    assert.equal((await deliver()).outcome, 'delivered');
  });

  it('that changed fetches a token with its new client', async () => {
    const { provider, state, deliver } = await setUpOAuth();
    await deliver();
    const client = { ClientParameters: { ClientID: 'new', ClientSecret: 'new-secret' } };
    state.connect(parametersFor(`${provider.origin}/token`, client), {
      authorizationType: 'OAUTH_CLIENT_CREDENTIALS',
    });
    await deliver();
    assert.match(provider.received[1]!.body, /client_id=new&client_secret=new-secret/);
  });

  it('can be tried before it is used, whatever its state', async () => {
    let fail = false;
    const { destinations, state } = await setUpOAuth({
      provide: (_count, response) => {
        if (fail) response.writeHead(500).end();
        return fail;
      },
    });
    state.connections.change('momento', { state: 'AUTHORIZING' });
    assert.equal(await destinations.authorize('momento'), undefined);
    fail = true;
    assert.match((await destinations.authorize('momento'))!, /token endpoint answered 500/);
    assert.match((await destinations.authorize('other'))!, /no connection "other"/);
  });

  it('whose token endpoint is down says so', async () => {
    const { provider, deliver } = await setUpOAuth();
    await provider.close();
    const attempt = await deliver();
    assert.match(attempt.reason, /got no token: nothing listens at http:\/\/127\.0\.0\.1:\d+/);
  });
});

describe('a token request', () => {
  const build = (change: object) => {
    const built = buildTokenRequest(
      parametersFor('https://idp.example.com/token?a=1', change).OAuthParameters!,
    );
    assert.ok(typeof built !== 'string');
    return { ...built, ...built.request };
  };
  const header = (headers: string[], name: string): string | undefined => {
    const index = headers.findIndex((one, i) => i % 2 === 0 && one.toLowerCase() === name);
    return index === -1 ? undefined : headers[index + 1];
  };

  it('is a form by default', () => {
    const { method, origin, path, body, headers } = build({});
    assert.deepEqual([method, origin, path], ['POST', 'https://idp.example.com', '/token?a=1']);
    assert.equal(
      body,
      'grant_type=client_credentials&client_id=id&client_secret=the-client-secret',
    );
    assert.equal(header(headers, 'content-type'), 'application/x-www-form-urlencoded');
  });

  it('takes the connection’s parameters, which override', () => {
    const { path, body, headers } = build({
      OAuthHttpParameters: {
        BodyParameters: [
          { Key: 'grant_type', Value: 'custom' },
          { Key: 'scope', Value: 'a b' },
        ],
        QueryStringParameters: [{ Key: 'q', Value: '1' }],
        HeaderParameters: [{ Key: 'X-H', Value: 'h' }],
      },
    });
    assert.equal(path, '/token?a=1&q=1');
    assert.equal(body, 'grant_type=custom&client_id=id&client_secret=the-client-secret&scope=a+b');
    assert.equal(header(headers, 'x-h'), 'h');
  });

  it('is JSON when a header parameter says so', () => {
    const { body, headers } = build({
      OAuthHttpParameters: {
        HeaderParameters: [{ Key: 'content-type', Value: 'application/json' }],
      },
    });
    assert.deepEqual(JSON.parse(body!), {
      grant_type: 'client_credentials',
      client_id: 'id',
      client_secret: 'the-client-secret',
    });
    assert.equal(header(headers, 'content-type'), 'application/json');
  });

  it('has everything in the query with GET, and none of it in what people see', () => {
    const { path, body, url } = build({ HttpMethod: 'GET' });
    assert.equal(body, null);
    assert.equal(
      path,
      '/token?a=1&grant_type=client_credentials&client_id=id&client_secret=the-client-secret',
    );
    assert.equal(url, 'https://idp.example.com/token');
  });
});

describe('a token response', () => {
  const now = 1_000_000;
  const parse = (answer: unknown, status = 200) =>
    parseTokenResponse(status, typeof answer === 'string' ? answer : JSON.stringify(answer), now);

  it('gives the header and when to renew it', () => {
    for (const [answer, authorization, renewAt] of [
      [{ access_token: 't', token_type: 'bearer', expires_in: 3600 }, 'Bearer t', now + 3_540_000],
      [{ access_token: 't', expires_in: '3600' }, 'Bearer t', now + 3_540_000],
      [{ access_token: 't', token_type: 'MAC', expires_in: 100 }, 'MAC t', now + 50_000],
      [{ access_token: 't' }, 'Bearer t', Infinity],
      [{ access_token: 't', expires_in: 0 }, 'Bearer t', Infinity],
      [{ access_token: 't', expires_in: 'soon' }, 'Bearer t', Infinity],
    ] as const)
      assert.deepEqual(parse(answer), { authorization, renewAt }, JSON.stringify(answer));
  });

  it('without a token gives none', () => {
    for (const answer of [{}, { access_token: '' }, { access_token: 5 }, [], null, 'text', ''])
      assert.equal(parse(answer), undefined, JSON.stringify(answer));
    assert.equal(parse({ access_token: 't' }, 400), undefined);
    assert.equal(parse({ access_token: 't' }, 302), undefined);
  });
});
