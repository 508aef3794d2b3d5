import assert from 'node:assert/strict';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { after, before, describe, it, mock } from 'node:test';
import { openssl } from '../../support/programs.js';
import { makeCertificate, type CertificateFiles } from '../../support/certificate.js';
import type { RunningMomento } from '../../../src/server/momento.js';

const { skip } = openssl;
const HOST = 'freshet.test';

/** Payload `{"t":"g"}`: the form of a v2 key, which the SDK looks for. */
const V2_KEY = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"t":"g"}').toString('base64url')}.sig`;

describe('Momento with TLS', { skip }, () => {
  let files: CertificateFiles;
  let momento: RunningMomento;
  let startMomento: (typeof import('../../../src/server/momento.js'))['startMomento'];
  let sdk: typeof import('@gomomento/sdk');
  before(async () => {
    files = makeCertificate([`DNS:*.${HOST}`, `DNS:*.cache.${HOST}`, 'IP:127.0.0.1']);
    // Read when the gRPC library is loaded.
    process.env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'] = files.cert;
    ({ startMomento } = await import('../../../src/server/momento.js'));
    sdk = await import('@gomomento/sdk');
    mock.method(dns.promises, 'lookup', async () => [{ address: '127.0.0.1', family: 4 }]);
    momento = await startMomento({ tls: files, caches: ['c'] });
  });
  after(async () => {
    await momento.close();
    mock.restoreAll();
    files.remove();
  });

  const clientOf = (credentialProvider: import('@gomomento/sdk').CredentialProvider) =>
    sdk.CacheClient.create({
      configuration: sdk.Configurations.Laptop.latest(
        new sdk.DefaultMomentoLoggerFactory(sdk.DefaultMomentoLoggerLevel.ERROR),
      ),
      credentialProvider,
      defaultTtlSeconds: 60,
    });

  it('a v2 key, which the SDK sends over TLS only, works for the control and the data plane', async () => {
    const client = await clientOf(
      sdk.CredentialProvider.fromApiKeyV2({
        apiKey: V2_KEY,
        endpoint: `${HOST}:${momento.grpcPort}`,
      }),
    );
    try {
      assert.equal(String(await client.createCache('made')), 'Success');
      assert.equal(String(await client.set('made', 'k', 'x'.repeat(100_000))), 'Success');
      assert.equal((await client.get('made', 'k')).value()?.length, 100_000);
    } finally {
      client.close();
    }
  });

  it('the same port serves plain gRPC, HTTPS and HTTP on loopback', async () => {
    const { grpcPort: port } = momento;
    const plain = await clientOf(
      sdk.CredentialProvider.forMomentoLocal({ hostname: '127.0.0.1', port }),
    );
    assert.equal(String(await plain.set('c', 'k', 'v')), 'Success');
    plain.close();
    const call = request({
      ...{ host: '127.0.0.1', port, path: '/cache/c?key=k', headers: { authorization: V2_KEY } },
      ca: readFileSync(files.cert),
    }).end();
    const [answer] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
    assert.equal(answer.statusCode, 200);
    assert.equal((await answer.toArray()).join(''), 'v');
    assert.equal(await (await fetch(`${momento.endpoint}/cache/c?key=k`)).text(), 'v');
  });

  for (const [offered, chosen] of [
    [['h2', 'http/1.1'], 'http/1.1'],
    [['h2'], 'h2'],
    [['http/1.1'], 'http/1.1'],
  ] as const)
    it(`of ${offered.join(' and ')} it speaks ${chosen}, for HTTP/2 is for gRPC`, async () => {
      const socket = connectTls({
        ...{ host: '127.0.0.1', port: momento.httpPort, ca: readFileSync(files.cert) },
        ALPNProtocols: [...offered],
      });
      await once(socket, 'secureConnect');
      assert.equal(socket.alpnProtocol, chosen);
      socket.destroy();
    });

  it('what is no TLS after all ends its own connection only', async () => {
    const socket = connect(momento.httpPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.concat([Buffer.from([0x16]), Buffer.from('no TLS at all')]));
    await once(socket, 'close');
    assert.equal((await fetch(`${momento.endpoint}/cache/c?key=k`)).status, 200);
  });

  it('closes at once, whatever clients have not said yet', async () => {
    const own = await startMomento({ tls: files });
    const open = async (first?: Buffer): Promise<void> => {
      const socket = connect(own.httpPort, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      if (first) socket.write(first);
    };
    await open();
    await open(Buffer.from([0x16, 0x03, 0x01]));
    await open(Buffer.from('PR'));
    // Those have arrived when this is answered.
    assert.equal((await fetch(`${own.endpoint}/cache/c?key=k`)).status, 404);
    const begin = performance.now();
    await own.close();
    assert.ok(performance.now() - begin < 1_500);
  });

  it('beyond loopback nothing is served without TLS', async () => {
    const open = await startMomento({ host: '0.0.0.0', apiKeys: ['secret'], tls: files });
    try {
      assert.match(open.endpoint, /^https:/);
      await assert.rejects(fetch(open.endpoint.replace('https', 'http')));
      const call = request({
        ...{ host: '127.0.0.1', port: open.httpPort, path: '/cache/c?key=k' },
        ca: readFileSync(files.cert),
      }).end();
      const [answer] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
      assert.equal(answer.statusCode, 401);
      answer.resume();
    } finally {
      await open.close();
    }
  });

  it('says which file is wrong', async () => {
    const [missing, twice] = [`${files.cert}.missing`, { cert: files.cert, key: files.cert }];
    await assert.rejects(startMomento({ tls: { ...files, cert: missing } }), /cert\.pem\.missing/);
    await assert.rejects(startMomento({ tls: twice }), /no certificate with its key/);
  });
});
