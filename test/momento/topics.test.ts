import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openHttpDoor, type HttpDoor } from './http-server.js';
import { openCacheStore, Topics, type TopicRead } from '../../src/momento/index.js';
import { MAX_TOPICS } from '../../src/momento/limits.js';
import { FakeClock } from './fake-clock.js';

interface PollItem {
  item?: {
    topic_sequence_number: number;
    sequence_page: number;
    value: { text?: string; binary?: string };
  };
  discontinuity?: Record<string, number>;
}

describe('Momento HTTP API for topics', () => {
  let door: HttpDoor;
  before(async () => {
    door = await openHttpDoor();
  });
  after(() => door.close());

  const publish = (topic: string, body: string | Buffer, contentType?: string): Promise<Response> =>
    door.fetch(`/topics/users/${topic}`, {
      method: 'POST',
      body,
      headers: { authorization: 'test-key', ...(contentType && { 'content-type': contentType }) },
    });
  const poll = async (topic: string, query = ''): Promise<PollItem[]> => {
    const answer = await door.fetch(`/topics/users/${topic}?${query}`);
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { items: PollItem[] }).items;
  };

  it('accepts a message that nobody waits for', async () => {
    assert.equal((await publish('nobody', 'hello', 'text/plain')).status, 204);
  });

  it('hands a message to polls that were opened before', async () => {
    const polls = [poll('news'), poll('news')];
    await door.fetch('/cache/users?key=none'); // the polls have arrived when this is answered
    assert.equal((await publish('news', 'hello world', 'text/plain')).status, 204);
    for (const items of await Promise.all(polls)) {
      assert.equal(items.length, 1);
      assert.equal(items[0]?.item?.topic_sequence_number, 1);
      assert.deepEqual(items[0].item.value, { text: 'hello world' });
    }
  });

  it('gives messages published between two polls to the second', async () => {
    await publish('gap', 'one', 'application/json');
    await publish('gap', 'two');
    const [first] = await poll('gap', 'sequence_number=1');
    const page = first!.item!.sequence_page;
    await publish('gap', 'three');
    const items = await poll('gap', `sequence_number=2&sequence_page=${page}`);
    assert.deepEqual(
      items.map(({ item }) => [item?.topic_sequence_number, item?.value.text]),
      [
        [2, 'two'],
        [3, 'three'],
      ],
    );
  });

  it('sends bytes as base64 when they were published as bytes', async () => {
    await publish('bytes', Buffer.from([0, 255]), 'application/octet-stream');
    const [first] = await poll('bytes', 'sequence_number=1');
    assert.deepEqual(first!.item!.value, { binary: 'AP8=' });
  });

  it('tells a subscriber of an earlier life of the topic that numbers begin anew', async () => {
    await publish('anew', 'v');
    const items = await poll('anew', 'sequence_number=100&sequence_page=7');
    const page = items[1]!.item!.sequence_page;
    assert.deepEqual(items[0]?.discontinuity, {
      last_topic_sequence: 99,
      new_topic_sequence: 1,
      new_sequence_page: page,
    });
    const [only, ...rest] = await poll('unpublished', 'sequence_number=100&sequence_page=7');
    assert.ok(only?.discontinuity && rest.length === 0);
  });

  it('refuses unknown caches, wrong numbers, too large messages and missing keys', async () => {
    const post = { method: 'POST', body: 'x' };
    assert.equal((await door.fetch('/topics/nowhere/t', post)).status, 404);
    assert.equal((await door.fetch('/topics/nowhere/t')).status, 404);
    assert.equal((await door.fetch('/topics/users/', post)).status, 400);
    assert.equal((await door.fetch('/topics/users/t?sequence_number=-1')).status, 400);
    assert.equal((await door.fetch('/topics/users/t?sequence_page=x')).status, 400);
    assert.equal((await publish('t', Buffer.alloc(1024 * 1024 + 1))).status, 429);
    assert.equal((await door.fetch('/topics/users/t', { headers: {} })).status, 401);
    const put = await door.fetch('/topics/users/t', { method: 'PUT', body: 'x' });
    assert.equal(put.status, 405);
    assert.equal(put.headers.get('allow'), 'GET, POST, OPTIONS');
  });

  it('ends polls with 404 when their cache is deleted', async () => {
    await door.store.createCache('brief');
    const answer = door.fetch('/topics/brief/t');
    await door.fetch('/cache/users?key=none');
    await door.store.deleteCache('brief');
    assert.equal((await answer).status, 404);
  });

  it('forgets a poll whose client went away', async () => {
    const abort = new AbortController();
    const answer = door.fetch('/topics/users/left', { signal: abort.signal });
    await door.fetch('/cache/users?key=none');
    abort.abort();
    await assert.rejects(answer);
    assert.equal((await publish('left', 'v')).status, 204);
  });
});

