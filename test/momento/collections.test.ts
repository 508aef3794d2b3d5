import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openCacheStore, type Cache } from '../../src/momento/index.js';
import { cases } from '../support/property.js';
import { FakeClock } from './fake-clock.js';

const MIB = 1024 * 1024;
const TTL = { ttlMs: 3_600_000, refresh: false };
const bytes = (text: string): Buffer => Buffer.from(text);
const texts = (found: readonly Buffer[] | undefined): string[] | undefined =>
  found?.map((each) => each.toString());

/** What must be in a cache with one collection of each kind. */
class Model {
  readonly list: string[] = [];
  readonly dictionary = new Map<string, string>();
  readonly set = new Set<string>();
  readonly scores = new Map<string, number>();
}

type Step = (cache: Cache, model: Model) => Promise<void>;

const word = fc.string({ maxLength: 3, unit: 'grapheme' });
const name = fc.constantFrom('a', 'b', 'c', 'd', 'é', '');
const score = fc.constantFrom(-1, 0, 0.5, 1, 7);

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('front', 'back'),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.nat(6),
    )
    .map(([end, values, truncateTo]): Step => async (cache, { list }) => {
      await cache.lists.concatenate(bytes('l'), end, values.map(bytes), TTL, truncateTo);
      if (end === 'front') list.unshift(...values);
      else list.push(...values);
      if (truncateTo === 0) return;
      if (end === 'front') list.splice(truncateTo);
      else list.splice(0, Math.max(0, list.length - truncateTo));
    }),
  fc.constantFrom('front', 'back').map((end): Step => async (cache, { list }) => {
    const popped = await cache.lists.pop(bytes('l'), end);
    assert.equal(popped?.value.toString(), end === 'front' ? list.shift() : list.pop());
  }),
  fc
    .tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }))
    .map(([start, end]): Step => async (cache, { list }) => {
      await cache.lists.retain(bytes('l'), { start, end }, TTL);
      list.splice(0, list.length, ...list.slice(start, end));
    }),
  word.map((value): Step => async (cache, { list }) => {
    await cache.lists.removeValue(bytes('l'), bytes(value));
    list.splice(0, list.length, ...list.filter((kept) => kept !== value));
  }),
  fc.tuple(name, word).map(([field, value]): Step => async (cache, { dictionary }) => {
    await cache.dictionaries.set(bytes('d'), [[bytes(field), bytes(value)]], TTL);
    dictionary.set(field, value);
  }),
  name.map((field): Step => async (cache, { dictionary }) => {
    await cache.dictionaries.remove(bytes('d'), [bytes(field)]);
    dictionary.delete(field);
  }),
  name.map((element): Step => async (cache, { set }) => {
    await cache.sets.add(bytes('s'), [bytes(element)], TTL);
    set.add(element);
  }),
  name.map((element): Step => async (cache, { set }) => {
    await cache.sets.remove(bytes('s'), [bytes(element)]);
    set.delete(element);
  }),
  fc.nat(3).map((count): Step => async (cache, { set }) => {
    const popped = texts(await cache.sets.pop(bytes('s'), count)) ?? [];
    assert.equal(popped.length, Math.min(count, set.size));
    for (const element of popped) assert.ok(set.delete(element));
  }),
  fc.tuple(name, score).map(([value, points]): Step => async (cache, { scores }) => {
    await cache.sortedSets.put(bytes('z'), [{ value: bytes(value), score: points }], TTL);
    scores.set(value, points);
  }),
  fc.tuple(name, score).map(([value, points]): Step => async (cache, { scores }) => {
    await cache.sortedSets.increment(bytes('z'), bytes(value), points, TTL);
    scores.set(value, (scores.get(value) ?? 0) + points);
  }),
  name.map((value): Step => async (cache, { scores }) => {
    await cache.sortedSets.remove(bytes('z'), [bytes(value)]);
    scores.delete(value);
  }),
  fc.constantFrom('l', 'd', 's', 'z').map((key): Step => async (cache, model) => {
    await cache.items.delete(bytes(key));
    if (key === 'l') model.list.length = 0;
    if (key === 'd') model.dictionary.clear();
    if (key === 's') model.set.clear();
    if (key === 'z') model.scores.clear();
  }),
);

async function check(cache: Cache, { list, dictionary, set, scores }: Model): Promise<void> {
  const orNone = <T>(size: number, found: T): T | undefined => (size === 0 ? undefined : found);
  assert.deepEqual(texts(await cache.lists.fetch(bytes('l'), {})), orNone(list.length, list));
  const pairs = await cache.dictionaries.fetch(bytes('d'));
  const fields = pairs?.map(([field, value]) => [field.toString(), value.toString()]).sort();
  assert.deepEqual(fields, orNone(dictionary.size, [...dictionary].sort()));
  assert.deepEqual(
    texts(await cache.sets.fetch(bytes('s')))?.sort(),
    orNone(set.size, [...set].sort()),
  );
  const sorted = [...scores].sort(([a, x], [b, y]) => x - y || bytes(a).compare(bytes(b)));
  const found = await cache.sortedSets.fetchByIndex(bytes('z'), {}, 'ascending');
  assert.deepEqual(
    found?.map((each) => [each.value.toString(), each.score]),
    orNone(sorted.length, sorted),
  );
  for (const [rank, [value]] of sorted.entries())
    assert.deepEqual(await cache.sortedSets.rank(bytes('z'), bytes(value), 'ascending'), { rank });
}

