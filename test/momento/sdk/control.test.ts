import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateCache, ListCaches, type CacheClient } from '@gomomento/sdk';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';
import { localCacheClient } from './clients.js';

const CODE = (response: { errorCode?: () => string }): string | undefined => response.errorCode?.();

describe('caches through the official SDK', () => {
  let momento: RunningMomento;
  let client: CacheClient;
  before(async () => {
    momento = await startMomento();
    client = await localCacheClient(momento);
  });
  after(async () => {
    client.close();
    await momento.close();
  });

  it('are made, listed and deleted', async () => {
    assert.ok((await client.createCache('b')) instanceof CreateCache.Success);
    assert.ok((await client.createCache('a')) instanceof CreateCache.Success);
    assert.ok((await client.createCache('a')) instanceof CreateCache.AlreadyExists);
    const list = await client.listCaches();
    assert.ok(list instanceof ListCaches.Success);
    assert.deepEqual(
      list.getCaches().map((cache) => cache.getName()),
      ['a', 'b'],
    );
    assert.equal((await client.deleteCache('a')).type, 'Success');
    assert.equal(CODE((await client.deleteCache('a')) as never), 'NOT_FOUND_ERROR');
    assert.equal(CODE((await client.get('a', 'k')) as never), 'NOT_FOUND_ERROR');
  });

  it('are flushed', async () => {
    await client.createCache('full');
    await client.set('full', 'k', 'v');
    await client.listPushBack('full', 'l', 'v');
    assert.equal((await client.flushCache('full')).type, 'Success');
    assert.equal((await client.get('full', 'k')).type, 'Miss');
    assert.equal((await client.listFetch('full', 'l')).type, 'Miss');
    assert.equal(CODE((await client.flushCache('absent')) as never), 'NOT_FOUND_ERROR');
  });

  it('hold values of 5 MB with their keys', async () => {
    await client.createCache('large');
    const value = Buffer.alloc(5_000_000, 'x');
    assert.equal((await client.set('large', 'k', value)).toString(), 'Success');
    const got = await client.get('large', 'k');
    assert.equal((got as { valueUint8Array(): Uint8Array }).valueUint8Array().length, value.length);
    const tooLarge = await client.set('large', 'k', Buffer.alloc(4883 * 1024));
    assert.equal(CODE(tooLarge as never), 'LIMIT_EXCEEDED_ERROR');
  });

  it('are reached by HTTP and gRPC on one port, with the same keys', async () => {
    await client.createCache('both');
    await client.set('both', '日本', 'from gRPC');
    const url = `${momento.endpoint}/cache/both?key=${encodeURIComponent('日本')}`;
    assert.equal(await (await fetch(url)).text(), 'from gRPC');
    await fetch(`${url}&ttl_seconds=60`, { method: 'PUT', body: 'from HTTP' });
    assert.equal((await client.get('both', '日本')).toString(), 'Hit: from HTTP');
    await client.listPushBack('both', 'l', 'v');
    assert.equal((await fetch(`${momento.endpoint}/cache/both?key=l`)).status, 404);
  });
});

describe('the limits that listCaches tells', () => {
  for (const [hostedLimits, cache, topics] of [
    [false, [0, 4883, 315_360_000], [0, 1024]],
    [true, [100, 4883, 86_400], [10, 4]],
  ] as const)
    it(hostedLimits ? "are the hosted service's where those hold" : 'are its own', async () => {
      const momento = await startMomento({ hostedLimits, caches: ['c'] });
      const client = await localCacheClient(momento);
      try {
        const list = await client.listCaches();
        assert.ok(list instanceof ListCaches.Success);
        const [told] = list.getCaches();
        const { maxTrafficRate, maxItemSizeKb, maxTtlSeconds } = told!.getCacheLimits();
        assert.deepEqual([maxTrafficRate, maxItemSizeKb, maxTtlSeconds], cache);
        const { maxPublishRate, maxPublishMessageSizeKb } = told!.getTopicLimits();
        assert.deepEqual([maxPublishRate, maxPublishMessageSizeKb], topics);
      } finally {
        client.close();
        await momento.close();
      }
    });
});

describe('a server on two ports', () => {
  it('serves both APIs', async () => {
    const momento = await startMomento({ httpPort: 0, grpcPort: 0, caches: ['c'] });
    try {
      const client = await localCacheClient(momento);
      assert.equal((await client.set('c', 'k', 'v')).type, 'Success');
      assert.equal(await (await fetch(`${momento.endpoint}/cache/c?key=k`)).text(), 'v');
      client.close();
    } finally {
      await momento.close();
    }
  });
});
