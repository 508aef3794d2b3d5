import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDynamoDb } from '../../src/dynamodb/index.js';
import { openLmdb } from '../../src/dynamodb/storage/lmdb.js';
import { countersKey } from '../../src/dynamodb/storage/keyspace.js';

const COMMAND = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', 'dist', 'cli', 'main.js'],
);

function check(...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'check', ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

describe('freshet check', () => {
  const data = mkdtempSync(join(tmpdir(), 'freshet-check-'));
  after(() => rmSync(data, { recursive: true, force: true }));
  const path = join(data, 'tables');
  const scope = { region: 'us-east-1', accountId: '000000000000' };

  it('says where to look when there is nothing to check', () => {
    const { status, err } = check(join(data, 'nowhere'));
    assert.equal(status, 1);
    assert.match(err, /There is no folder .*nowhere: name the one that was given to --data\./);
    mkdirSync(join(data, 'empty'));
    assert.match(check(join(data, 'empty')).err, /There are no tables in /);
    writeFileSync(join(data, 'file'), '');
    assert.match(check(join(data, 'file')).err, /There is no folder .*file: name the one/);
  });

  it('refuses a folder that is in use, then finds it well, then finds what was damaged', async () => {
    const db = await openDynamoDb({ ...scope, path });
    await db.createTable({
      TableName: 'user',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await db.putItem({ TableName: 'user', Item: { id: { S: '001' } } });
    const inUse = check(data);
    assert.equal(inUse.status, 1);
    assert.match(inUse.err, /is in use by process \d+: stop that process/);
    await db.close();

    const well = check(data);
    assert.equal(well.status, 0, well.err);
    assert.match(well.out, /1 table, 1 item, 0 index entries, 0 stream records: all is well/);

    const database = openLmdb(path);
    database.transactionSync(() => database.removeSync(countersKey(1)));
    await database.close();
    const damaged = check(data);
    assert.equal(damaged.status, 1);
    assert.match(damaged.out, /table user: the sum of items says 0, there are 1\n/);
    assert.match(damaged.out, /: 2 findings\n$/);
    const [document] = JSON.parse(check(data, '--json').out) as { findings: number }[];
    assert.equal(document?.findings, 2);
  });
});
