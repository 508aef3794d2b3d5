import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openCacheStore, openValkeyCaches, type Caches } from '../../src/momento/index.js';
import { cacheOperations } from '../../src/server/cache-operations.js';
import { elementOperations, type ElementOperations } from '../../src/server/element-operations.js';
import { redisServer } from '../support/programs.js';
import { startRedis, type RedisProcess } from '../support/redis.js';

const TTL = { ttlMs: 60_000, refresh: false };
const MIB = 1024 * 1024;
const bytes = (text: string): Buffer => Buffer.from(text);

interface Answer {
  type: string;
  length: number;
  ttlMs: number;
  elements: Record<string, unknown>[];
  cursor?: string;
}

let redis: RedisProcess;
const BACKENDS: Record<string, { skip: string | false; open: () => Promise<Caches> }> = {
  memory: { skip: false, open: () => openCacheStore({ maxBytesPerCache: 64 * MIB }) },
  Valkey: {
    skip: redisServer.skip,
    open: async () => {
      redis = await startRedis();
      return openValkeyCaches({ url: new URL(redis.url) });
    },
  },
};

for (const [title, { skip, open }] of Object.entries(BACKENDS))
  describe(`elements of collections, as people look at them (${title})`, { skip }, () => {
    let store: Caches;
    let operations: ElementOperations;
    before(async () => {
      store = await open();
      await store.createCache('c');
      operations = elementOperations(store);
    });
    after(async () => {
      await store.close();
      if (title === 'Valkey') await redis.stop();
    });
    const list = async (key: string, limit?: number, cursor?: string): Promise<Answer> =>
      (await operations.listElements('c', bytes(key), { limit, cursor })) as Answer;
    /** All pages, and how many there were. */
    const all = async (key: string, limit: number) => {
      const elements: Record<string, unknown>[] = [];
      let pages = 0;
      let cursor: string | undefined;
      do {
        const page = await list(key, limit, cursor);
        elements.push(...page.elements);
        cursor = page.cursor;
        pages += 1;
      } while (cursor !== undefined);
      return { elements, pages };
    };
    const put = (key: string, element: object) => operations.putElement('c', bytes(key), element);
    const remove = (key: string, element: object) =>
      operations.removeElement('c', bytes(key), element);

    it('a list has places, page by page', async () => {
      await store
        .cache('c')
        .lists.concatenate(bytes('l'), 'back', ['a', 'b', 'c'].map(bytes), TTL, 0);
      const first = await list('l', 2);
      assert.deepEqual(first.elements, [
        { index: 0, value: { text: 'a' } },
        { index: 1, value: { text: 'b' } },
      ]);
      assert.equal(first.type, 'list');
      assert.equal(first.length, 3);
      assert.ok(first.ttlMs > 50_000 && first.ttlMs <= 60_000, String(first.ttlMs));
      const second = await list('l', 2, first.cursor);
      assert.deepEqual(second.elements, [{ index: 2, value: { text: 'c' } }]);
      assert.equal(second.cursor, undefined);
    });

    it('an element of a list is replaced and removed only while it stands there', async () => {
      await put('l', { index: 1, was: { text: 'b' }, value: { text: 'B' } });
      const stale = { index: 1, was: { text: 'b' }, value: { text: 'x' } };
      await assert.rejects(put('l', stale), { code: 'Changed', status: 409 });
      await assert.rejects(remove('l', { index: 9, was: { text: 'b' } }), { code: 'Changed' });
      await remove('l', { index: 0, was: { text: 'a' } });
      await put('l', { end: 'front', value: { text: 'first' } });
      await put('l', { end: 'back', value: { base64: '/wD+' } });
      assert.deepEqual(
        (await list('l')).elements.map(({ value }) => value),
        [{ text: 'first' }, { text: 'B' }, { text: 'c' }, { base64: '/wD+' }],
      );
    });

    it('a dictionary has fields, each once, however many there are', async () => {
      const pairs = Array.from(
        { length: 700 },
        (_, i) => [bytes(`f${i}`), bytes(`v${i}`)] as const,
      );
      await store.cache('c').dictionaries.set(bytes('d'), pairs, TTL);
      const { elements, pages } = await all('d', 50);
      assert.ok(pages >= 10, String(pages));
      assert.equal(new Set(elements.map(({ field }) => JSON.stringify(field))).size, 700);
      assert.equal((await list('d', 1)).length, 700);
      await put('d', { field: { text: 'f0' }, value: { text: 'other' } });
      for (let i = 1; i < 699; i += 1) await remove('d', { field: { text: `f${i}` } });
      const left = (await all('d', 50)).elements;
      left.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      assert.deepEqual(left, [
        { field: { text: 'f0' }, value: { text: 'other' } },
        { field: { text: 'f699' }, value: { text: 'v699' } },
      ]);
    });

    it('a small collection has pages, too', async () => {
      await store.cache('c').sets.add(bytes('s'), ['a', 'b', 'c', 'd', 'e'].map(bytes), TTL);
      const { elements, pages } = await all('s', 2);
      // Redis scans buckets of a hash with a random seed: a page may have an element less or more.
      assert.ok(pages > 1, String(pages));
      assert.deepEqual(elements.map(({ value }) => (value as { text: string }).text).sort(), [
        'a',
        'b',
        'c',
        'd',
        'e',
      ]);
      await put('s', { value: { text: 'f' } });
      for (const text of ['a', 'b', 'c', 'd', 'e']) await remove('s', { value: { text } });
      assert.deepEqual((await list('s')).elements, [{ value: { text: 'f' } }]);
    });

    it('a sorted set stands by its scores, infinite ones as texts', async () => {
      const scored = [
        { value: bytes('b'), score: 2 },
        { value: bytes('a'), score: Infinity },
        { value: bytes('c'), score: -0.5 },
      ];
      await store.cache('c').sortedSets.put(bytes('z'), scored, TTL);
      await put('z', { value: { text: 'd' }, score: 1 });
      await remove('z', { value: { text: 'b' } });
      const first = await list('z', 2);
      assert.deepEqual(first.elements, [
        { value: { text: 'c' }, score: -0.5 },
        { value: { text: 'd' }, score: 1 },
      ]);
      const { elements, cursor } = await list('z', 2, first.cursor);
      assert.deepEqual(elements, [{ value: { text: 'a' }, score: 'Infinity' }]);
      assert.equal(cursor, undefined);
    });

    it('a page ends early when its elements are large', async () => {
      const large = Array.from({ length: 4 }, () => Buffer.alloc(600 * 1024, 'x'));
      await store.cache('c').lists.concatenate(bytes('large'), 'back', large, TTL, 0);
      const { pages, elements } = await all('large', 100);
      assert.deepEqual([pages, elements.length], [2, 4]);
    });

    it('a change keeps the time to live, and makes no collection', async () => {
      await put('s', { value: { text: 'late' } });
      assert.ok((await list('s')).ttlMs > 1_000);
      await assert.rejects(put('none', { value: { text: 'x' } }), { status: 404 });
      assert.equal(await store.cache('c').items.type(bytes('none')), undefined);
      for (const text of ['f', 'late']) await remove('s', { value: { text } });
      await assert.rejects(list('s'), { code: 'NotFound', status: 404 });
    });

    it('what cannot be meant is refused', async () => {
      await store.cache('c').scalars.set(bytes('v'), bytes('1'), 60_000);
      const refused: [() => Promise<unknown>, string][] = [
        [() => list('v'), 'NoCollection'],
        [() => put('v', { value: { text: 'x' } }), 'NoCollection'],
        [() => put('l', { value: 'x' }), 'BadRequest'],
        [() => put('l', { value: { text: 'x' } }), 'BadRequest'],
        [() => put('d', { value: { text: 'x' } }), 'BadRequest'],
        [() => put('z', { value: { base64: '!' }, score: 1 }), 'BadRequest'],
        [() => put('z', { value: { text: 'x' }, score: 'much' }), 'BadRequest'],
        [() => remove('l', { index: -1, was: { text: 'x' } }), 'BadRequest'],
        [() => list('d', 10, 'nowhere'), 'Bad Request'],
        [() => list('l', 10, '-1'), 'Bad Request'],
        [
          () => operations.listElements('x', bytes('l'), { limit: 1, cursor: undefined }),
          'NotFound',
        ],
      ];
      for (const [run, code] of refused) await assert.rejects(run(), { code });
    });

    if (title === 'memory')
      it('to look is no hit', async () => {
        const { hits, misses } = store.statistics('c');
        await list('l');
        await assert.rejects(list('nothing'));
        await cacheOperations(store).showCacheItem('c', bytes('l'));
        const now = store.statistics('c');
        assert.deepEqual([now.hits, now.misses], [hits, misses]);
      });
  });
