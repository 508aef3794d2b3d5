import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { crc32, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { request as send } from 'undici';
import { AccessPolicy, Gateway, sign } from '../../src/gateway/index.js';
import { AwsError } from '../../src/lib/aws-error.js';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import { anySignature } from '../support/wire.js';

const SIGNED = anySignature();
const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret' };

/** Rooms that answer with what they were asked. */
function echoGateway(access: AccessPolicy): Gateway {
  const echo = async (operation: string, input: unknown): Promise<object> => {
    if (operation === 'Refuse')
      throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
        members: { Item: {} },
      });
    if (operation === 'Break') throw new Error('secret detail');
    const { Name } = (input ?? {}) as { Name?: string };
    if (Name === 'broken') throw new Error('secret detail');
    if (Name === 'missing')
      throw new AwsError('NotFoundException', 'Pipe missing does not exist.', { status: 404 });
    return { operation, input };
  };
  const echoText = async (operation: string, input: unknown): Promise<string> =>
    JSON.stringify(await echo(operation, input));
  return new Gateway({
    dynamodb: {
      answer: echoText,
      answerStreams: echoText,
      has: (operation) => operation !== 'MakeTea',
      hasStreams: () => true,
    },
    region: 'us-east-1',
    events: { invoke: echo },
    pipes: { invoke: echo },
    identity: {
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
      UserId: '000000000000',
    },
    momento: (_request, response) => void response.writeHead(200).end('momento'),
    freshet: {
      isReady: () => false,
      listCaches: () => echo('listCaches', undefined),
      createCache: (name) => echo('createCache', name),
      deleteCache: () => Promise.resolve(),
      listCacheKeys: (cache, page) => echo('listCacheKeys', { cache, ...page }),
      showCacheItem: (cache, key) => echo('showCacheItem', { cache, key: key.toString() }),
      listElements: (cache, key, page) =>
        echo('listElements', { cache, key: key.toString(), ...page }),
      putElement: () => Promise.resolve(),
      removeElement: () => Promise.resolve(),
      listWebhooks: (cache) => echo('listWebhooks', cache),
      putWebhook: (cache, name, webhook) => echo('putWebhook', { cache, name, webhook }),
      deleteWebhook: () => Promise.resolve(),
      showWebhookSecret: (cache, name) => echo('showWebhookSecret', { cache, name }),
      rotateWebhookSecret: (cache, name) => echo('rotateWebhookSecret', { cache, name }),
      testDestination: (name, request) => echo('testDestination', { name, request }),
      listKeys: () => echo('listKeys', undefined),
      createKey: (document) => echo('createKey', document),
      revokeKey: () => Promise.resolve(),
      listPipes: () => echo('listPipes', undefined),
      showExtensions: (name) => echo('showExtensions', name),
      setExtensions: (name, extensions) => echo('setExtensions', { name, extensions }),
      exportPipe: (name) => echo('exportPipe', name),
      pipeMetrics: (name, minutes) => echo('pipeMetrics', { name, minutes }),
      showPipe: (name) => echo('showPipe', name),
      settlePipe: (name, { timeoutMs, since }) => echo('settlePipe', { name, timeoutMs, since }),
      startBackfill: (name, request) => echo('startBackfill', { name, request }),
      showBackfill: (name) => echo('showBackfill', name),
      cancelBackfill: (name) => echo('cancelBackfill', name),
      previewPipe: (name, request) => echo('previewPipe', { name, request }),
      showItem: (name, keys) => echo('showItem', { name, keys }),
      previewDraft: (name) => echo('previewDraft', name),
      lintDraft: (name) => echo('lintDraft', name),
      lintPipe: (name) => echo('lintPipe', name),
      tracePipe: (name, options) => echo('tracePipe', { name, ...options }),
      watchPipe: () => Promise.reject(new Error('unused')),
      async *verifyPipe(name, { repair, keepExtra }) {
        yield await echo('verifyPipe', { name, repair, keepExtra });
      },
      listDeadLetters: (name, options) => echo('listDeadLetters', { name, ...options }),
      replayDeadLetters: (name, ids, force, record) =>
        echo('replayDeadLetters', { name, ids, force, ...(record && { record }) }),
      discardDeadLetters: (name, ids) => echo('discardDeadLetters', { name, ids }),
    },
    access,
    log: silentLog,
  });
}

