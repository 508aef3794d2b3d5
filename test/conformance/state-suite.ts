import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../src/lib/clock.js';
import {
  openState,
  type CacheResource,
  type DeadLetter,
  type DynamoDbOperations,
  type State,
} from '../../src/state/index.js';

export interface Backend {
  operations: DynamoDbOperations;
  close(): Promise<void>;
}

const cache = (name: string, creationTime = 1): CacheResource => ({ name, creationTime });

const letter = (id: string, record: unknown = { eventID: id }): DeadLetter => ({
  pipeName: 'users',
  id,
  condition: 'RetryAttemptsExhausted',
  reason: '503',
  attempts: 3,
  failedAt: 1_700_000_000_000,
  shardId: 'shard-1',
  record,
});

/** What `State` promises, on whatever fits the operations. Each run gets a backend of its own. */
export function runStateSuite(name: string, makeBackend: () => Promise<Backend>): void {
  describe(`state on ${name}`, () => {
    let backend: Backend;
    let state: State;
    let tables = 0;

    const open = (tableName: string): Promise<State> =>
      openState({
        operations: backend.operations,
        tableName,
        secretKey: randomBytes(32),
        clock: systemClock,
      });
    const openEmpty = (): Promise<State> => open(`state-${(tables += 1)}`);

    before(async () => {
      backend = await makeBackend();
      state = await openEmpty();
    });
    after(() => backend.close());

    describe('the table', () => {
      it('is made once and found again with what it holds', async () => {
        const first = await open('kept');
        await first.settings.set('a', 'b');
        assert.equal(await (await open('kept')).settings.get('a'), 'b');
      });
      it('is made once by several that open it at the same time', async () => {
        const [one, two] = await Promise.all([open('together'), open('together')]);
        await one.settings.set('a', 'b');
        assert.equal(await two.settings.get('a'), 'b');
      });
      it('is refused when it is another table', async () => {
        await backend.operations.createTable({
          TableName: 'users',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        });
        await assert.rejects(open('users'), /'users' is not a state table.*another name/);
      });
    });

    describe('a collection', () => {
      it('gives back what was created, and nothing for a name that is not there', async () => {
        assert.equal(await state.caches.create(cache('ü-1', 7)), true);
        assert.deepEqual(await state.caches.get('ü-1'), cache('ü-1', 7));
        for (const missing of ['none', '', 'x'.repeat(2000)])
          assert.equal(await state.caches.get(missing), undefined);
      });
      it('refuses a name that is taken and leaves the owner as it is', async () => {
        await state.caches.create(cache('taken', 1));
        assert.equal(await state.caches.create(cache('taken', 2)), false);
        assert.deepEqual(await state.caches.get('taken'), cache('taken', 1));
      });
      it('lets one of many creators of a name win', async () => {
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, n) => state.caches.create(cache('race', n))),
        );
        assert.equal(results.filter(Boolean).length, 1);
      });
      it('hands out copies', async () => {
        await state.caches.create(cache('copy', 1));
        const one = await state.caches.get('copy');
        one!.creationTime = 99;
        const seen = await state.caches.update('copy', (stored) => {
          stored.creationTime = 98;
          return undefined;
        });
        assert.deepEqual(seen, cache('copy', 1));
        assert.deepEqual(await state.caches.get('copy'), cache('copy', 1));
      });
      it('changes a resource and tells what is stored then', async () => {
        await state.caches.create(cache('change', 1));
        assert.deepEqual(await state.caches.update('change', () => cache('change', 2)), {
          name: 'change',
          creationTime: 2,
        });
        assert.equal(await state.caches.update('none', (stored) => stored), undefined);
      });
      it('loses no change of writers that meet', async () => {
        await state.caches.create(cache('counter', 0));
        const other = await open('state-1');
        await Promise.all(
          Array.from({ length: 40 }, (_, n) =>
            (n % 2 === 0 ? state : other).caches.update('counter', (stored) => ({
              ...stored,
              creationTime: stored.creationTime + 1,
            })),
          ),
        );
        assert.equal((await state.caches.get('counter'))!.creationTime, 40);
      });
      it('does not write over a resource that was deleted and made anew meanwhile', async () => {
        await state.caches.create(cache('again', 1));
        const other = await open('state-1');
        let tries = 0;
        const seen: number[] = [];
        const remade: Promise<unknown>[] = [];
        await state.caches.update('again', (stored) => {
          seen.push(stored.creationTime);
          if ((tries += 1) === 1)
            remade.push(
              other.caches.delete('again').then(() => other.caches.create(cache('again', 100))),
            );
          return { ...stored, creationTime: stored.creationTime + 1 };
        });
        await Promise.all(remade);
        const stored = (await state.caches.get('again'))!.creationTime;
        // Either the update came first and its result was deleted, or it was repeated on the new one.
        assert.ok(stored === 100 || (stored === 101 && seen.includes(100)), String(stored));
      });
      it('passes on what the change throws, and writes nothing', async () => {
        await state.caches.create(cache('throws', 1));
        await assert.rejects(
          state.caches.update('throws', () => {
            throw new Error('no');
          }),
          /^Error: no$/,
        );
        assert.deepEqual(await state.caches.get('throws'), cache('throws', 1));
      });
      it('deletes, and says whether there was something to delete', async () => {
        await state.caches.create(cache('gone'));
        assert.equal(await state.caches.delete('gone'), true);
        assert.equal(await state.caches.delete('gone'), false);
        assert.equal(await state.caches.delete(''), false);
        assert.equal(await state.caches.get('gone'), undefined);
      });
      it('keeps kinds apart', async () => {
        await state.caches.create(cache('same'));
        assert.equal(await state.pipes.get('same'), undefined);
        assert.deepEqual(await state.connections.list(), []);
      });
      it('tells its listeners of each change that was made, until they end it', async () => {
        const heard: string[] = [];
        const end = state.caches.onChange((changed) => heard.push(changed));
        await state.caches.create(cache('heard'));
        await state.caches.create(cache('heard'));
        await state.caches.update('heard', () => undefined);
        await state.caches.update('heard', (stored) => stored);
        await state.caches.delete('heard');
        await state.caches.delete('heard');
        end();
        await state.caches.create(cache('unheard'));
        assert.deepEqual(heard, ['heard', 'heard', 'heard']);
      });
    });

    describe('a listing', () => {
      const names = ['a', 'a-1', 'a-2', 'a.b', 'b', 'b_1'];
      let listed: State;
      const list = async (options?: Parameters<State['caches']['list']>[0]): Promise<string[]> =>
        (await listed.caches.list(options)).map((found) => found.name);

      before(async () => {
        listed = await openEmpty();
        for (const found of [...names].reverse()) await listed.caches.create(cache(found));
      });

      it('is by name', async () => assert.deepEqual(await list(), names));
      it('takes a prefix', async () => {
        assert.deepEqual(await list({ prefix: 'a-' }), ['a-1', 'a-2']);
        assert.deepEqual(await list({ prefix: '' }), names);
        assert.deepEqual(await list({ prefix: 'c' }), []);
      });
      it('goes on behind a name, there or not', async () => {
        assert.deepEqual(await list({ after: 'a-2' }), ['a.b', 'b', 'b_1']);
        assert.deepEqual(await list({ after: 'a-3' }), ['a.b', 'b', 'b_1']);
        assert.deepEqual(await list({ after: '' }), names);
        assert.deepEqual(await list({ after: 'z' }), []);
      });
      it('takes both, wherever the name stands to the prefix', async () => {
        assert.deepEqual(await list({ prefix: 'a-', after: 'a-1' }), ['a-2']);
        assert.deepEqual(await list({ prefix: 'b', after: 'a' }), ['b', 'b_1']);
        assert.deepEqual(await list({ prefix: 'a', after: 'b' }), []);
      });
      it('stops at its limit', async () => {
        assert.deepEqual(await list({ limit: 2 }), ['a', 'a-1']);
        assert.deepEqual(await list({ limit: 2, after: 'a-1' }), ['a-2', 'a.b']);
        assert.deepEqual(await list({ limit: 100 }), names);
      });
      it('is whole though it is larger than a page of a query (1 MB)', async () => {
        const large = await openEmpty();
        const description = 'x'.repeat(100_000);
        const expected = Array.from({ length: 25 }, (_, n) => `n${String(n).padStart(2, '0')}`);
        for (const found of expected)
          await large.caches.create({ ...cache(found), description } as CacheResource);
        assert.deepEqual(
          (await large.caches.list()).map((found) => found.name),
          expected,
        );
        assert.equal((await large.caches.list({ limit: 20 })).length, 20);
      });
    });

    describe('checkpoints', () => {
      const list = async (owner: string): Promise<object> =>
        Object.fromEntries(await state.checkpoints.list(owner));

      it('are kept by owner and shard', async () => {
        const checkpoint = { sequenceNumber: '100', leaseCounter: 1 };
        assert.deepEqual(await list('p1'), {});
        assert.equal(await state.checkpoints.save('p1', 's1', checkpoint), true);
        assert.equal(await state.checkpoints.save('p1', 's2', checkpoint), true);
        assert.deepEqual(await list('p1'), { s1: checkpoint, s2: checkpoint });
        assert.deepEqual(await list('p2'), {});
      });
      it('may be without a record', async () => {
        const checkpoint = { sequenceNumber: undefined, leaseCounter: 0 };
        await state.checkpoints.save('empty', 's1', checkpoint);
        assert.deepEqual(await list('empty'), { s1: checkpoint });
      });
      it('are refused from an owner whose lease another has taken', async () => {
        const save = (sequenceNumber: string, leaseCounter: number): Promise<boolean> =>
          state.checkpoints.save('leased', 's1', { sequenceNumber, leaseCounter });
        assert.equal(await save('1', 9), true);
        assert.equal(await save('2', 9), true);
        assert.equal(await save('3', 10), true);
        assert.equal(await save('4', 9), false);
        assert.equal(await state.checkpoints.delete('leased', 's1', 9), false);
        assert.deepEqual(await list('leased'), { s1: { sequenceNumber: '3', leaseCounter: 10 } });
      });
      it('are deleted one by one', async () => {
        const checkpoint = { sequenceNumber: '1', leaseCounter: 1 };
        for (const shard of ['s1', 's2']) await state.checkpoints.save('few', shard, checkpoint);
        assert.equal(await state.checkpoints.delete('few', 's1', 1), true);
        assert.equal(await state.checkpoints.delete('few', 's1', 1), true, 'there is none');
        assert.deepEqual(await list('few'), { s2: checkpoint });
      });
      it('are deleted by owner', async () => {
        const checkpoint = { sequenceNumber: '1', leaseCounter: 1 };
        for (const shard of ['s1', 's2']) await state.checkpoints.save('old', shard, checkpoint);
        await state.checkpoints.save('older', 's1', checkpoint);
        await state.checkpoints.deleteAll('old');
        await state.checkpoints.deleteAll('none');
        assert.deepEqual(await list('old'), {});
        assert.deepEqual(await list('older'), { s1: checkpoint });
      });
    });

    describe('dead letters', () => {
      it('are listed oldest first, in pages, by pipe', async () => {
        for (const id of ['2-b', '1-a', '3-c']) await state.deadLetters.add(letter(id));
        await state.deadLetters.add({ ...letter('1-a'), pipeName: 'users2' });
        const ids = async (options?: { after?: string; limit?: number }): Promise<string[]> =>
          (await state.deadLetters.list('users', options)).map(({ id }) => id);
        assert.deepEqual(await ids(), ['1-a', '2-b', '3-c']);
        assert.deepEqual(await ids({ limit: 2 }), ['1-a', '2-b']);
        assert.deepEqual(await ids({ after: '2-b' }), ['3-c']);
        assert.deepEqual(await state.deadLetters.list('none'), []);
      });
      it('are given back whole and deleted', async () => {
        const full: DeadLetter = {
          ...letter('4-d'),
          request: { method: 'PUT', url: 'https://example.com/a' },
          response: { status: 503, body: 'ばか' },
        };
        await state.deadLetters.add(full);
        assert.deepEqual(await state.deadLetters.get('users', '4-d'), full);
        await state.deadLetters.delete('users', '4-d');
        await state.deadLetters.delete('users', '4-d');
        assert.equal(await state.deadLetters.get('users', '4-d'), undefined);
      });
      it('are a page of 100 when nothing is said', async () => {
        for (let n = 0; n < 101; n += 1)
          await state.deadLetters.add({ ...letter(String(n)), pipeName: 'many' });
        assert.equal((await state.deadLetters.list('many')).length, 100);
        assert.equal((await state.deadLetters.list('many', { limit: 200 })).length, 101);
      });
      for (const [what, image] of [
        ['of ASCII', 'x'.repeat(399_000)],
        ['of three-byte characters', '田'.repeat(399_000)],
        ['of surrogate pairs at every boundary', `a${'😀'.repeat(200_000)}`],
        ['that JSON must escape', '\u0001"\\\ud800'.repeat(50_000)],
      ] as const)
        it(`keep records ${what} far larger than an item`, async () => {
          const large = letter('9-z', {
            NewImage: { a: { S: image } },
            OldImage: { a: { S: image } },
          });
          await state.deadLetters.add(large);
          await state.deadLetters.add(large);
          assert.deepEqual(await state.deadLetters.get('users', '9-z'), large);
          const listed = await state.deadLetters.list('users', { after: '9' });
          assert.deepEqual(listed, [large]);
          await state.deadLetters.delete('users', '9-z');
          assert.equal(await state.deadLetters.get('users', '9-z'), undefined);
          assert.deepEqual(await state.deadLetters.list('users', { after: '9' }), []);
        });
    });

    it('keeps settings', async () => {
      assert.equal(await state.settings.get('missing'), undefined);
      await state.settings.set('key', 'one');
      await state.settings.set('key', 'two');
      await state.settings.set('empty', '');
      assert.equal(await state.settings.get('key'), 'two');
      assert.equal(await state.settings.get('empty'), '');
    });
  });
}
