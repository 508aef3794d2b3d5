import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { Store } from '../../../src/dynamodb/storage/store.js';
import { WriteAheadLog } from '../../../src/dynamodb/storage/write-ahead-log.js';
import { refusal, temporaryFolder } from '../engine/harness.js';
import { cases } from '../../support/property.js';
import { bytes, instead, openStore, rangeText, text } from './opening.js';

/** A store whose database takes up nothing until it is let. */
async function stalledStore(
  t: TestContext,
  folder = temporaryFolder(t),
): Promise<{ store: Store; release: () => void }> {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const store = await openStore(t, folder, (database) =>
    instead(database, {
      batch: async (writes) => {
        await released;
        return database.batch(writes);
      },
    }),
  );
  return { store, release };
}

describe('the store', () => {
  it('shows readers what is committed and writers what they wrote', async (t) => {
    const store = await openStore(t, temporaryFolder(t));
    store.put(bytes('a'), bytes('1'));
    assert.equal(text(store.read(bytes('a'))), undefined);
    assert.equal(text(store.readLatest(bytes('a'))), '1');
    await store.whenDurable();
    assert.equal(text(store.read(bytes('a'))), '1');
    store.remove(bytes('a'));
    assert.equal(store.readLatest(bytes('a')), undefined);
    assert.equal(text(store.read(bytes('a'))), '1');
    await store.whenDurable();
    assert.equal(store.read(bytes('a')), undefined);
  });

  it('reads ranges both ways, without and with their ends', async (t) => {
    const store = await openStore(t, temporaryFolder(t));
    for (const key of 'abcde') store.put(bytes(key), bytes('1'));
    await store.whenDurable();
    const keys = (from: string, to: string, options: object): string =>
      rangeText(store, from, to, options).replaceAll('=1', '').replaceAll(' ', '');
    assert.equal(keys('b', 'd', {}), 'bc');
    assert.equal(keys('b', 'd', { reverse: true }), 'cb');
    assert.equal(keys('b', 'e', { exclusiveStart: true }), 'cd');
    assert.equal(keys('b', 'e', { exclusiveStart: true, reverse: true }), 'dc');
    assert.equal(keys('aa', 'zz', { reverse: true }), 'edcb');
  });

  it('commits together what is written while a commit is under way', async (t) => {
    const store = await openStore(t, temporaryFolder(t));
    let commits = 0;
    store.onCommit({
      before: () => undefined,
      after: () => (commits += 1),
      failed: () => undefined,
    });
    const writer = async (at: number): Promise<void> => {
      for (let round = 0; round < 5; round += 1) {
        store.put(bytes(`k${at}-${round}`), bytes('x'));
        await store.whenDurable();
      }
    };
    await Promise.all(Array.from({ length: 40 }, (_, at) => writer(at)));
    assert.ok(commits < 20, `${commits} commits for 200 writes`);
  });

  it('answers writers before the database has taken up what they wrote', async (t) => {
    const { store, release } = await stalledStore(t);
    store.put(bytes('a'), bytes('1'));
    await store.whenDurable();
    await new Promise((resolve) => setTimeout(resolve, 250)); // it is being brought to the database
    store.put(bytes('b'), bytes('2'));
    store.append(bytes('c'), bytes('3'));
    await store.whenDurable();
    assert.equal(rangeText(store, 'a', 'z'), 'a=1 b=2 c=3');
    assert.equal(text(store.read(bytes('a'))), '1');
    release();
  });

  it('forgets what was appended and removed in the same moment', async (t) => {
    const folder = temporaryFolder(t);
    const store = await openStore(t, folder);
    store.append(bytes('a'), bytes('1'));
    store.append(bytes('b'), bytes('2'));
    await store.whenDurable();
    store.remove(bytes('a'));
    await store.whenDurable();
    assert.equal(rangeText(store, 'a', 'z'), 'b=2');
    await store.close();
    assert.equal(rangeText(await openStore(t, folder), 'a', 'z'), 'b=2');
  });

  it('refuses what it cannot log and what was built on it, and goes on', async (t) => {
    const store = await openStore(t, temporaryFolder(t));
    let failures = 0;
    let isFull = true;
    store.onCommit({
      before: () => {
        if (isFull) throw new Error('disk full');
      },
      after: () => undefined,
      failed: () => (failures += 1),
    });
    store.put(bytes('a'), bytes('1'));
    assert.equal((await refusal(store.whenDurable())).code, 'InternalServerError');
    assert.equal(failures, 1);
    assert.equal(store.readLatest(bytes('a')), undefined);
    isFull = false;
    store.put(bytes('b'), bytes('2'));
    await store.whenDurable();
    assert.equal(text(store.read(bytes('b'))), '2');
  });

  it('takes up after a crash what only the log has', async (t) => {
    const folder = temporaryFolder(t);
    const { store, release } = await stalledStore(t, folder);
    for (let at = 0; at < 100; at += 1) {
      store.put(bytes(`k${at % 10}`), bytes(String(at)));
      store.append(bytes(`r${String(at).padStart(3, '0')}`), bytes('x'));
      if (at % 7 === 0) store.remove(bytes('k1'));
      await store.whenDurable();
    }
    const before = rangeText(store, 'k', 's');
    const crashed = temporaryFolder(t);
    cpSync(folder, crashed, { recursive: true });
    release();
    const again = await openStore(t, crashed);
    assert.equal(rangeText(again, 'k', 's'), before);
    assert.ok(before.includes('r099=x') && before.includes('k9=99'));
    again.put(bytes('k9'), bytes('new'));
    await again.close();
    const third = await openStore(t, crashed);
    assert.equal(text(third.read(bytes('k9'))), 'new');
  });

  it('is a sorted map to its readers, whatever lies in memory and whatever in the database', async (t) => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
    const step = fc.oneof(
      fc.record({ put: key, value: fc.string({ maxLength: 3 }) }),
      fc.record({ remove: key }),
      fc.record({ wait: fc.constantFrom('commit', 'reopening') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), key, key, async (steps, from, to) => {
        const folder = temporaryFolder(t);
        let store = await openStore(t, folder);
        const model = new Map<string, string>();
        for (const one of steps) {
          if ('put' in one) {
            store.put(bytes(one.put), bytes(one.value));
            model.set(one.put, one.value);
          } else if ('remove' in one) {
            store.remove(bytes(one.remove));
            model.delete(one.remove);
          } else if (one.wait === 'commit') await store.whenDurable();
          else {
            await store.close();
            store = await openStore(t, folder);
          }
        }
        await store.whenDurable();
        const expected = [...model]
          .filter(([name]) => name >= from && name < to)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => `${name}=${value}`);
        assert.equal(rangeText(store, from, to), expected.join(' '));
        assert.equal(rangeText(store, from, to, { reverse: true }), expected.reverse().join(' '));
        await store.close();
      }),
      cases(25),
    );
  });

  it('has the log on the disk before the database takes up a part of it, also when relaxed', async (t) => {
    const steps: string[] = [];
    class WatchedLog extends WriteAheadLog {
      override async sync(generation: number): Promise<void> {
        await super.sync(generation);
        steps.push(`log ${generation} synced`);
      }
    }
    const open = (folder: string): Promise<Store> =>
      openStore(
        t,
        folder,
        (database) =>
          instead(database, {
            batch: (writes) => {
              if (steps.at(-1) !== 'database') steps.push('database');
              return database.batch(writes);
            },
          }),
        new WatchedLog(folder, false),
      );
    const folder = temporaryFolder(t);
    const store = await open(folder);
    store.put(bytes('a'), bytes('1'));
    await store.whenDurable();
    const crashed = temporaryFolder(t);
    cpSync(folder, crashed, { recursive: true });
    await store.close();
    assert.deepEqual(steps.splice(0), ['log 1 synced', 'database']);
    await open(crashed);
    assert.deepEqual(steps, ['log 1 synced', 'database'], 'what a start takes up, too');
  });
});
