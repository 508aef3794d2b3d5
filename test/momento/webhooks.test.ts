import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createLog, type Log } from '../../src/lib/log.js';
import { openCacheStore, Topics, Webhooks, type Caches } from '../../src/momento/index.js';
import { webhookRequest } from '../../src/momento/webhooks/webhook-request.js';
import { FakeClock } from './fake-clock.js';

const MESSAGE = {
  cacheName: 'chat',
  topicName: 'room-281',
  sequenceNumber: 1,
  publishedAt: 1704296470564,
  value: { text: 'Here I am!!' },
  publisherId: 'mo-the-squirrel',
};

describe('the request for a webhook', () => {
  it('is as documented, signed over its body', () => {
    const { headers, body } = webhookRequest(MESSAGE, 'secret', 1704296470565);
    assert.equal(
      body,
      '{"cache":"chat","topic":"room-281","event_timestamp":1704296470564,"publish_timestamp":1704296470565,' +
        '"topic_sequence_number":1,"token_id":"mo-the-squirrel","text":"Here I am!!"}',
    );
    assert.deepEqual(headers, {
      'content-type': 'application/json',
      'user-agent': 'Momento/1.0 (Webhooks; +https://docs.momentohq.com/topics/webhooks)',
      // openssl dgst -sha3-256 -hmac secret
      'momento-signature': 'e201afc504eb784376200831325b4ccf231ef0c0f31e31a1be422b4df16d59b8',
    });
  });

  it('has bytes as base64, and an empty token id when there is none', () => {
    const { publisherId, ...anonymous } = MESSAGE;
    assert.ok(publisherId);
    const value = { binary: Buffer.from([0, 255]) };
    const { body } = webhookRequest({ ...anonymous, value }, 'secret', 0);
    const event = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual([event['binary'], event['text'], event['token_id']], ['AP8=', undefined, '']);
  });
});

interface Sent {
  url: string;
  text: unknown;
  number: unknown;
  answer: (status: number) => void;
  fail: (error: Error) => void;
}

describe('webhooks', () => {
  let folder: string;
  let store: Caches;
  let webhooks: Webhooks;
  let topics: Topics;
  let sent: Sent[];
  let lines: string[];
  const log: Log = createLog({ write: (line) => void lines.push(line) });
  const clock = new FakeClock();

  function open(): Webhooks {
    return new Webhooks({
      store,
      file: join(folder, 'webhooks.json'),
      clock,
      log,
      post: (url, _headers, body, signal) =>
        new Promise((answer, fail) => {
          const event = JSON.parse(body) as Record<string, unknown>;
          sent.push({
            url,
            text: event['text'],
            number: event['topic_sequence_number'],
            answer,
            fail,
          });
          signal.addEventListener('abort', () => fail(signal.reason as Error));
        }),
    });
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const put = (webhookName: string, topicName = 't', url = 'https://example.com/hook'): string =>
    webhooks.put({ cacheName: 'c', webhookName, topicName, url });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freshet-'));
    sent = [];
    lines = [];
    store = await openCacheStore({ clock, log });
    await store.createCache('c');
    webhooks = open();
    topics = new Topics({ store, clock, onPublished: (message) => webhooks.published(message) });
  });
  afterEach(async () => {
    webhooks.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('get the messages of their topic, one after the other', async () => {
    put('w');
    put('other', 'another topic');
    for (const text of ['a', 'b']) await topics.publish('c', 't', { text });
    assert.deepEqual(
      sent.map(({ text, number }) => [text, number]),
      [['a', 1]],
    );
    sent[0]!.answer(204);
    await turn();
    assert.deepEqual([sent[1]?.text, sent[1]?.number], ['b', 2]);
  });

  it('are tried once for each message; what is lost is logged, without secrets', async () => {
    const secret = put('w');
    for (const text of ['a', 'b', 'c']) await topics.publish('c', 't', { text });
    sent[0]!.answer(500);
    await turn();
    sent[1]!.fail(new Error('connect ECONNREFUSED'));
    await turn();
    assert.equal(sent.length, 3);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /webhook.*it answered 500/);
    assert.ok(!lines.join('').includes(secret));
  });

  it('hold so many messages and no more', async () => {
    put('w');
    for (let i = 0; i < 1_010; i++) await topics.publish('c', 't', { text: String(i) });
    assert.match(lines[0]!, /1000 messages wait already/);
  });

  it('keep their secret when they are put again, until it is rotated', async () => {
    const secret = put('w');
    assert.equal(put('w', 't2', 'http://example.com/new'), secret);
    assert.equal(webhooks.find('c', 'w').secret, secret);
    assert.deepEqual(
      webhooks.list('c').map(({ topicName, url }) => [topicName, url]),
      [['t2', 'http://example.com/new']],
    );
    const rotated = webhooks.rotateSecret('c', 'w');
    assert.notEqual(rotated, secret);
    assert.equal(webhooks.find('c', 'w').secret, rotated);
  });

  it('outlive the process, in a file for their owner alone', () => {
    const secret = put('w');
    assert.equal(statSync(join(folder, 'webhooks.json')).mode & 0o777, 0o600);
    assert.equal(open().find('c', 'w').secret, secret);
  });

  it('go with their cache, and what waits for them', async () => {
    put('w');
    for (const text of ['a', 'b']) await topics.publish('c', 't', { text });
    await store.deleteCache('c');
    await store.createCache('c');
    assert.deepEqual(webhooks.list('c'), []);
    await turn();
    assert.equal(sent.length, 1);
    assert.deepEqual(lines, []);
  });

  it('are refused where they cannot be', () => {
    assert.throws(() => put('w', ' '), /topic's name/);
    assert.throws(() => put(' '), /webhook's name/);
    assert.throws(() => put('w', 't', 'someurl.com'), /begins with https/);
    assert.throws(() => put('w', 't', 'file:///etc/passwd'), /begins with https/);
    const absent = { cacheName: 'x', webhookName: 'w', topicName: 't', url: 'https://a.b' };
    assert.throws(() => webhooks.put(absent), /Cache Not Found/);
    assert.throws(() => webhooks.delete('c', 'w'), /has no webhook 'w'/);
    assert.throws(() => webhooks.rotateSecret('c', 'w'), /has no webhook 'w'/);
  });
});
