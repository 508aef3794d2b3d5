import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DamagedFolderError, openDynamoDb } from '../../../src/dynamodb/index.js';
import { checkLmdbFile } from '../../../src/dynamodb/storage/lmdb-file.js';
import { createTable, open, refusal, S, SCOPE, temporaryFolder } from './harness.js';

/** Of the databases that are made. */
const PAGE_SIZE = 8192;

/** Cuts pages off the end of a database as long as it can do without them. Returns the size that is refused. */
function cutWhileTaken(file: string): number {
  for (;;) {
    const size = statSync(file).size;
    const cut = (Math.ceil(size / PAGE_SIZE) - 1) * PAGE_SIZE;
    const end = readFileSync(file).subarray(cut);
    truncateSync(file, cut);
    try {
      checkLmdbFile(file, PAGE_SIZE);
    } catch (error) {
      assert.ok(error instanceof DamagedFolderError);
      appendFileSync(file, end);
      return cut;
    }
  }
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

  it('cannot have the name of a file', async (t) => {
    const path = join(temporaryFolder(t), 'file');
    writeFileSync(path, '');
    for (const name of [path, join(path, 'below')])
      await assert.rejects(openDynamoDb({ ...SCOPE, path: name }), (error: Error) => {
        assert.equal(error.name, 'DataFolderError');
        assert.match(error.message, /cannot be a data folder, because a file has that name/);
        return true;
      });
  });

  it('is refused where none can be made', { skip: process.platform !== 'linux' }, async () => {
    await assert.rejects(openDynamoDb({ ...SCOPE, path: '/proc/none/below' }), (error: Error) => {
      assert.equal(error.name, 'DataFolderError');
      assert.match(error.message, /cannot be made \(ENOENT.*see to its rights/);
      return true;
    });
  });

  it('is made with the folders above it', async (t) => {
    const path = join(temporaryFolder(t), 'a', 'b');
    await (await openDynamoDb({ ...SCOPE, path })).close();
    assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
  });

  it('is refused, not stumbled over, when its database was cut off', async (t) => {
    const path = temporaryFolder(t);
    const first = await openDynamoDb({ ...SCOPE, path });
    await createTable(first, 'rows');
    for (let count = 0; count < 100; count += 1)
      await first.putItem({
        TableName: 'rows',
        Item: { pk: S(`${count}`), text: S('x'.repeat(999)) },
      });
    await first.close();
    const file = join(path, 'tables.lmdb');
    const whole = statSync(file).size;
    // The very last pages may be free ones, which are no loss.
    for (const size of [Math.floor(whole / 2), 3 * PAGE_SIZE, 100, 30, 10]) {
      truncateSync(file, size);
      await assert.rejects(openDynamoDb({ ...SCOPE, path }), (error: Error) => {
        assert.equal(error.name, 'DamagedFolderError', error.message);
        assert.match(error.message, /restore the data folder from a copy/);
        return true;
      });
    }
  });

  it('is refused when its database points to pages that there are not', async (t) => {
    const path = temporaryFolder(t);
    const first = await openDynamoDb({ ...SCOPE, path });
    await createTable(first, 'rows');
    await first.close();
    const file = join(path, 'tables.lmdb');
    const bytes = readFileSync(file);
    const ROOT_OF_FREE_PAGES = 88;
    for (const meta of [0, PAGE_SIZE]) bytes.fill(0xff, meta + ROOT_OF_FREE_PAGES, meta + 92);
    writeFileSync(file, bytes);
    await assert.rejects(openDynamoDb({ ...SCOPE, path }), (error: Error) => {
      assert.equal(error.name, 'DamagedFolderError', error.message);
      return true;
    });
  });

  it('is refused when a folder has the name of its database', async (t) => {
    const path = temporaryFolder(t);
    mkdirSync(join(path, 'tables.lmdb'));
    await assert.rejects(
      openDynamoDb({ ...SCOPE, path }),
      /tables\.lmdb cannot be read \(it is not a file\)/,
    );
  });

  it('is taken as it is when only free pages are missing at the end of its database', async (t) => {
    const path = temporaryFolder(t);
    const write = async (count: number, text: string): Promise<void> => {
      const db = await openDynamoDb({ ...SCOPE, path });
      for (let at = 0; at < count; at += 1)
        await db.putItem({ TableName: 'rows', Item: { pk: S(`${at}`), text: S(text) } });
      await db.close();
    };
    const first = await openDynamoDb({ ...SCOPE, path });
    await createTable(first, 'rows');
    await first.close();
    await write(30, 'x'.repeat(50_000));
    for (let round = 0; round < 4; round += 1) await write(30, `round ${String(round)}`);
    const file = join(path, 'tables.lmdb');
    const before = statSync(file).size;
    const refused = cutWhileTaken(file);
    assert.ok(refused < before / 2, `${refused} of ${before}`);
    const db = await openDynamoDb({ ...SCOPE, path });
    const { Items } = await db.scan({ TableName: 'rows' });
    assert.equal(Items.filter(({ text }) => text?.S === 'round 3').length, 30);
    await db.close();
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
