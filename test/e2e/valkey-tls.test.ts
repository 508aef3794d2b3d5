import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TopicSubscribe } from '@gomomento/sdk';
import { freePort } from '../../tools/free-port.js';
import { startMomento } from '../../src/server/momento.js';
import { localCacheClient, localCredentials, topicClient } from '../momento/sdk/clients.js';
import { Heard } from '../momento/sdk/heard.js';
import { makeCertificate, type CertificateFiles } from '../support/certificate.js';
import { openssl, redisServer } from '../support/programs.js';
import { startRedis, type RedisProcess } from '../support/redis.js';

const skip = redisServer.skip || openssl.skip;

describe('caches behind TLS', { skip }, () => {
  let files: CertificateFiles;
  let redis: RedisProcess;
  before(async () => {
    files = makeCertificate(['IP:127.0.0.1']);
    const port = await freePort();
    redis = await startRedis({
      port,
      args: [
        ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', files.cert, '--tls-key-file', files.key],
        ...['--tls-ca-cert-file', files.cert, '--requirepass', 'a/secret'],
      ],
    });
  });
  after(async () => {
    await redis.stop();
    files.remove();
  });

  it('items and topics, with a password', async () => {
    for (const scheme of ['valkeys', 'rediss']) {
      const backend = `${scheme}://:a%2Fsecret@127.0.0.1:${redis.port}/1?ca=${files.cert}`;
      const server = await startMomento({ backend, caches: ['c'] });
      const client = await localCacheClient(server);
      const topics = topicClient(localCredentials(server));
      const heard = new Heard();
      const subscription = await topics.subscribe('c', 't', heard.callbacks);
      assert.ok(subscription instanceof TopicSubscribe.Subscription, String(subscription));
      assert.equal(String(await client.set('c', 'k', scheme)), 'Success');
      assert.equal(String(await client.get('c', 'k')), `Hit: ${scheme}`);
      await topics.publish('c', 't', 'x');
      await heard.until(() => heard.items.length === 1);
      subscription.unsubscribe();
      client.close();
      await server.close();
    }
  });

  it('says what is wrong when it cannot start, without the password', async () => {
    const at = `127.0.0.1:${redis.port}`;
    const wrong: [string, RegExp][] = [
      [`valkeys://:a%2Fsecret@${at}`, /certificate authority with ca=FILE/],
      [`valkeys://:a%2Fsecret@localhost:${redis.port}?ca=${files.cert}`, /as its certificate does/],
      [`valkeys://:wrong@${at}?ca=${files.cert}`, /does not let Freshet in/],
      [`valkeys://${at}?ca=${files.cert}.missing`, /cannot be read/],
      [`valkey://:a%2Fsecret@${at}`, /with TLS \(valkeys:\/\/\)/],
    ];
    for (const [backend, expected] of wrong)
      await assert.rejects(startMomento({ backend }), (error: Error) => {
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /a\/secret|a%2Fsecret|:wrong/);
        return true;
      });
  });
});
