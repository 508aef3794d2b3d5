import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  MomentoError,
  openCacheStore,
  type CacheStore,
  type CacheStoreOptions,
} from '../../src/momento/index.js';
import { MAX_CACHES, MAX_ITEM_BYTES } from '../../src/momento/limits.js';
import { cases } from '../support/property.js';
import { memoryCollection } from './collection.js';
import { FakeClock } from './fake-clock.js';

const MIB = 1024 * 1024;
const MINUTE = 60_000;
const key = (text: string): Buffer => Buffer.from(text);

describe('cache store', () => {
  const clock = new FakeClock();
  let store: CacheStore;
  before(async () => {
    store = await openCacheStore({ clock, caches: memoryCollection('defined') });
  });
  after(() => store.close());

  it('opens the caches that are defined', async () => {
    assert.deepEqual(await store.listCaches(), ['defined']);
  });

  it('makes, lists and deletes caches, and their definitions with them', async () => {
    const caches = memoryCollection();
    const own = await openCacheStore({ clock, caches });
    assert.equal(await own.createCache('b'), true);
    assert.equal(await own.createCache('a'), true);
    assert.equal(await own.createCache('a'), false);
    assert.deepEqual(await own.listCaches(), ['a', 'b']);
    assert.deepEqual(await caches.get('a'), { name: 'a', creationTime: clock.now() });
    assert.equal(await own.deleteCache('a'), true);
    assert.equal(await own.deleteCache('a'), false);
    assert.equal(await caches.get('a'), undefined);
    assert.throws(() => own.cache('a'), { status: 404, message: /^Cache Not Found/ });
    await own.close();
  });

  it('answers one of two who make the same cache at once that it exists', async () => {
    const made = await Promise.all([store.createCache('twice'), store.createCache('twice')]);
    assert.deepEqual(made.sort(), [false, true]);
  });

  it('refuses names that no client could use', async () => {
    for (const name of ['', '  ', 'a\nb', 'x'.repeat(256)])
      await assert.rejects(store.createCache(name), { grpcStatus: 'INVALID_ARGUMENT' });
  });

  it('refuses caches beyond the most there can be', async () => {
    const own = await openCacheStore({ clock });
    for (let i = 0; i < MAX_CACHES; i++) await own.createCache(`c${i}`);
    await assert.rejects(own.createCache('one more'), { grpcStatus: 'RESOURCE_EXHAUSTED' });
    await own.close();
  });

  it('gives back what was stored, as a copy, until the millisecond when it expires', async () => {
    const cache = store.cache('defined');
    const value = key('value');
    await cache.set(key('k'), value, 1000);
    value.fill(0);
    assert.equal(cache.get(key('k'))?.toString(), 'value');
    cache.get(key('k'))?.fill(0);
    clock.time += 999;
    assert.equal(cache.get(key('k'))?.toString(), 'value');
    assert.equal(cache.remainingTtlMs(key('k')), 1);
    clock.time += 1;
    assert.equal(cache.get(key('k')), undefined);
    assert.equal(cache.remainingTtlMs(key('k')), undefined);
    assert.equal(cache.statistics().items, 0);
  });

  it('replaces value and time to live together', async () => {
    const cache = store.cache('defined');
    await cache.set(key('r'), key('old'), 1000);
    clock.time += 900;
    await cache.set(key('r'), key('new'), 1000);
    clock.time += 900;
    assert.equal(cache.get(key('r'))?.toString(), 'new');
  });

  it('counts hits, misses, expirations and bytes', async () => {
    await store.createCache('counted');
    const cache = store.cache('counted');
    await cache.set(key('a'), Buffer.alloc(1000), 1000);
    cache.get(key('a'));
    cache.get(key('a'));
    cache.get(key('b'));
    const { items, bytes, hits, misses } = store.statistics('counted');
    assert.deepEqual({ items, hits, misses }, { items: 1, hits: 2, misses: 1 });
    assert.ok(bytes > 1000 && bytes < 1100);
    clock.time += 1000;
    cache.get(key('a'));
    const later = store.statistics('counted');
    assert.equal(later.expirations, 1);
    assert.equal(later.misses, 2);
    assert.equal(later.bytes, 0);
  });

  it('reclaims expired items that nobody asks for', async () => {
    await store.createCache('idle');
    const cache = store.cache('idle');
    for (let i = 0; i < 3000; i++) await cache.set(key(`k${i}`), key('v'), 10_000);
    clock.time += 20_000;
    while (cache.statistics().items > 0) await new Promise(setImmediate);
    assert.equal(cache.statistics().expirations, 3000);
  });

  it('refuses items that are too large before it changes anything', async () => {
    const cache = store.cache('defined');
    await cache.set(key('big'), key('small'), MINUTE);
    const refusal = { grpcStatus: 'RESOURCE_EXHAUSTED', err: 'item_size_limit_exceeded' };
    assert.throws(() => cache.set(key('big'), Buffer.alloc(MAX_ITEM_BYTES - 2), MINUTE), refusal);
    assert.throws(() => cache.set(Buffer.alloc(65_536), key('v'), MINUTE), MomentoError);
    assert.equal(cache.get(key('big'))?.toString(), 'small');
    await cache.set(key('big'), Buffer.alloc(MAX_ITEM_BYTES - 3), MINUTE);
    assert.equal(cache.get(key('big'))?.length, MAX_ITEM_BYTES - 3);
  });

  it('refuses times to live that are not positive, not whole or beyond ten years', () => {
    const cache = store.cache('defined');
    for (const ttl of [0, -1, 1.5, NaN, Infinity, 3651 * 24 * 60 * MINUTE])
      assert.throws(() => cache.set(key('k'), key('v'), ttl), { grpcStatus: 'INVALID_ARGUMENT' });
  });

  it('refuses a memory bound that is too small', async () => {
    await assert.rejects(openCacheStore({ maxBytesPerCache: 1000 }), RangeError);
  });

  it('never gives back an expired or foreign value, whatever happens, and counts right', async () => {
    const action = fc.record({
      do: fc.constantFrom('set', 'set', 'set', 'get', 'get', 'delete', 'wait' as const),
      key: fc.nat(60),
      size: fc.oneof(fc.nat(200), fc.nat(130_000)),
      ttl: fc.integer({ min: 1, max: 5000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 200 }), async (actions) => {
        const time = new FakeClock();
        const own = await openCacheStore({ clock: time, maxBytesPerCache: MIB });
        await own.createCache('c');
        const cache = own.cache('c');
        const latest = new Map<number, { value: Buffer; expiresAt: number }>();
        let reads = 0;
        for (const [i, { do: what, key: number, size, ttl }] of actions.entries()) {
          const name = key(String(number));
          if (what === 'set') {
            const value = Buffer.alloc(size, i & 0xff);
            latest.set(number, { value, expiresAt: time.now() + ttl });
            await cache.set(name, value, ttl);
          } else if (what === 'delete') {
            latest.delete(number);
            await cache.delete(name);
          } else if (what === 'wait') time.time += ttl;
          else {
            reads += 1;
            const value = cache.get(name);
            const expected = latest.get(number);
            if (value === undefined) continue;
            assert.ok(expected && expected.expiresAt > time.now() && value.equals(expected.value));
          }
          const { memoryBytes, bytes, hits, misses, evictions } = cache.statistics();
          assert.ok(memoryBytes <= MIB && bytes <= memoryBytes);
          assert.equal(hits + misses, reads);
          if (evictions > 0) continue;
          for (const [number, { expiresAt }] of latest)
            if (expiresAt > time.now())
              assert.ok(cache.remainingTtlMs(key(String(number))) !== undefined);
        }
        await own.close();
      }),
      cases(50),
    );
  });
});