describe('the gateway on loopback', () => {
  const gateway = echoGateway(new AccessPolicy({ clock: systemClock }));
  let origin = '';
  let port = 0;
  before(async () => {
    port = (await gateway.listen('127.0.0.1', 0)).port;
    origin = `http://127.0.0.1:${String(port)}`;
  });
  after(() => gateway.close(0));

  async function call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS',
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ) {
    const answer = await send(origin + path, { method, headers, body: body ?? null });
    const text = await answer.body.text();
    const document = text.startsWith('{')
      ? (JSON.parse(text) as Record<string, unknown>)
      : undefined;
    return { status: answer.statusCode, headers: answer.headers, text, document };
  }
  const dynamodb = (target: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    call(
      'POST',
      '/',
      {
        ...SIGNED,
        'x-amz-target': target,
        'content-type': 'application/x-amz-json-1.0',
        ...headers,
      },
      body,
    );

  it('hands a JSON 1.0 operation to its room and sums the answer with CRC-32', async () => {
    const answer = await dynamodb('DynamoDB_20120810.PutItem', '{"a":"é"}');
    assert.deepEqual(answer.document, { operation: 'PutItem', input: { a: 'é' } });
    assert.equal(answer.headers['x-amz-crc32'], String(crc32(answer.text)));
    assert.match(String(answer.headers['x-amzn-requestid']), /^[A-Z0-9]{52}$/);
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.0');
  });
  it('unpacks a gzip body', async () => {
    const answer = await dynamodb('DynamoDB_20120810.PutItem', gzipSync('{"a":1}'), {
      'content-encoding': 'gzip',
    });
    assert.deepEqual(answer.document?.['input'], { a: 1 });
  });
  it('unpacks a deflate body', async () => {
    const answer = await dynamodb('DynamoDB_20120810.PutItem', deflateSync('{"a":1}'), {
      'content-encoding': 'deflate',
    });
    assert.deepEqual(answer.document?.['input'], { a: 1 });
  });
  it('packs an answer of 4 KB as its client asks, and sums what travels with CRC-32', async () => {
    for (const [encoding, unpack] of [
      ['gzip', gunzipSync],
      ['deflate', inflateSync],
    ] as const) {
      const answer = await send(origin, {
        method: 'POST',
        headers: {
          ...SIGNED,
          'x-amz-target': 'DynamoDB_20120810.PutItem',
          'content-type': 'application/x-amz-json-1.0',
          'accept-encoding': encoding,
        },
        body: JSON.stringify({ a: 'é'.repeat(2048) }),
      });
      const packed = Buffer.from(await answer.body.arrayBuffer());
      assert.equal(answer.headers['content-encoding'], encoding);
      assert.equal(answer.headers['x-amz-crc32'], String(crc32(packed)));
      const { input } = JSON.parse(unpack(packed).toString()) as { input: unknown };
      assert.deepEqual(input, { a: 'é'.repeat(2048) });
    }
  });
  it('packs no answer below 4 KB, and none that nobody wants packed', async () => {
    const overhead = Buffer.byteLength('{"operation":"PutItem","input":{"a":""}}');
    for (const [accepted, bytes] of [
      ['gzip', 4095],
      ['identity', 5000],
    ] as const) {
      const text = 'x'.repeat(bytes - overhead);
      const answer = await dynamodb('DynamoDB_20120810.PutItem', `{"a":"${text}"}`, {
        'accept-encoding': accepted,
      });
      assert.equal(answer.headers['content-encoding'], undefined);
      assert.equal(answer.text.length, bytes);
    }
  });
  it('refuses a body that is not in the encoding it names with InternalServerError', async () => {
    for (const [encoding, body] of [
      ['gzip', 'plain'],
      ['gzip', ''],
      ['gzip', gzipSync('{}').subarray(0, -1)],
      ['deflate', '{}'],
      ['deflate', ''],
      ['brotli', '{}'],
    ] as const) {
      const answer = await dynamodb('DynamoDB_20120810.PutItem', body, {
        'content-encoding': encoding,
      });
      assert.equal(answer.status, 500);
      assert.equal(
        answer.document?.['__type'],
        'com.amazonaws.dynamodb.v20120810#InternalServerError',
      );
    }
  });
  it('unpacks a gzip body of several parts', async () => {
    const parts = ['{"a"', ':1}'].map((part) => gzipSync(part));
    const answer = await dynamodb('DynamoDB_20120810.PutItem', Buffer.concat(parts), {
      'content-encoding': 'gzip',
    });
    assert.deepEqual(answer.document?.['input'], { a: 1 });
  });
  it('cuts off a gzip body that holds more than 16 MB', async () => {
    const answer = await dynamodb(
      'DynamoDB_20120810.PutItem',
      gzipSync(Buffer.alloc(16 * 1024 * 1024 + 1, 32)),
      { 'content-encoding': 'gzip' },
    );
    assert.equal(answer.status, 413);
  });
  it("gives a room's error in the service's form, further members included", async () => {
    const answer = await dynamodb('DynamoDB_20120810.Refuse', '{}');
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.document, {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: {},
    });
  });
  it('shows nothing of a fault of ours', async () => {
    const answer = await dynamodb('DynamoDB_20120810.Break', '{}');
    assert.equal(answer.status, 500);
    assert.equal(
      answer.document?.['__type'],
      'com.amazonaws.dynamodb.v20120810#InternalServerError',
    );
    assert.doesNotMatch(answer.text, /secret detail/);
  });
  it('refuses malformed JSON with SerializationException', async () => {
    const answer = await dynamodb('DynamoDB_20120810.PutItem', '{"a":');
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.document, {
      __type: 'com.amazon.coral.service#SerializationException',
    });
  });
  it('refuses an unknown service with UnknownOperationException', async () => {
    for (const target of ['Nope_1.PutItem', 'x', 'DynamoDB_20111205.PutItem'])
      assert.deepEqual((await dynamodb(target, '{}')).document, {
        __type: 'com.amazon.coral.service#UnknownOperationException',
      });
  });
  it('cuts a request above 16 MB off with 413', async () => {
    const answer = await dynamodb(
      'DynamoDB_20120810.PutItem',
      Buffer.alloc(16 * 1024 * 1024 + 1, 32),
    );
    assert.equal(answer.status, 413);
    assert.equal(answer.headers['transfer-encoding'], 'chunked');
  });
  it('says that there is no such operation before it asks for a signature', async () => {
    for (const body of ['{}', '']) {
      const headers = {
        'x-amz-target': 'DynamoDB_20120810.MakeTea',
        'content-type': 'application/json',
      };
      assert.deepEqual((await call('POST', '/', headers, body)).document, {
        __type: 'com.amazon.coral.service#UnknownOperationException',
      });
    }
  });
  it('refuses an unsigned request with MissingAuthenticationTokenException', async () => {
    const answer = await call(
      'POST',
      '/',
      {
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        'content-type': 'application/x-amz-json-1.0',
      },
      '{}',
    );
    assert.equal(
      answer.document?.['__type'],
      'com.amazon.coral.service#MissingAuthenticationTokenException',
    );
  });
  it('finds malformed JSON before a missing signature, and an empty body after it', async () => {
    const target = { 'x-amz-target': 'DynamoDB_20120810.ListTables' };
    const types = [];
    for (const [headers, body] of [
      [{ 'content-type': 'application/json' }, '{'],
      [{}, ''],
      [SIGNED, ''],
    ] as const)
      types.push((await call('POST', '/', { ...target, ...headers }, body)).document?.['__type']);
    assert.deepEqual(types, [
      'com.amazon.coral.service#SerializationException',
      'com.amazon.coral.service#MissingAuthenticationTokenException',
      'com.amazon.coral.service#SerializationException',
    ]);
  });
  it('repeats an Authorization header that is not complete, however its parts are parted', async () => {
    for (const authorization of [
      'AWS4-X Credential=k Signature=s',
      'AWS4-X Credential=k,Signature=s',
    ]) {
      const answer = await dynamodb('DynamoDB_20120810.ListTables', '{}', { authorization });
      assert.equal(
        answer.document?.['message'],
        `Authorization header requires 'SignedHeaders' parameter. Authorization=${authorization}`,
      );
    }
  });
  it('finds no page for other methods and for bodies that are not JSON by their type', async () => {
    const posted = (headers: Record<string, string>) => call('POST', '/', headers, '{}');
    const target = { ...SIGNED, 'x-amz-target': 'DynamoDB_20120810.ListTables' };
    for (const answer of [
      await call('PUT', '/', {}),
      await call('DELETE', '/', target),
      await call('OPTIONS', '/', {}),
      await posted({}),
      await posted({ 'content-type': 'text/plain' }),
      await posted({ ...target, 'content-type': 'application/jsonlines' }),
      await posted({ ...target, 'content-type': 'application/x-amz-json-1.1' }),
      await posted({ 'content-type': 'application/x-amz-json-1.1' }),
    ]) {
      assert.equal(answer.status, 404);
      assert.equal(answer.text, '<UnknownOperationException/>\n');
      assert.equal(answer.headers['x-amz-crc32'], String(crc32(answer.text)));
    }
  });
  it('parses a body without a target, and answers with the media type alone', async () => {
    for (const [body, code] of [
      ['{}', 'UnknownOperationException'],
      ['{', 'SerializationException'],
    ] as const) {
      const answer = await call('POST', '/', { 'content-type': 'application/json ; x=y' }, body);
      assert.equal(answer.document?.['__type'], `com.amazon.coral.service#${code}`);
      assert.equal(answer.headers['content-type'], 'application/json');
    }
    assert.equal((await call('POST', '/', {})).headers['content-type'], 'application/json');
  });
  it("lets the scripts of a local page's origin read answers, and send what they ask to send", async () => {
    const origin = { origin: 'http://localhost:3000' };
    const preflight = await call('OPTIONS', '/', {
      ...origin,
      'access-control-request-headers': 'x-amz-target, authorization',
      'access-control-request-method': 'POST',
    });
    assert.equal(preflight.status, 200);
    assert.equal(preflight.text, '');
    assert.equal(preflight.headers['access-control-allow-headers'], 'x-amz-target, authorization');
    assert.equal(preflight.headers['access-control-allow-methods'], 'POST');
    assert.equal(preflight.headers['access-control-max-age'], '172800');
    const answer = await dynamodb('DynamoDB_20120810.ListTables', '{}', origin);
    for (const { headers } of [preflight, answer, await call('GET', '/', origin)]) {
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.match(String(headers['access-control-expose-headers']), /x-amzn-RequestId/);
    }
    assert.equal(answer.headers['access-control-max-age'], undefined);
    const plain = await dynamodb('DynamoDB_20120810.ListTables', '{}');
    assert.equal(plain.headers['access-control-allow-origin'], undefined);
  });
  it('answers an origin that no browser sends, which is no web site', async () => {
    const answer = await dynamodb('DynamoDB_20120810.ListTables', '{}', { origin: 'whatever' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    for (const origin of ['null', 'https://evil.example', 'file://', 'chrome-extension://abc'])
      assert.equal(
        (await dynamodb('DynamoDB_20120810.ListTables', '{}', { origin })).status,
        403,
        origin,
      );
  });
  it('speaks JSON 1.1 for EventBridge', async () => {
    const answer = await dynamodb('AWSEvents.ListConnections', '{"Limit":1}', {
      'content-type': 'application/x-amz-json-1.1',
    });
    assert.deepEqual(answer.document, { operation: 'ListConnections', input: { Limit: 1 } });
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1');
  });

  const routes: ['GET' | 'POST' | 'PUT' | 'DELETE', string, string | undefined, string, object][] =
    [
      ['POST', '/v1/pipes/p', '{"Source":"s"}', 'CreatePipe', { Source: 's', Name: 'p' }],
      ['GET', '/v1/pipes/p', undefined, 'DescribePipe', { Name: 'p' }],
      ['PUT', '/v1/pipes/p', '{}', 'UpdatePipe', { Name: 'p' }],
      ['DELETE', '/v1/pipes/p%20q', undefined, 'DeletePipe', { Name: 'p q' }],
      ['POST', '/v1/pipes/p/start', undefined, 'StartPipe', { Name: 'p' }],
      ['POST', '/v1/pipes/p/stop', undefined, 'StopPipe', { Name: 'p' }],
      [
        'GET',
        '/v1/pipes?NamePrefix=a&Limit=5',
        undefined,
        'ListPipes',
        { NamePrefix: 'a', Limit: 5 },
      ],
      [
        'GET',
        '/tags/arn%3Aaws%3Apipes%3Ar%3A1%3Apipe%2Fp',
        undefined,
        'ListTagsForResource',
        { resourceArn: 'arn:aws:pipes:r:1:pipe/p' },
      ],
      [
        'GET',
        '/tags/arn:aws:pipes:r:1:pipe/p',
        undefined,
        'ListTagsForResource',
        { resourceArn: 'arn:aws:pipes:r:1:pipe/p' },
      ],
      [
        'POST',
        '/tags/arn',
        '{"tags":{"a":"b"}}',
        'TagResource',
        { tags: { a: 'b' }, resourceArn: 'arn' },
      ],
      [
        'DELETE',
        '/tags/arn?tagKeys=a&tagKeys=b',
        undefined,
        'UntagResource',
        { resourceArn: 'arn', tagKeys: ['a', 'b'] },
      ],
    ];
  for (const [method, path, body, operation, input] of routes) {
    it(`routes ${method} ${path} to ${operation}`, async () => {
      const answer = await call(method, path, SIGNED, body);
      assert.deepEqual(answer.document, { operation, input });
    });
  }
  it("gives a pipe's error with its type in the header", async () => {
    const answer = await call('GET', '/v1/pipes/missing', SIGNED);
    assert.equal(answer.status, 404);
    assert.equal(answer.headers['x-amzn-errortype'], 'NotFoundException');
    assert.deepEqual(answer.document, { message: 'Pipe missing does not exist.' });
    assert.equal(answer.headers['retry-after'], undefined);
  });
  it("gives a fault of ours in Pipes' own form, without detail, and says when to try again", async () => {
    const answer = await call('GET', '/v1/pipes/broken', SIGNED);
    assert.equal(answer.status, 500);
    assert.equal(answer.headers['x-amzn-errortype'], 'InternalException');
    assert.equal(answer.headers['retry-after'], '1');
    assert.doesNotMatch(JSON.stringify(answer.document), /secret/);
  });
  it('tells no keys to remove from an empty list of them', async () => {
    const answer = await call('DELETE', '/tags/arn', SIGNED);
    assert.deepEqual(answer.document, {
      operation: 'UntagResource',
      input: { resourceArn: 'arn' },
    });
  });
  it('refuses what is not an operation of Pipes', async () => {
    assert.equal(
      (await call('DELETE', '/v1/pipes', SIGNED)).headers['x-amzn-errortype'],
      'UnknownOperationException',
    );
    assert.equal(
      (await call('GET', '/v1/pipes/%E0%A4', SIGNED)).headers['x-amzn-errortype'],
      'ValidationException',
    );
    assert.equal(
      (await call('POST', '/v1/pipes/p', SIGNED, '[1]')).headers['x-amzn-errortype'],
      'SerializationException',
    );
    assert.equal(
      (await call('GET', '/v1/pipes?Limit=x', SIGNED)).headers['x-amzn-errortype'],
      'SerializationException',
    );
  });

  it('answers STS GetCallerIdentity in XML, and other actions with InvalidAction', async () => {
    const headers = {
      ...SIGNED,
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    };
    const identity = await call(
      'POST',
      '/',
      headers,
      'Action=GetCallerIdentity&Version=2011-06-15',
    );
    assert.match(identity.text, /<Account>000000000000<\/Account>/);
    const other = await call('POST', '/', headers, 'Action=<AssumeRole>');
    assert.equal(other.status, 400);
    assert.match(other.text, /<Code>InvalidAction<\/Code>/);
    assert.doesNotMatch(other.text, /<AssumeRole>/);
  });

  it('leaves cache requests to the cache, whatever their origin', async () => {
    assert.equal(
      (await call('GET', '/cache/user?key=1', { origin: 'https://app.example' })).text,
      'momento',
    );
  });

  it("routes Freshet's own API", async () => {
    assert.equal((await call('GET', '/_freshet/health', {})).status, 503);
    assert.equal((await call('POST', '/_freshet/caches', {}, '{"name":"c"}')).status, 201);
    assert.equal((await call('POST', '/_freshet/caches', {}, '{}')).status, 400);
    assert.equal((await call('DELETE', '/_freshet/caches/c', {})).status, 204);
    assert.deepEqual((await call('GET', '/_freshet/pipes/a%20b', {})).document?.['input'], 'a b');
    assert.deepEqual(
      (await call('GET', '/_freshet/pipes/p/dead-letters?limit=3&after=x', {})).document?.['input'],
      { name: 'p', limit: 3, after: 'x' },
    );
    assert.equal((await call('GET', '/_freshet/pipes/p/dead-letters?limit=0', {})).status, 400);
    const put = (body: string) => call('PUT', '/_freshet/pipes/p/extensions', {}, body);
    assert.deepEqual((await put('{"InputTemplates":{}}')).document?.['input'], {
      name: 'p',
      extensions: { InputTemplates: {} },
    });
    assert.equal((await put('[]')).status, 400);
    const webhook = '/_freshet/caches/c/webhooks/a%2Fb';
    assert.deepEqual((await call('PUT', webhook, {}, '{"topic":"t"}')).document?.['input'], {
      cache: 'c',
      name: 'a/b',
      webhook: { topic: 't' },
    });
    assert.deepEqual(
      (await call('GET', '/_freshet/caches/c/elements?key=k&limit=2', {})).document?.['input'],
      { cache: 'c', key: 'k', limit: 2 },
    );
    assert.equal((await call('POST', `${webhook}/secret/rotate`, {})).status, 200);
    assert.equal((await call('GET', '/_freshet/caches/c/webhooks/a/b', {})).status, 404);
    assert.equal((await call('GET', '/_freshet/nothing', {})).status, 404);
  });
  it('says what is served where nothing is', async () => {
    const answer = await call('GET', '/favicon.ico', {});
    assert.equal(answer.status, 404);
    assert.match(String(answer.document?.['message']), /_freshet\/health/);
  });

  it('refuses requests that a web page of another site sends', async () => {
    for (const header of ['https://evil.example', 'null', 'http://10.0.0.1'])
      for (const [method, path] of [
        ['POST', '/_freshet/caches'],
        ['OPTIONS', '/'],
        ['GET', '/'],
      ] as const) {
        const answer = await call(method, path, { origin: header });
        assert.equal(answer.status, 403, header);
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
      }
    assert.equal(
      (await call('POST', '/_freshet/caches', { origin: 'http://localhost:3000' }, '{"name":"c"}'))
        .status,
      201,
    );
  });
  it('refuses a host name that was rebound to loopback', async () => {
    assert.equal((await call('GET', '/_freshet/pipes', { host: 'evil.example:4566' })).status, 403);
    assert.equal((await call('GET', '/_freshet/pipes', { host: 'localhost:4566' })).status, 200);
  });

  it('survives garbage, half requests and odd targets', async () => {
    for (const bytes of [
      'GARBAGE\r\n\r\n',
      'GET // HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
        socket
          .on('close', () => resolve())
          .on('error', () => resolve())
          .resume();
      });
    }
    assert.equal((await call('GET', '/_freshet/health', {})).status, 503);
  });
});

