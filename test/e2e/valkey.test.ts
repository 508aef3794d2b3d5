import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import type { CacheClient } from '@gomomento/sdk';
import { PutItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Redis } from 'iovalkey';
import { freePort } from '../../tools/free-port.js';
import { startMomento, type RunningMomento } from '../../src/server/momento.js';
import { localCacheClient } from '../momento/sdk/clients.js';
import { play, scenarios } from '../momento/sdk/scenario.js';
import { redisServer } from '../support/programs.js';
import { eventually, startFreshet } from '../support/freshet.js';
import { startRedis, type RedisProcess } from '../support/redis.js';

const { skip } = redisServer;

/** Calls take time here, so a moment before the end of a time to live must be a while before. */
const SLACK_MS = 400;

/** Lets time go by: to the moments that scenarios name, but those just before one earlier. */
function realTime(): (ms: number) => Promise<void> {
  let owed = 0;
  return async (ms) => {
    const isJustBefore = ms % 10 === 9;
    await delay(isJustBefore ? ms - SLACK_MS : ms + owed + 5);
    owed = isJustBefore ? SLACK_MS : 0;
  };
}

describe("the official SDK's cache client, with Valkey behind", { skip }, () => {
  let redis: RedisProcess;
  let momento: RunningMomento;
  let client: CacheClient;
  let caches = 0;
  before(async () => {
    redis = await startRedis();
    momento = await startMomento({ backend: redis.url });
    client = await localCacheClient(momento);
  });
  after(async () => {
    client.close();
    await momento.close();
    await redis.stop();
  });

  for (const kind of ['scalars', 'items', 'dictionaries', 'sets', 'lists', 'sorted-sets'])
    describe(kind, { concurrency: 4 }, () => {
      for (const { title, cache, steps } of scenarios(kind))
        it(title, async () => {
          const name = cache ?? `cache-${(caches += 1)}`;
          if (cache === undefined) await momento.caches.createCache(name);
          await play(client, name, steps, realTime(), { slackMs: SLACK_MS });
        });
    });

  it('another server with the same URL serves the same caches', async () => {
    const other = await startMomento({ backend: redis.url });
    const reader = await localCacheClient(other);
    try {
      await client.createCache('shared');
      await client.set('shared', 'k', 'v');
      await eventually('the other server knows the cache', async () =>
        other.caches.find('shared') === undefined ? undefined : true,
      );
      assert.equal((await reader.get('shared', 'k')).toString(), 'Hit: v');
      await client.deleteCache('shared');
      await eventually('the other server forgets the cache', async () =>
        other.caches.find('shared') === undefined ? true : undefined,
      );
    } finally {
      reader.close();
      await other.close();
    }
  });

  it('flushing and deleting a cache leave nothing of it, and others alone', async () => {
    const plain = new Redis({ port: redis.port });
    for (const name of ['full', 'other']) await momento.caches.createCache(name);
    await Promise.all(Array.from({ length: 300 }, (_, i) => client.set('full', `k${i}`, 'v')));
    await client.set('other', 'k', 'v');
    assert.equal((await plain.keys('full:*')).length, 300);
    await client.flushCache('full');
    assert.deepEqual(await plain.keys('full:*'), []);
    await client.listPushBack('full', 'l', 'v');
    await client.deleteCache('full');
    assert.deepEqual(await plain.keys('full:*'), []);
    assert.equal((await client.get('other', 'k')).toString(), 'Hit: v');
    plain.disconnect();
  });

  it('tells clients when the server is not there', async () => {
    const passing = await startRedis();
    const own = await startMomento({ backend: passing.url, caches: ['c'] });
    const user = await localCacheClient(own);
    try {
      await passing.kill();
      const lost = await user.increment('c', 'k', 1);
      assert.equal(
        (lost as unknown as { errorCode(): string }).errorCode(),
        'SERVER_UNAVAILABLE',
        lost.toString(),
      );
    } finally {
      user.close();
      await own.close();
    }
  });
});

describe('DynamoDB to Valkey without code', { skip }, () => {
  it('a pipe keeps plain keys that any client reads', async () => {
    const redis = await startRedis();
    const server = await startFreshet({
      args: ['--template', 'examples/user-cache/template.yaml', '--cache-backend', redis.url],
    });
    const plain = new Redis({ port: redis.port });
    try {
      const dynamodb = new DynamoDBClient({
        endpoint: server.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      const Item = { id: { S: '001' }, name: { S: '田中一郎' } };
      await dynamodb.send(new PutItemCommand({ TableName: 'user', Item }));
      const value = await eventually('the value is there', async () => {
        return (await plain.get('user:001')) ?? undefined;
      });
      assert.match(value, /田中一郎/);
      const left = await plain.pttl('user:001');
      assert.ok(left > 290_000 && left <= 300_000, `${left} ms are left`);
    } finally {
      plain.disconnect();
      await server.stop();
      await redis.stop();
    }
  });
});

describe('the option for the backend', () => {
  it('says what it may be', async () => {
    await assert.rejects(startMomento({ backend: 'http://x' }), /valkey:\/\/127\.0\.0\.1:6379/);
    const nowhere = `valkey://127.0.0.1:${await freePort()}`;
    await assert.rejects(startMomento({ backend: nowhere }), /cannot be reached/);
    await assert.rejects(
      startMomento({ backend: nowhere, keyFormat: 'no-key' }),
      /must hold \{key\} once/,
    );
  });
});
