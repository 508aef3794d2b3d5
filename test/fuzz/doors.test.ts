import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startServer, type RunningServer } from '../../src/server/index.js';
import { API_KEY, doorRequests, makeResources, type DoorRequest } from './door-requests.js';
import { pick, randomOf } from '../support/random.js';
import { anySignature, Wire, type WireAnswer } from '../support/wire.js';
import { mutated, spoilText, spoiltBytes } from './mutations.js';

/** FRESHET_FUZZ_SECONDS for a longer run; FRESHET_SEED repeats one. */
const SECONDS = Number(process.env['FRESHET_FUZZ_SECONDS'] ?? 5);
const SEED = Number(process.env['FRESHET_SEED'] ?? Date.now() % 1_000_000);
/** Longer than a poll of a topic is held, which a spoilt request may become. */
const HANG_MS = 40_000;
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

describe(`the doors of events, pipes, caches and Freshet's own API, fuzzed (seed ${SEED})`, () => {
  let server: RunningServer;
  let wire: Wire;
  let requests: readonly DoorRequest[];

  before(async () => {
    server = await startServer({
      data: '',
      inMemory: true,
      host: '127.0.0.1',
      port: 0,
      region: 'us-east-1',
      accountId: '000000000000',
      parameters: {},
      momentoApiKey: API_KEY,
      hostedLimits: false,
      cacheBackend: 'memory',
      cacheMaxBytes: 16 * 1024 * 1024,
      durability: 'relaxed',
      allowHttp: false,
      remoteSource: {},
      egressAllow: [],
      allowedHosts: [],
      logLevel: 'error',
      logFormat: 'text',
    });
    wire = new Wire(server.endpoint, {
      connections: 8,
      bodyTimeout: HANG_MS,
      headersTimeout: HANG_MS,
    });
    requests = doorRequests(
      await makeResources(async (request) => {
        const { status, text } = await send(request);
        assert.ok(status < 300, text);
        return JSON.parse(text) as object;
      }),
    );
  });
  after(async () => {
    await wire.close();
    await server.close();
  });

  const send = ({ headers, body, ...request }: DoorRequest): Promise<WireAnswer> => {
    const bytes = bytesOf(body);
    return wire.send({
      ...request,
      headers: { ...anySignature('events'), ...headers },
      ...(bytes !== undefined && { body: bytes }),
    });
  };

  /** What every answer must be, whatever was asked: no fault of ours, and a refusal says why. */
  function judge({ status, text }: WireAnswer, asked: string): void {
    assert.ok(status < 500, `${status} ${text}\n${asked}`);
    if (status < 400 || text === '' || text.startsWith('<')) return;
    const { message, Message, __type, code } = JSON.parse(text) as Record<string, unknown>;
    assert.equal(typeof (message ?? Message ?? __type ?? code), 'string', `${text}\n${asked}`);
  }

  it('answers the requests that are to be spoilt', async () => {
    const refused: string[] = [];
    for (const request of requests) {
      const { status, text } = await send(request);
      // A conflict with what the request before it still does is an answer to a right request.
      if (status >= 400 && status !== 409) refused.push(`${shown(request)}: ${status} ${text}`);
    }
    assert.deepEqual(refused, []);
  });

  it('answers every spoilt request, and never fails', async (t) => {
    const random = randomOf(SEED);
    const until = performance.now() + SECONDS * 1000;
    const statuses = new Map<number, number>();
    const worker = async (): Promise<void> => {
      while (performance.now() < until) {
        const request = spoilt(random, pick(random, requests));
        const answer = await send(request);
        judge(answer, shown(request));
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    t.diagnostic(JSON.stringify(Object.fromEntries(statuses)));
    assert.ok((statuses.get(400) ?? 0) > 100);
  });

  it('stands bodies beyond their bounds, and very deep ones', async () => {
    const large = 'x'.repeat(2 * 1024 * 1024);
    for (const request of requests) {
      if (request.body === undefined) continue;
      judge(await send({ ...request, body: large }), `${request.method} ${request.path}: large`);
      for (const depth of [10_000, 100_000]) {
        const lists = '['.repeat(depth) + ']'.repeat(depth);
        const maps = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
        for (const deep of [
          lists,
          maps,
          inEveryMember(request.body, lists),
          inEveryMember(request.body, maps),
        ])
          judge(
            await send({ ...request, body: deep }),
            `${request.method} ${request.path}: ${depth} deep`,
          );
      }
    }
    judge(await send({ method: 'GET', path: '/_freshet/health' }), 'afterwards');
  });
});

function bytesOf(body: DoorRequest['body']): Buffer | string | undefined {
  return typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;
}

/** The body with the same JSON, raw and as a text, in the place of each member. */
function inEveryMember(body: object | string | Buffer, json: string): string {
  if (typeof body === 'string') return json;
  const members = Object.keys(body).map(
    (name, at) =>
      // Texts that hold JSON themselves, such as patterns, are limited to a few kilobytes.
      `${JSON.stringify(name)}:${at % 2 ? JSON.stringify(json.slice(0, 4000)) : json}`,
  );
  return `{${members.join()}}`;
}

function spoilt(random: () => number, right: DoorRequest): DoorRequest {
  const request = { ...right };
  const kind = random();
  if (kind < 0.1) request.method = pick(random, METHODS);
  else if (kind < 0.15) request.path += `?${'a=%00&'.repeat(500)}`;
  else if (kind < 0.5 && request.path !== '/') {
    // What HTTP itself forbids in a request line never gets as far as the server.
    const path = spoilText(random, request.path).replace(/[^\x21-\x7e]/g, '%');
    request.path = path.startsWith('/') ? path : `/${path}`;
  }
  if (typeof request.body === 'string') {
    if (random() < 0.5) request.body = spoiltBytes(random, request.body);
  } else if (request.body !== undefined) {
    const json = JSON.stringify(mutated(random, request.body));
    request.body = random() < 0.1 ? spoiltBytes(random, json) : json;
  } else if (random() < 0.1) request.body = '{';
  return request;
}

const shown = (request: DoorRequest): string =>
  `${request.method} ${request.path} ${String(bytesOf(request.body)).slice(0, 2000)}`;
