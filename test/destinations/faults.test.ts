import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Socket } from 'node:net';
import { createEgressPolicy } from '../../src/destinations/index.js';
import type { Attempt } from '../../src/destinations/index.js';
import {
  DESTINATION_ARN,
  listen,
  never,
  request,
  setUp,
  startRawTarget,
  startTarget,
} from './setup.js';
import type { Target } from './setup.js';

const TIME_LIMIT_MS = 150;
const SHORT = { options: { timeLimitMs: TIME_LIMIT_MS } };
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

function sendTo(
  endpoint: string,
  options: Parameters<typeof setUp>[1] = {},
): () => Promise<Attempt> {
  const { destinations } = setUp(endpoint, {
    ...options,
    options: { connectionsPerOrigin: 1, ...options.options },
  });
  ends.push(() => destinations.close());
  return () => destinations.deliver(DESTINATION_ARN, request(), never);
}

async function raw(onRequest: (socket: Socket) => void): Promise<Target> {
  const target = await startRawTarget(onRequest);
  ends.push(() => target.close());
  return target;
}

async function expectRetry(
  send: () => Promise<Attempt>,
  reason: RegExp,
  status?: number,
): Promise<Attempt> {
  const attempt = await send();
  assert.equal(attempt.outcome, 'retry', attempt.reason);
  assert.match(attempt.reason, reason);
  assert.equal(attempt.status, status);
  return attempt;
}

