import assert from 'node:assert/strict';
import { freePort } from '../../tools/free-port.js';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import {
  API_KEY,
  readCache,
  runFreshet,
  startFreshet,
  temporaryFolder,
  type FreshetProcess,
} from '../support/freshet.js';

describe('the freshet command', () => {
  let server: FreshetProcess;
  const freshet = (...args: string[]) => runFreshet([...args, '--endpoint', server.endpoint]);
  before(async () => {
    server = await startFreshet();
  });
  after(() => server.stop());

  it('makes, lists and deletes caches', async () => {
    assert.equal((await freshet('caches', 'create', 'c1')).code, 0);
    const again = await freshet('caches', 'create', 'c1');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /exists already/);
    assert.match((await freshet('caches', 'list')).stdout, /^c1 /m);
    assert.equal((await readCache(server, 'c1', 'x')).status, 404);
    assert.equal((await freshet('caches', 'delete', 'c1')).code, 0);
    assert.equal((await freshet('caches', 'delete', 'c1')).code, 1);
  });
  it('lists no pipes where there are none, and says that a pipe is unknown', async () => {
    assert.match((await freshet('pipes', 'list')).stdout, /NAME/);
    const shown = await freshet('pipes', 'show', 'nope');
    assert.equal(shown.code, 1);
    assert.match(shown.stderr, /no pipe 'nope'/);
  });
  it('does not say that nothing differs where it cannot be told', async (t) => {
    const counts = { checked: 1, filtered: 0, missing: 0, stale: 0, extra: 0, repaired: 0 };
    const answers = createHttpServer((_, response) => {
      response.end(`${JSON.stringify({ type: 'end', ...counts, unknown: 1 })}\n`);
    }).listen(0, '127.0.0.1');
    t.after(() => answers.close());
    await once(answers, 'listening');
    const endpoint = `http://127.0.0.1:${String((answers.address() as AddressInfo).port)}`;
    const { code, stdout } = await runFreshet(['verify', 'users', '--endpoint', endpoint]);
    assert.equal(code, 1);
    assert.equal(stdout, '1 item checked: 0 missing, 0 stale, 0 extra, 1 unknown\n');
  });
  it('says where to start one when no server answers', async () => {
    const { code, stderr } = await runFreshet([
      'pipes',
      'list',
      '--endpoint',
      `http://127.0.0.1:${String(await freePort())}`,
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /freshet start/);
  });
  it('says that the port is in use', async () => {
    const { code, stderr } = await runFreshet([
      'start',
      '--data',
      temporaryFolder(),
      '--port',
      String(server.port),
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /in use/);
  });
  it('explains a wrong option', async () => {
    const { code, stderr } = await runFreshet(['start', '--port', 'x']);
    assert.notEqual(code, 0);
    assert.match(stderr, /port/);
  });
  it('takes its options from the environment', async () => {
    const port = await freePort();
    const data = temporaryFolder();
    const other = await startFreshet({
      data,
      port,
      env: { FRESHET_REGION: 'ap-northeast-1', FRESHET_LOG_FORMAT: 'json' },
    });
    assert.match(other.output(), /ap-northeast-1/);
    await other.stop();
  });
  it('stops cleanly on SIGTERM, also under an open connection', async () => {
    const other = await startFreshet();
    const answer = await request(`${other.endpoint}/_freshet/health`);
    await answer.body.dump();
    assert.equal(await other.stop(), 0);
    assert.match(other.output(), /stopped/);
  });
  it('makes an API key at the first start, keeps it and prints it once', async () => {
    const data = temporaryFolder();
    const env = { FRESHET_MOMENTO_API_KEY: undefined as unknown as string };
    const first = await startFreshet({ data, env });
    const key = /API key\s+(\S+)/.exec(first.output())?.[1] ?? '';
    assert.ok(key.length >= 20, first.output());
    assert.equal(
      (await runFreshet(['caches', 'create', 'k', '--endpoint', first.endpoint])).code,
      0,
    );
    assert.equal((await readCache(first, 'k', 'x', key)).status, 404);
    assert.equal((await readCache(first, 'k', 'x', API_KEY)).status, 401);
    await first.stop();
    const second = await startFreshet({ data, env });
    assert.ok(!second.output().includes(key));
    assert.equal((await readCache(second, 'k', 'x', key)).status, 404);
    await second.stop();
  });
});

describe('beyond loopback', () => {
  it('demands signatures and makes a key pair for them', async () => {
    const port = await freePort();
    const server = await startFreshet({ port, args: ['--host', '0.0.0.0'] });
    const unsigned = await runFreshet(['caches', 'list', '--endpoint', server.endpoint], {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
    });
    assert.equal(unsigned.code, 1);
    const [, id = '', secret = ''] =
      /AWS_ACCESS_KEY_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+)/.exec(server.output()) ?? [];
    const signed = await runFreshet(['caches', 'list', '--endpoint', server.endpoint], {
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secret,
    });
    assert.equal(signed.code, 0, signed.stderr + server.output());
    await server.stop();
  });
});

/** Some other program that listens: the command must tell it from a Freshet server. */
describe('a program that is not Freshet', () => {
  it('is told apart by the command', async () => {
    const other = createServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
    ).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, stderr } = await runFreshet([
      'pipes',
      'list',
      '--endpoint',
      `http://127.0.0.1:${String(port)}`,
    ]);
    other.close();
    assert.equal(code, 1);
    assert.match(stderr, /not.*Freshet/i);
  });
});
