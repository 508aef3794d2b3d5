import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TopicSubscribe, type TopicClient } from '@gomomento/sdk';
import { Redis } from 'iovalkey';
import { startMomento, type RunningMomento } from '../../src/server/momento.js';
import { localCredentials, topicClient } from '../momento/sdk/clients.js';
import { Heard } from '../momento/sdk/heard.js';
import { eventually } from '../support/freshet.js';
import { redisServer } from '../support/programs.js';
import { startRedis, type RedisProcess } from '../support/redis.js';

const { skip } = redisServer;

interface PollItem {
  item?: {
    topic_sequence_number: number;
    sequence_page: number;
    value: { text?: string; binary?: string };
  };
  discontinuity?: {
    last_topic_sequence: number;
    new_topic_sequence: number;
    new_sequence_page: number;
  };
}

describe('topics that two servers share through Valkey', { skip }, () => {
  let redis: RedisProcess;
  let servers: RunningMomento[];
  let here: TopicClient;
  let there: TopicClient;
  before(async () => {
    redis = await startRedis();
    const options = { backend: redis.url, caches: ['c', 'other', 'a:b'] };
    servers = [await startMomento(options), await startMomento(options)];
    [here, there] = servers.map((server) => topicClient(localCredentials(server))) as [
      TopicClient,
      TopicClient,
    ];
  });
  after(async () => {
    for (const server of servers) await server.close();
    await redis.stop();
  });

  const listen = async (
    client: TopicClient,
    topic: string,
    cache = 'c',
  ): Promise<{ heard: Heard; end: () => void }> => {
    const heard = new Heard();
    const subscription = await client.subscribe(cache, topic, heard.callbacks);
    assert.ok(subscription instanceof TopicSubscribe.Subscription, subscription.toString());
    return { heard, end: () => subscription.unsubscribe() };
  };
  const publish = async (
    client: TopicClient,
    topic: string,
    value: string | Uint8Array,
    cache = 'c',
  ): Promise<void> => {
    assert.equal(String(await client.publish(cache, topic, value)), 'Success');
  };
  const poll = async (server: number, topic: string, query = ''): Promise<PollItem[]> => {
    const answer = await fetch(`${servers[server]!.endpoint}/topics/c/${topic}?${query}`);
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { items: PollItem[] }).items;
  };
  const post = async (server: number, topic: string, body: string): Promise<void> => {
    const url = `${servers[server]!.endpoint}/topics/c/${topic}`;
    assert.equal((await fetch(url, { method: 'POST', body })).status, 204);
  };

  it('text and bytes arrive at subscribers of both, in one order', async () => {
    const [first, second] = [await listen(here, 't'), await listen(there, 't')];
    await publish(here, 't', 'one');
    await publish(there, 't', new Uint8Array([0, 255, 10]));
    await publish(here, 't', 'three 日本');
    const expected = ['one', new Uint8Array([0, 255, 10]), 'three 日本'];
    for (const { heard, end } of [first, second]) {
      await heard.until(() => heard.items.length === 3);
      assert.deepEqual(heard.items, expected);
      assert.deepEqual(heard.numbers, [1, 2, 3]);
      end();
    }
  });

  it('topics of one name in different caches are different, whatever the names hold', async () => {
    const plain = await listen(here, 'b:t', 'a:b');
    const nested = await listen(here, 't', 'a:b');
    const other = await listen(here, 't2', 'other');
    await publish(there, 't2', 'for c');
    await publish(there, 'b:t', 'one', 'a:b');
    await publish(there, 't', 'two', 'a:b');
    await publish(there, 't2', 'three', 'other');
    for (const [{ heard, end }, text] of [
      [plain, 'one'],
      [nested, 'two'],
      [other, 'three'],
    ] as const) {
      await heard.until(() => heard.items.length > 0);
      assert.deepEqual(heard.items, [text]);
      end();
    }
  });

  it('many messages from both sides: none is lost, none comes twice, order is the same', async () => {
    const [first, second] = [await listen(here, 'many'), await listen(there, 'many')];
    await Promise.all(
      Array.from({ length: 600 }, (_, i) => publish(i % 2 ? here : there, 'many', String(i))),
    );
    for (const { heard, end } of [first, second]) {
      await heard.until(() => heard.items.length === 600);
      assert.deepEqual(
        heard.numbers,
        Array.from({ length: 600 }, (_, i) => i + 1),
      );
      assert.deepEqual(heard.discontinuities, []);
      end();
    }
    assert.deepEqual(first.heard.items, second.heard.items);
  });

  it('over HTTP a poll at one server gets what is posted to the other, also between two polls', async () => {
    const waiting = poll(0, 'http');
    // It listens when this is answered: both go through the same connection to Valkey.
    await eventually('somebody listens', async () => {
      const plain = new Redis({ port: redis.port });
      const [, count] = (await plain.pubsub('NUMSUB', 'freshet:topic:c:http')) as [string, number];
      plain.disconnect();
      return count > 0 ? true : undefined;
    });
    await post(1, 'http', 'one');
    const [first] = await waiting;
    assert.deepEqual(first?.item?.value, { text: 'one' });
    await post(1, 'http', 'two');
    await post(0, 'http', 'three');
    const page = first.item.sequence_page;
    for (const server of [0, 1])
      assert.deepEqual(
        (await poll(server, 'http', `sequence_number=2&sequence_page=${page}`)).map(({ item }) => [
          item?.topic_sequence_number,
          item?.value.text,
        ]),
        [
          [2, 'two'],
          [3, 'three'],
        ],
      );
  });

  it('keeps a bounded tail and tells what is missing of it', async () => {
    await post(0, 'tail', 'x');
    const [begin] = await poll(1, 'tail', 'sequence_number=1');
    const page = begin!.item!.sequence_page;
    for (let i = 0; i < 4; i++) await post(0, 'tail', 'x'.repeat(100_000));
    const items = await poll(1, 'tail', `sequence_number=2&sequence_page=${page}`);
    assert.deepEqual(items[0]?.discontinuity, {
      last_topic_sequence: 1,
      new_topic_sequence: 4,
      new_sequence_page: page,
    });
    assert.deepEqual(
      items.slice(1).map(({ item }) => item?.topic_sequence_number),
      [4, 5],
    );
  });

  it('subscribers hear of a cache that the other server deletes, and nothing of it is left', async () => {
    await servers[0]!.caches.createCache('brief');
    await eventually('the other server knows it', async () =>
      servers[1]!.caches.find('brief') === undefined ? undefined : true,
    );
    const { heard } = await listen(there, 't', 'brief');
    await publish(here, 't', 'x', 'brief');
    await heard.until(() => heard.items.length === 1);
    await servers[0]!.caches.deleteCache('brief');
    await heard.until(() => heard.errors.length > 0);
    assert.deepEqual(heard.errors, ['NOT_FOUND_ERROR']);
    const plain = new Redis({ port: redis.port });
    assert.deepEqual(await plain.keys('freshet:topic:brief:*'), []);
    plain.disconnect();
  });
});

