import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TopicSubscribe, type TopicClient } from '@gomomento/sdk';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';
import { localCredentials, topicClient } from './clients.js';
import { Heard } from './heard.js';

describe("the official SDK's topic client", () => {
  let momento: RunningMomento;
  let client: TopicClient;
  before(async () => {
    momento = await startMomento({ caches: ['c'] });
    client = topicClient(localCredentials(momento));
  });
  after(async () => {
    await momento.close();
  });

  async function subscribe(topic: string, heard: Heard): Promise<TopicSubscribe.Subscription> {
    const subscription = await client.subscribe('c', topic, heard.callbacks);
    assert.ok(subscription instanceof TopicSubscribe.Subscription, subscription.toString());
    return subscription;
  }

  it('gets text and bytes in order, as they are', async () => {
    const heard = new Heard();
    const subscription = await subscribe('t', heard);
    await client.publish('c', 't', 'one');
    await client.publish('c', 't', new Uint8Array([0, 255]));
    await client.publish('c', 't', 'three 日本');
    await heard.until(() => heard.items.length === 3);
    assert.deepEqual(heard.items, ['one', new Uint8Array([0, 255]), 'three 日本']);
    assert.deepEqual(heard.numbers, [1, 2, 3]);
    subscription.unsubscribe();
  });

  it('gets what all subscribers get, and nothing of other topics', async () => {
    const [first, second, other] = [new Heard(), new Heard(), new Heard()];
    const subscriptions = [
      await subscribe('many', first),
      await subscribe('many', second),
      await subscribe('another', other),
    ];
    for (let i = 0; i < 100; i++) await client.publish('c', 'many', String(i));
    await Promise.all(
      [first, second].map((heard) => heard.until(() => heard.items.length === 100)),
    );
    assert.deepEqual(first.items, second.items);
    assert.deepEqual(other.items, []);
    for (const subscription of subscriptions) subscription.unsubscribe();
  });

  it('takes a burst of subscriptions', async () => {
    const warnings: string[] = [];
    const hear = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', hear);
    const heard = new Heard();
    const subscriptions = await Promise.all(
      Array.from({ length: 300 }, () => subscribe('many', heard)),
    );
    await client.publish('c', 'many', 'x');
    await heard.until(() => heard.items.length === 300);
    for (const subscription of subscriptions) subscription.unsubscribe();
    process.off('warning', hear);
    assert.deepEqual(warnings, []);
    assert.deepEqual(heard.errors, []);
  });

  it('hears of a cache that is not there', async () => {
    const heard = new Heard();
    const refused = await client.subscribe('absent', 't', heard.callbacks);
    assert.ok(refused instanceof TopicSubscribe.Error);
    assert.equal(refused.errorCode(), 'NOT_FOUND_ERROR');
    const published = await client.publish('absent', 't', 'x');
    assert.equal((published as unknown as TopicSubscribe.Error).errorCode(), 'NOT_FOUND_ERROR');
  });

  it('is told when the cache is deleted', async () => {
    await momento.caches.createCache('passing');
    const heard = new Heard();
    const subscription = await client.subscribe('passing', 't', heard.callbacks);
    assert.ok(subscription instanceof TopicSubscribe.Subscription);
    await momento.caches.deleteCache('passing');
    await heard.until(() => heard.errors.length > 0);
    assert.deepEqual(heard.errors, ['NOT_FOUND_ERROR']);
  });

  it('loses nothing when the SDK renews its first subscription', async () => {
    // The SDK ends its first stream after its five seconds' deadline and comes back half a second later.
    const heard = new Heard();
    const subscription = await subscribe('gap', heard);
    const begin = performance.now();
    let sent = 0;
    while (performance.now() - begin < 6_500) {
      await client.publish('c', 'gap', String(sent));
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await heard.until(() => heard.items.length >= sent);
    assert.deepEqual(
      heard.items,
      Array.from({ length: sent }, (_, i) => String(i)),
    );
    assert.deepEqual(heard.discontinuities, []);
    subscription.unsubscribe();
  });
});
