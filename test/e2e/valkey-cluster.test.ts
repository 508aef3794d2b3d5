import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CacheIncrement, TopicSubscribe, type CacheClient } from '@gomomento/sdk';
import { Cluster } from 'iovalkey';
import { startMomento, type RunningMomento } from '../../src/server/momento.js';
import { localCacheClient, localCredentials, topicClient } from '../momento/sdk/clients.js';
import { Heard } from '../momento/sdk/heard.js';
import { eventually } from '../support/freshet.js';
import { redisServer } from '../support/programs.js';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.js';

const { skip } = redisServer;
const KEYS = Array.from({ length: 60 }, (_, i) => `k${i}`);

/** Each named by another node of one cluster, which is found out by itself. */
describe('two servers with a cluster behind', { skip }, () => {
  let cluster: RedisCluster;
  let servers: RunningMomento[];
  let here: CacheClient;
  let there: CacheClient;
  before(async () => {
    cluster = await startRedisCluster();
    servers = [];
    for (const node of [0, 1])
      servers.push(await startMomento({ backend: cluster.nodes[node]!.url, caches: ['c'] }));
    here = await localCacheClient(servers[0]!);
    there = await localCacheClient(servers[1]!);
  });
  after(async () => {
    for (const client of [here, there]) client.close();
    for (const server of servers) await server.close();
    await cluster.stop();
  });

  const sizes = (): Promise<number[]> =>
    Promise.all(cluster.nodes.map(async (_, node) => Number(await cluster.run(node, 'DBSIZE'))));
  const fill = async (): Promise<void> => {
    const items = Object.fromEntries(KEYS.map((key) => [key, `${key}'s`]));
    assert.equal((await here.setBatch('c', items)).type, 'Success');
  };

  it('items lie on all nodes and are read by the other server', async () => {
    await fill();
    assert.ok((await sizes()).every((size) => size > 0));
    const batch = await there.getBatch('c', KEYS);
    assert.deepEqual(
      { ...batch.values() },
      Object.fromEntries(KEYS.map((key) => [key, `${key}'s`])),
    );
    const exist = await there.keysExist('c', ['k0', 'none', 'k59']);
    assert.deepEqual('exists' in exist && exist.exists(), [true, false, true]);
  });

  it('collections whose names lie on different nodes are united', async () => {
    for (const name of ['a', 'b', 'c'])
      await here.sortedSetPutElements('c', name, { [name]: 1, all: 2 });
    const united = await there.sortedSetUnionStore(
      'c',
      'd',
      ['a', 'b', 'c'].map((sortedSetName) => ({ sortedSetName, weight: 1 })),
    );
    assert.equal(united.type, 'Success');
    assert.deepEqual((await here.sortedSetLength('c', 'd')).length(), 4);
    const fetched = await here.sortedSetFetchByRank('c', 'd', { startRank: 3 });
    assert.deepEqual(fetched.value(), [{ value: 'all', score: 6 }]);
  });

  it('a scan goes over all nodes, and a flush leaves nothing on any', async () => {
    await fill();
    const { items } = servers[1]!.caches.find('c')!;
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await items.scan(cursor, 10);
      found.push(...page.keys.map(String));
      cursor = page.cursor;
    } while (cursor !== undefined);
    assert.deepEqual(found.filter((key) => key.startsWith('k')).sort(), [...KEYS].sort());
    await there.flushCache('c');
    // The set of the caches' names is what stays.
    assert.deepEqual((await sizes()).sort(), [0, 0, 1]);
  });

  it('subscribers hear in order what is published through the other server', async () => {
    const subscriber = topicClient(localCredentials(servers[0]!));
    const publisher = topicClient(localCredentials(servers[1]!));
    for (const topic of ['t', 'u', 'v']) {
      const heard = new Heard();
      const subscription = await subscriber.subscribe('c', topic, heard.callbacks);
      assert.ok(subscription instanceof TopicSubscribe.Subscription, String(subscription));
      for (const text of ['one', 'two', 'three']) await publisher.publish('c', topic, text);
      await heard.until(() => heard.items.length === 3);
      assert.deepEqual(heard.items, ['one', 'two', 'three']);
      subscription.unsubscribe();
    }
  });

  it('keys are followed to where their slot was moved', async () => {
    const slot = Number(await cluster.run(0, 'CLUSTER', 'KEYSLOT', 'c:moved'));
    const ids = await Promise.all(
      cluster.nodes.map((_, node) => cluster.run(node, 'CLUSTER', 'MYID')),
    );
    const owner = Math.floor((slot * 3) / 16_384);
    const next = (owner + 1) % 3;
    assert.equal(String(await here.set('c', 'moved', 'before')), 'Success');
    await here.delete('c', 'moved');
    // Those who take it first, so that nobody is ever without it.
    for (const node of [next, owner, 3 - owner - next])
      await cluster.run(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', String(ids[next]));
    assert.equal(String(await here.set('c', 'moved', 'after')), 'Success');
    assert.equal(String(await there.get('c', 'moved')), 'Hit: after');
    assert.equal(String(await there.increment('c', '{c:moved}', 2)), 'Success: value: 2');
  });

  it('plain keys are read by any client of the cluster', async () => {
    await here.dictionarySetField('c', 'd', 'f', 'v');
    const plain = new Cluster([{ host: '127.0.0.1', port: cluster.nodes[2]!.port }]);
    assert.deepEqual(await plain.hgetall('c:d'), { f: 'v' });
    plain.disconnect();
  });

  it('what lies on a node that goes away is unavailable until it is back', async () => {
    const slotOf = async (key: string): Promise<number> =>
      Math.floor((Number(await cluster.run(0, 'CLUSTER', 'KEYSLOT', `c:${key}`)) * 3) / 16_384);
    const nodes = await Promise.all(KEYS.map(slotOf));
    // The names of the caches must stay within reach.
    const home = Math.floor(
      (Number(await cluster.run(0, 'CLUSTER', 'KEYSLOT', 'freshet:caches')) * 3) / 16_384,
    );
    const away = (home + 1) % 3;
    const key = KEYS[nodes.indexOf(away)]!;
    await cluster.nodes[away]!.kill();
    const lost = await here.increment('c', key, 1);
    assert.ok(lost instanceof CacheIncrement.Error, lost.toString());
    assert.equal(lost.errorCode(), 'SERVER_UNAVAILABLE');
    await cluster.nodes[away]!.restart();
    await eventually('the key is served again', async () =>
      String(await there.increment('c', key, 1)) === 'Success: value: 1' ? true : undefined,
    );
  });
});