describe('cache store with a folder', () => {
  const clock = new FakeClock();
  const folder = mkdtempSync(join(tmpdir(), 'freshet-cache-'));
  after(() => rmSync(folder, { recursive: true }));
  let folders = 0;

  const make = (options: CacheStoreOptions = {}): (() => Promise<CacheStore>) => {
    const all = {
      directory: join(folder, String(folders++)),
      caches: memoryCollection('c'),
      clock,
      ...options,
    };
    return () => openCacheStore(all);
  };

  it('holds after a restart what it held before', async () => {
    const open = make();
    let store = await open();
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await store.cache('c').set(everyByte, everyByte, MINUTE);
    await store.cache('c').set(key('large'), Buffer.alloc(2_000_000, 7), MINUTE);
    await store.cache('c').set(key('empty'), Buffer.alloc(0), MINUTE);
    await store.cache('c').set(key('twice'), key('old'), MINUTE);
    await store.cache('c').set(key('twice'), key('new'), 2 * MINUTE);
    await store.cache('c').set(key('gone'), key('v'), MINUTE);
    await store.cache('c').delete(key('gone'));
    await store.cache('c').set(key('short'), key('v'), 1000);
    await store.close();
    clock.time += 1000;
    store = await open();
    const cache = store.cache('c');
    assert.ok(cache.get(everyByte)?.equals(everyByte));
    assert.ok(cache.get(key('large'))?.equals(Buffer.alloc(2_000_000, 7)));
    assert.equal(cache.get(key('empty'))?.length, 0);
    assert.equal(cache.get(key('twice'))?.toString(), 'new');
    assert.equal(cache.remainingTtlMs(key('twice')), 2 * MINUTE - 1000);
    assert.equal(cache.get(key('gone')), undefined);
    assert.equal(cache.get(key('short')), undefined);
    assert.equal(cache.statistics().items, 4);
    await store.close();
  });

  it('does not bring back what was evicted or expired, and then came and went again', async () => {
    const open = make({ maxBytesPerCache: MIB });
    let store = await open();
    let cache = store.cache('c');
    await cache.set(key('victim'), Buffer.alloc(10_000), MINUTE);
    for (let i = 0; i < 200; i++) await cache.set(key(`k${i}`), Buffer.alloc(10_000), MINUTE);
    assert.equal(cache.get(key('victim')), undefined);
    await cache.set(key('late'), key('old'), 10);
    clock.time += 10;
    await cache.set(key('late'), key('new'), MINUTE);
    await cache.delete(key('late'));
    const { items, evictions } = cache.statistics();
    assert.ok(evictions > 100);
    await store.close();
    store = await open();
    cache = store.cache('c');
    assert.equal(cache.get(key('victim')), undefined);
    assert.equal(cache.get(key('late')), undefined);
    assert.equal(cache.statistics().items, items);
    await store.close();
  });

  it('takes up what fits when its memory was made smaller', async () => {
    const options = { directory: join(folder, 'smaller'), caches: memoryCollection('c'), clock };
    let store = await openCacheStore({ ...options, maxBytesPerCache: 8 * MIB });
    for (let i = 0; i < 300; i++)
      await store.cache('c').set(key(`k${i}`), Buffer.alloc(10_000), MINUTE);
    await store.cache('c').set(key('large'), Buffer.alloc(500_000), MINUTE);
    await store.close();
    for (let restart = 0; restart < 2; restart++) {
      store = await openCacheStore({ ...options, maxBytesPerCache: MIB });
      const { items, memoryBytes } = store.cache('c').statistics();
      assert.ok(items > 50 && items < 120 && memoryBytes <= MIB);
      assert.equal(store.cache('c').get(key('large')), undefined);
      await store.close();
    }
  });

  it('forgets the items of deleted, flushed and re-made caches', async () => {
    const open = make({ caches: memoryCollection('deleted', 'flushed', 'remade', 'kept') });
    let store = await open();
    const names = await store.listCaches();
    for (const name of names)
      for (let i = 0; i < 3000; i++) void store.cache(name).set(key(`k${i}`), key(name), MINUTE);
    await store.deleteCache('deleted');
    await store.flushCache('flushed');
    await store.cache('flushed').set(key('after'), key('v'), MINUTE);
    await store.deleteCache('remade');
    await store.createCache('remade');
    assert.equal(await store.flushCache('deleted'), false);
    assert.equal(store.cache('flushed').get(key('k1')), undefined);
    await store.close();
    store = await open();
    assert.deepEqual(await store.listCaches(), ['flushed', 'kept', 'remade']);
    assert.equal(store.statistics('flushed').items, 1);
    assert.equal(store.statistics('remade').items, 0);
    assert.equal(store.statistics('kept').items, 3000);
    assert.equal(await store.createCache('deleted'), true);
    assert.equal(store.statistics('deleted').items, 0);
    await store.close();
  });

  it('drops the items of a cache whose definition is gone', async () => {
    const directory = join(folder, 'undefined');
    let store = await openCacheStore({ directory, clock, caches: memoryCollection('a', 'b') });
    await store.cache('a').set(key('k'), key('v'), MINUTE);
    await store.cache('b').set(key('k'), key('v'), MINUTE);
    await store.close();
    store = await openCacheStore({ directory, clock, caches: memoryCollection('b') });
    assert.deepEqual(await store.listCaches(), ['b']);
    await store.createCache('a');
    assert.equal(store.cache('a').get(key('k')), undefined);
    assert.equal(store.cache('b').get(key('k'))?.toString(), 'v');
    await store.close();
  });

  it('acknowledges nothing any more once it is closed', async () => {
    const store = await make()();
    const cache = store.cache('c');
    await cache.set(key('k'), key('v'), MINUTE);
    await Promise.all([store.close(), store.close()]);
    await assert.rejects(cache.set(key('l'), key('v'), MINUTE), { status: 503 });
    await assert.rejects(cache.delete(key('k')), { status: 503 });
  });

  it('keeps the caches themselves when nobody else does', async () => {
    const directory = join(folder, 'alone');
    let store = await openCacheStore({ directory, clock });
    await store.createCache('mine');
    await store.cache('mine').set(key('k'), key('v'), MINUTE);
    await store.close();
    assert.ok(existsSync(directory));
    store = await openCacheStore({ directory, clock });
    assert.equal(store.cache('mine').get(key('k'))?.toString(), 'v');
    await store.close();
  });
});
