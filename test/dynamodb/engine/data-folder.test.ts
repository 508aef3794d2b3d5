import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { openDynamoDb } from '../../../src/dynamodb/index.js';
import { createTable, open, refusal, S, SCOPE, temporaryFolder } from './harness.js';

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