describe('a target that', () => {
  it('does not listen is told so', async () => {
    const target = await startTarget();
    await target.close();
    await expectRetry(
      sendTo(target.origin),
      /nothing listens at http:\/\/127\.0\.0\.1:\d+ .*start the target/,
    );
  });

  it('has an unknown name is told so', async () => {
    const lookup = (
      _name: string,
      _options: unknown,
      callback: (error: NodeJS.ErrnoException, addresses: []) => void,
    ): void => callback(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), []);
    await expectRetry(
      sendTo('http://no-such-host.test/', { options: { lookup } }),
      /host name of http:\/\/no-such-host\.test is not known; check/,
    );
  });

  it('resets the connection is retried', async () => {
    const target = await raw((socket) => socket.resetAndDestroy());
    await expectRetry(sendTo(target.origin), /closed the connection without an answer/);
  });

  it('closes the connection without an answer is retried', async () => {
    const target = await raw((socket) => socket.end());
    await expectRetry(sendTo(target.origin), /closed the connection without an answer/);
  });

  it('hangs is given up when the time is over', async () => {
    const target = await raw(() => undefined);
    const send = sendTo(target.origin, SHORT);
    const attempt = await expectRetry(send, /no answer from .* within 0\.15 s/);
    assert.ok(attempt.durationMs >= TIME_LIMIT_MS - 5 && attempt.durationMs < 2 * TIME_LIMIT_MS);
  });

  it('hangs does not keep its connection: the next delivery gets one', async () => {
    let first = true;
    const target = await raw((socket) => {
      if (!first) socket.end(OK);
      first = false;
    });
    const send = sendTo(target.origin, SHORT);
    await expectRetry(send, /no answer/);
    assert.equal((await send()).outcome, 'delivered');
  });

  it('dribbles its head (slow loris) is given up when the time is over', async () => {
    const target = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('X-A: 1\r\n'), 10);
      socket.once('close', () => clearInterval(timer));
    });
    await expectRetry(sendTo(target.origin, SHORT), /no answer from .* within 0\.15 s/);
  });

  it('dribbles its body is given up when the time is over', async () => {
    const target = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.once('close', () => clearInterval(timer));
    });
    await expectRetry(
      sendTo(target.origin, SHORT),
      /answer from .* did not end within 0\.15 s \(\d+ bytes came\)/,
      200,
    );
  });

  it('answers by half is retried', async () => {
    const target = await raw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf an'),
    );
    await expectRetry(sendTo(target.origin), /broke off its answer after 7 bytes/, 200);
  });

  it('breaks off a chunked answer is retried', async () => {
    const target = await raw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
    );
    await expectRetry(sendTo(target.origin), /broke off its answer after \d+ bytes/, 200);
  });

  it('does not speak HTTP is retried', async () => {
    const target = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await expectRetry(sendTo(target.origin), /not HTTP\/1\.1; check the endpoint's port/);
  });

  it('sends too many headers is retried', async () => {
    const target = await raw((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\n${'X-A: aaaaaaaaaaaaaaaa\r\n'.repeat(2000)}\r\n`),
    );
    await expectRetry(sendTo(target.origin), /more headers than/);
  });

  it('answers with 10 MB is a success; the rest is not read', async () => {
    let sent = 0;
    const target = await raw((socket) => {
      const chunk = Buffer.alloc(64 * 1024, 'a');
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${160 * chunk.length}\r\n\r\n`);
      const more = (): void => {
        while (sent < 160 && !socket.destroyed) {
          sent += 1;
          if (!socket.write(chunk)) {
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    const send = sendTo(target.origin);
    const attempt = await send();
    assert.equal(attempt.outcome, 'delivered');
    assert.equal(attempt.responseBody, 'a'.repeat(1024));
    assert.ok(sent < 160, 'the target could send all of it');
    assert.equal((await send()).outcome, 'delivered', 'another connection takes over');
  });

  it('sends a packed bomb does no harm', async () => {
    // 30 MB of zeros, packed to 30 kB.
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(30_000_000));
    const target = await startTarget((_received, response) => {
      response.writeHead(400, { 'content-encoding': 'gzip' }).end(bomb);
    });
    ends.push(() => target.close());
    const attempt = await sendTo(target.origin)();
    assert.deepEqual([attempt.status, attempt.responseBody.length], [400, 1024]);
  });

  it('says an encoding that it does not use loses only its text', async () => {
    const target = await startTarget((_received, response) => {
      response.writeHead(500, { 'content-encoding': 'gzip' }).end('not gzip');
    });
    ends.push(() => target.close());
    const attempt = await sendTo(target.origin)();
    assert.deepEqual([attempt.outcome, attempt.responseBody], ['retry', '']);
  });

  it('redirects is not followed', async () => {
    const elsewhere = await startTarget();
    const target = await startTarget((_received, response) => {
      response.writeHead(307, { location: `${elsewhere.origin}/new?x=1` }).end();
    });
    ends.push(
      () => elsewhere.close(),
      () => target.close(),
    );
    const attempt = await sendTo(target.origin)();
    assert.deepEqual([attempt.outcome, attempt.status], ['rejected', 307]);
    assert.match(
      attempt.reason,
      /redirects are not followed; .* to http:\/\/127\.0\.0\.1:\d+\/new$/,
    );
    assert.equal(elsewhere.received.length, 0);
  });

  it('sends informational answers first is waited for', async () => {
    const target = await raw((socket) =>
      socket.end(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`),
    );
    const attempt = await sendTo(target.origin)();
    assert.deepEqual([attempt.status, attempt.responseBody], [200, 'ok']);
  });

  it('wants another protocol is not obliged', async () => {
    const target = await raw((socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    );
    const attempt = await sendTo(target.origin)();
    assert.notEqual(attempt.outcome, 'delivered');
  });

  it('closes an idle connection costs no delivery', async () => {
    const target = await startTarget((_received, response) => response.end('ok'));
    ends.push(() => target.close());
    const send = sendTo(target.origin);
    for (let i = 0; i < 3; i++) {
      assert.equal((await send()).outcome, 'delivered');
      await target.hangUp();
    }
  });
});

describe('a target behind https', () => {
  it('that does not speak TLS is told so', async () => {
    const target = await startTarget();
    ends.push(() => target.close());
    await expectRetry(
      sendTo(target.origin.replace('http:', 'https:')),
      /does not speak TLS there; check the endpoint's port and scheme/,
    );
  });

  it('with a certificate of its own making is not trusted', async (test) => {
    const certificate = selfSigned();
    if (!certificate) {
      test.skip('needs the openssl command to make a certificate');
      return;
    }
    const target = await listen(
      createHttpsServer(certificate, (_message, response) => response.end()),
      [],
      'https',
    );
    ends.push(() => target.close());
    await expectRetry(sendTo(target.origin), /certificate of https:.* NODE_EXTRA_CA_CERTS/);
  });
});

describe('an address that the egress policy refuses', () => {
  it('is not connected to, as it stands in the endpoint', async () => {
    const target = await startTarget();
    ends.push(() => target.close());
    const egress = createEgressPolicy({});
    const send = sendTo(target.origin, { options: { egress } });
    const attempt = await send();
    assert.equal(attempt.outcome, 'rejected');
    assert.match(attempt.reason, /^127\.0\.0\.1 is this machine's own address, .*--egress-allow/);
    assert.equal(target.connections(), 0);
  });

  for (const disguise of [
    'http://[::ffff:127.0.0.1]',
    'http://2130706433',
    'http://0x7f.1',
    'http://127.1',
  ])
    it(`is recognised as ${disguise}`, async () => {
      const target = await startTarget();
      ends.push(() => target.close());
      const egress = createEgressPolicy({});
      const attempt = await sendTo(`${disguise}:${target.port}/`, { options: { egress } })();
      assert.equal(attempt.outcome, 'rejected');
      assert.equal(target.connections(), 0);
    });

  it('is not connected to behind a name, also when the name changes its address later', async () => {
    const target = await startTarget();
    ends.push(() => target.close());
    let address = '127.0.0.1';
    const lookup = (
      _name: string,
      _options: unknown,
      callback: (error: null, addresses: { address: string; family: number }[]) => void,
    ): void => callback(null, [{ address, family: 4 }]);
    const egress = createEgressPolicy({ allowLoopback: true });
    const send = sendTo(`http://rebind.test:${target.port}/`, {
      options: { egress, lookup, connectionClose: true },
    });
    assert.equal((await send()).outcome, 'delivered');
    address = '169.254.169.254';
    const attempt = await send();
    assert.equal(attempt.outcome, 'rejected');
    assert.match(attempt.reason, /^rebind\.test leads to 169\.254\.169\.254, .* always refused/);
  });

  it('is passed over when the name has another that is allowed', async () => {
    const target = await startTarget();
    ends.push(() => target.close());
    const lookup = (
      _name: string,
      _options: unknown,
      callback: (error: null, addresses: { address: string; family: number }[]) => void,
    ): void =>
      callback(null, [
        { address: '10.255.255.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const send = sendTo(`http://two.test:${target.port}/`, { options: { lookup } });
    assert.equal((await send()).outcome, 'delivered');
  });
});

/** A key and a certificate that signs itself, for 127.0.0.1; undefined without openssl. */
function selfSigned(): { key: string; cert: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1';
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', ...options.split(' '), ...names, ...files], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