describe('the gateway beyond loopback', () => {
  const gateway = echoGateway(new AccessPolicy({ credentials: CREDENTIALS, clock: systemClock }));
  let authority = '';
  before(async () => {
    authority = `127.0.0.1:${String((await gateway.listen('127.0.0.1', 0)).port)}`;
  });
  after(() => gateway.close(0));

  it('lets in only what the key pair signed, health excepted', async () => {
    const url = `http://${authority}/_freshet/pipes`;
    assert.equal((await send(url)).statusCode, 400);
    const headers = { host: authority };
    const signed = {
      ...headers,
      ...sign(
        { method: 'GET', target: '/_freshet/pipes', headers, body: Buffer.alloc(0) },
        CREDENTIALS,
        { region: 'us-east-1', service: 'freshet' },
        Date.now(),
      ),
    };
    assert.equal((await send(url, { headers: signed })).statusCode, 200);
    assert.equal((await send(`http://${authority}/_freshet/health`)).statusCode, 503);
    const packed = gzipSync('{"a":1}');
    const asSignedBy = async (credentials: typeof CREDENTIALS): Promise<string> => {
      const request = { method: 'POST', target: '/', headers, body: packed };
      const scope = { region: 'us-east-1', service: 'dynamodb' };
      const answer = await send(`http://${authority}/`, {
        method: 'POST',
        headers: {
          ...headers,
          ...sign(request, credentials, scope, Date.now()),
          'x-amz-target': 'DynamoDB_20120810.ListTables',
          'content-type': 'application/x-amz-json-1.0',
          'content-encoding': 'gzip',
        },
        body: packed,
      });
      return answer.body.text();
    };
    const stranger = { accessKeyId: 'OTHER', secretAccessKey: 'secret' };
    assert.match(await asSignedBy(stranger), /UnrecognizedClientException/);
    // A packed body is signed as it travels.
    assert.equal(await asSignedBy(CREDENTIALS), '{"operation":"ListTables","input":{"a":1}}');
  });
});