describe('topics while Valkey goes and comes back', { skip }, () => {
  it('subscribers go on; where numbers begin anew they are told', async () => {
    const redis = await startRedis();
    const servers = [
      await startMomento({ backend: redis.url, caches: ['c'] }),
      await startMomento({ backend: redis.url, caches: ['c'] }),
    ] as const;
    const [here, there] = servers.map((server) => topicClient(localCredentials(server))) as [
      TopicClient,
      TopicClient,
    ];
    const heard = new Heard();
    const subscription = await here.subscribe('c', 't', heard.callbacks);
    try {
      assert.ok(subscription instanceof TopicSubscribe.Subscription);
      await there.publish('c', 't', 'before');
      await heard.until(() => heard.items.length === 1);
      await redis.kill();
      const lost = await there.publish('c', 't', 'lost');
      assert.match(String(lost), /cannot be reached/);
      const poll = await fetch(`${servers[0].endpoint}/topics/c/t`);
      assert.equal(poll.status, 503);
      await redis.restart();
      // It has forgotten the caches, too.
      await eventually('a server makes the cache again', async () => {
        await servers[1].caches.createCache('c').catch(() => {});
        return String(await there.publish('c', 't', 'after')) === 'Success' ? true : undefined;
      });
      await heard.until(() => heard.items.length > 1);
      assert.deepEqual(heard.items.slice(0, 2), ['before', 'after']);
      assert.equal(heard.discontinuities.length, 1);
      assert.deepEqual(heard.errors, []);
      assert.equal(heard.numbers[1], 1);
    } finally {
      // The SDK would subscribe again for ever, and keep the process.
      if (subscription instanceof TopicSubscribe.Subscription) subscription.unsubscribe();
      for (const server of servers) await server.close();
      await redis.stop();
    }
  });
});
