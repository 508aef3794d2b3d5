import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { silentLog } from '../../../src/lib/log.js';
import { openDynamoDb } from '../../../src/dynamodb/index.js';
import type { Database } from '../../../src/dynamodb/storage/database.js';
import { openLmdb } from '../../../src/dynamodb/storage/lmdb.js';
import { Store } from '../../../src/dynamodb/storage/store.js';
import { createTable, open, refusal, S, SCOPE, temporaryFolder } from './harness.js';

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (found: Buffer | undefined): string | undefined =>
  found?.toString('utf8', 0, found.length);

describe('the store', () => {
  it('shows readers what is committed and writers what they wrote', async (t) => {
    const store = new Store(openLmdb(temporaryFolder(t), 'strict'), silentLog);
    t.after(() => store.close());
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
    const store = new Store(openLmdb(temporaryFolder(t), 'strict'), silentLog);
    t.after(() => store.close());
    for (const key of 'abcde') store.put(bytes(key), bytes(key));
    await store.whenDurable();
    const range = (from: string, to: string, options: object): string =>
      [...store.entries({ start: bytes(from), end: bytes(to), ...options })]
        .map(({ key }) => key.toString())
        .join('');
    assert.equal(range('b', 'd', {}), 'bc');
    assert.equal(range('b', 'd', { reverse: true }), 'cb');
    assert.equal(range('b', 'e', { exclusiveStart: true }), 'cd');
    assert.equal(range('b', 'e', { exclusiveStart: true, reverse: true }), 'dc');
    assert.equal(range('aa', 'zz', { reverse: true }), 'edcb');
  });

  it('commits together what is written while a commit is under way', async (t) => {
    const database = openLmdb(temporaryFolder(t), 'strict');
    let commits = 0;
    const store = new Store(
      intercept(database, (writes) => {
        commits += 1;
        return database.batch(writes);
      }),
      silentLog,
    );
    t.after(() => store.close());
    const writer = async (at: number): Promise<void> => {
      for (let round = 0; round < 5; round += 1) {
        store.put(bytes(`k${at}-${round}`), bytes('x'));
        await store.whenDurable();
      }
    };
    await Promise.all(Array.from({ length: 40 }, (_, at) => writer(at)));
    assert.ok(commits < 20, `${commits} commits for 200 writes`);
  });

  it('refuses a failed commit and what was built on it, and goes on', async (t) => {
    const database = openLmdb(temporaryFolder(t), 'strict');
    let failing = true;
    const store = new Store(
      intercept(database, (writes) =>
        failing ? Promise.reject(new Error('disk full')) : database.batch(writes),
      ),
      silentLog,
    );
    t.after(() => store.close());
    let failures = 0;
    store.onCommit({
      before: () => undefined,
      after: () => undefined,
      failed: () => (failures += 1),
    });
    store.put(bytes('a'), bytes('1'));
    const first = refusal(store.whenDurable());
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await first).code, 'InternalServerError');
    assert.equal(failures, 1);
    assert.equal(store.readLatest(bytes('a')), undefined);
    failing = false;
    store.put(bytes('b'), bytes('2'));
    await store.whenDurable();
    assert.equal(text(store.read(bytes('b'))), '2');
  });
});

function intercept(database: Database, batch: (writes: () => void) => Promise<boolean>): Database {
  return new Proxy(database, {
    get(target, name) {
      if (name === 'batch') return batch;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

describe('a data folder', () => {
  it('is refused to a second opener while the first has it', async (t) => {
    const path = temporaryFolder(t);
    const first = await open(t, { path });
    await assert.rejects(
      openDynamoDb({ ...SCOPE, path }),
      /is already open in this process: close it first\./,
    );
    const door = new URL('../../../src/dynamodb/index.ts', import.meta.url).href;
    const program = `
      import { openDynamoDb } from ${JSON.stringify(door)};
      await openDynamoDb(${JSON.stringify({ ...SCOPE, path })}).then(
        (db) => db.close().then(() => console.log('opened')),
        (error) => console.log(error.message),
      );`;
    const other = (): string =>
      spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        encoding: 'utf8',
      }).stdout.trim();
    assert.equal(
      other(),
      `The data folder ${path} is in use by process ${process.pid}: stop that process, or choose another folder.`,
    );
    await createTable(first, 'still-works');
    await first.close();
    assert.equal(other(), 'opened');
  });

  it('takes no more requests once it is being closed, and keeps what it took', async (t) => {
    const path = temporaryFolder(t);
    const db = await open(t, { path });
    await createTable(db, 'rows');
    const writes = Array.from({ length: 50 }, (_, at) =>
      db.putItem({ TableName: 'rows', Item: { pk: S(`k${at}`) } }),
    );
    const closed = db.close();
    const late = await refusal(db.putItem({ TableName: 'rows', Item: { pk: S('late') } }));
    assert.equal(late.status, 500);
    await Promise.all(writes);
    await closed;
    const again = await open(t, { path });
    assert.equal((await again.scan({ TableName: 'rows' })).Count, 50);
  });

  it('keeps all in relaxed mode too', async (t) => {
    const path = temporaryFolder(t);
    const db = await open(t, { path, durability: 'relaxed' });
    await createTable(db, 'rows');
    await db.putItem({ TableName: 'rows', Item: { pk: S('a') } });
    await db.close();
    const again = await open(t, { path });
    assert.equal((await again.scan({ TableName: 'rows' })).Count, 1);
  });
});
