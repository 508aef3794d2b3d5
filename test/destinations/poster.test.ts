import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createEgressPolicy, createPoster } from '../../src/destinations/index.js';

describe('a poster', () => {
  let server: Server;
  let origin: string;
  const received: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      received.push(`${request.method} ${request.url}`);
      if (request.url === '/slow') return;
      response.writeHead(request.url === '/moved' ? 302 : 200, { location: '/elsewhere' });
      response.end('x'.repeat(1_000_000));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('tells the status, whatever the answer, and goes where the URL leads, no further', async () => {
    const poster = createPoster(createEgressPolicy({ allowLoopback: true }));
    const { signal } = new AbortController();
    assert.equal(await poster.post(`${origin}/a?b=c`, {}, 'body', signal), 200);
    assert.equal(await poster.post(`${origin}/moved`, {}, 'body', signal), 302);
    assert.deepEqual(received, ['POST /a?b=c', 'POST /moved']);
    await poster.close();
  });

  it('gives up when it is told to', async () => {
    const poster = createPoster(createEgressPolicy({ allowLoopback: true }));
    await assert.rejects(poster.post(`${origin}/slow`, {}, '', AbortSignal.timeout(50)), /timeout/);
    await poster.close();
  });

  it('keeps to the rules of egress', async () => {
    const poster = createPoster(createEgressPolicy({}));
    await assert.rejects(
      poster.post(origin, {}, '', new AbortController().signal),
      /this machine's own address/,
    );
    await poster.close();
  });
});