describe('topics', () => {
  const clock = new FakeClock();
  const open = async (): Promise<{
    topics: Topics;
    read: (topic: string, next: number, signal: AbortSignal) => Promise<TopicRead | undefined>;
    close: () => Promise<void>;
  }> => {
    const store = await openCacheStore({ clock });
    await store.createCache('c');
    const topics = new Topics({ store, clock });
    return {
      topics,
      read: async (topic, next, signal) =>
        (await topics.subscribe('c', topic, next, 0)).read(signal),
      close: () => store.close(),
    };
  };
  const now = AbortSignal.abort();
  const numbersOf = (read: TopicRead | undefined): number[] =>
    read?.messages.map(({ sequenceNumber }) => sequenceNumber) ?? [];

  it('keeps a bounded tail and tells what is missing of it', async () => {
    const { topics, read, close } = await open();
    for (let i = 0; i < 1500; i++) await topics.publish('c', 't', { text: 'x' });
    const lost = await read('t', 2, now);
    assert.equal(lost?.discontinuity?.lastTopicSequence, 1);
    assert.equal(lost.discontinuity.newTopicSequence, 501);
    assert.equal(numbersOf(lost).length, 1000);
    const recent = await read('t', 1, now);
    assert.equal(recent?.discontinuity, undefined);
    assert.deepEqual(numbersOf(await read('t', 1499, now)), [1499, 1500]);
    assert.equal(await read('t', 1501, now), undefined);
    for (let i = 0; i < 10; i++) await topics.publish('c', 't', { binary: Buffer.alloc(100_000) });
    assert.equal(numbersOf(await read('t', 1, now)).length, 2);
    await topics.publish('c', 't', { binary: Buffer.alloc(1_000_000) });
    assert.deepEqual(numbersOf(await read('t', 1, now)), [1511]);
    await close();
  });

  it('does not cost a subscriber messages that it miscounted', async () => {
    const { topics, read, close } = await open();
    await topics.publish('c', 't', { text: 'one' });
    const waiting = read('t', 10, AbortSignal.timeout(5000));
    await topics.publish('c', 't', { text: 'two' });
    assert.deepEqual(numbersOf(await waiting), [2]);
    await close();
  });

  it('lets the topic that was used longest ago make room, and gives it a larger page later', async () => {
    const { topics, read, close } = await open();
    const waiting = read('waited-for', 0, AbortSignal.timeout(5000));
    await topics.publish('c', 'first', { text: 'x' });
    const before = await read('first', 1, now);
    for (let i = 0; i < MAX_TOPICS; i++) await topics.publish('c', `t${i}`, { text: 'x' });
    await topics.publish('c', 'first', { text: 'x' });
    const after = await read('first', 1, now);
    assert.ok(after!.page > before!.page);
    await topics.publish('c', 'waited-for', { text: 'y' });
    assert.deepEqual(numbersOf(await waiting), [1]);
    await close();
  });
});