describe('collections', () => {
  it('hold what a plain model holds, also after the process ended', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 60 }), fc.nat(60), async (all, half) => {
        const directory = mkdtempSync(join(tmpdir(), 'freshet-collections-'));
        const model = new Model();
        try {
          for (const part of [all.slice(0, half), all.slice(half)]) {
            const store = await openCacheStore({ directory, clock: new FakeClock() });
            await store.createCache('c');
            await check(store.cache('c'), model);
            for (const step of part) await step(store.cache('c'), model);
            await check(store.cache('c'), model);
            await store.close();
          }
        } finally {
          rmSync(directory, { recursive: true });
        }
      }),
      cases(40),
    );
  });

  it('stay in order by score whatever comes and goes, thousands of them', async () => {
    const store = await openCacheStore({ clock: new FakeClock() });
    await store.createCache('c');
    const { sortedSets } = store.cache('c');
    const scores = new Map<string, number>();
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let i = 0; i < 20_000; i++) {
      const value = String(random(5_000));
      if (random(4) === 0) {
        await sortedSets.remove(bytes('z'), [bytes(value)]);
        scores.delete(value);
      } else {
        const points = random(300);
        await sortedSets.put(bytes('z'), [{ value: bytes(value), score: points }], TTL);
        scores.set(value, points);
      }
    }
    const expected = [...scores].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
    const found = await sortedSets.fetchByIndex(bytes('z'), {}, 'ascending');
    assert.deepEqual(
      found!.map((each) => [each.value.toString(), each.score]),
      expected,
    );
    const range = { min: { score: 100, exclusive: true }, max: { score: 200, exclusive: false } };
    assert.equal(
      await sortedSets.lengthByScore(bytes('z'), range),
      expected.filter(([, points]) => points > 100 && points <= 200).length,
    );
    await store.close();
  });

  it('keep within the memory of their cache, and make room for scalars when they hold most of it', async () => {
    const clock = new FakeClock();
    const store = await openCacheStore({ clock, maxBytesPerCache: 4 * MIB });
    await store.createCache('c');
    const cache = store.cache('c');
    const { ttlMs } = TTL;
    for (let i = 0; i < 2_000; i++) {
      await cache.lists.concatenate(bytes(`l${i}`), 'back', [Buffer.alloc(8_000)], TTL, 0);
      const { memoryBytes, maxBytes } = store.statistics('c');
      assert.ok(memoryBytes <= maxBytes, `${memoryBytes} bytes`);
    }
    assert.equal(await cache.lists.length(bytes('l1999')), 1);
    assert.equal(await cache.lists.length(bytes('l0')), undefined);
    for (let i = 0; i < 20_000; i++) {
      await cache.set(bytes(`k${i}`), Buffer.alloc(100), ttlMs);
      const { memoryBytes, maxBytes } = store.statistics('c');
      assert.ok(memoryBytes <= maxBytes, `${memoryBytes} bytes`);
    }
    let scalars = 0;
    for (let i = 0; i < 20_000; i++) if (cache.get(bytes(`k${i}`))) scalars += 1;
    assert.ok(scalars > 5_000, `${scalars} scalars are left`);
    await store.close();
  });

  it('are refused when one would take too much of its cache', async () => {
    const store = await openCacheStore({ maxBytesPerCache: 4 * MIB });
    await store.createCache('c');
    const { lists } = store.cache('c');
    const half = [Buffer.alloc(300_000)];
    assert.equal(await lists.concatenate(bytes('l'), 'back', half, TTL, 0), 1);
    await assert.rejects(lists.concatenate(bytes('l'), 'back', half, TTL, 0), {
      grpcStatus: 'RESOURCE_EXHAUSTED',
      err: 'item_size_limit_exceeded',
    });
    assert.equal(await lists.length(bytes('l')), 1);
    await store.close();
  });

  it('leave nothing on the disk when they go', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'freshet-collections-'));
    const clock = new FakeClock();
    const open = (): ReturnType<typeof openCacheStore> => openCacheStore({ directory, clock });
    let store = await open();
    await store.createCache('c');
    const values = Array.from({ length: 5_000 }, (_, i) => bytes(String(i)));
    await store.cache('c').lists.concatenate(bytes('l'), 'back', values, TTL, 0);
    await store.cache('c').items.delete(bytes('l'));
    await store.cache('c').lists.concatenate(bytes('l'), 'back', [bytes('new')], TTL, 0);
    await store.close();
    store = await open();
    assert.deepEqual(texts(await store.cache('c').lists.fetch(bytes('l'), {})), ['new']);
    clock.time += TTL.ttlMs;
    assert.equal(await store.cache('c').lists.length(bytes('l')), undefined);
    await store.close();
    store = await open();
    assert.equal(store.statistics('c').items, 0);
    await store.close();
    rmSync(directory, { recursive: true });
  });

  it('name all their keys, page by page', async () => {
    const store = await openCacheStore();
    await store.createCache('c');
    const { items, sets, scalars } = store.cache('c');
    for (let i = 0; i < 250; i++) await scalars.set(bytes(`k${i}`), bytes('v'), 60_000);
    await sets.add(bytes('s'), [bytes('e')], TTL);
    const found = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await items.scan(cursor, 100);
      for (const key of page.keys) found.add(key.toString());
      assert.ok(page.keys.length <= 100);
      cursor = page.cursor;
    } while (cursor !== undefined);
    assert.equal(found.size, 251);
    assert.ok(found.has('s') && found.has('k249'));
    await store.close();
  });
});
