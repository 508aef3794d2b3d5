import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDynamoDb, type DynamoDb } from '../../src/dynamodb/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { openState, type DynamoDbOperations, type State } from '../../src/state/index.js';

/** As a client of a remote table does: sends each write a second time, as if the first answer was lost. */
function repeatingWrites(db: DynamoDb): DynamoDbOperations {
  return {
    describeTable: (input) => db.describeTable(input),
    createTable: (input) => db.createTable(input),
    getItem: (input) => db.getItem(input),
    query: (input) => db.query(input),
    deleteItem: (input) => db.deleteItem(input),
    putItem: async (input) => {
      await db.putItem(input);
      return db.putItem(input);
    },
  };
}

describe('state over a client that repeats writes whose answers were lost', () => {
  let folder: string;
  let db: DynamoDb;
  let state: State;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freshet-lost-'));
    db = await openDynamoDb({ path: folder, region: 'us-east-1', accountId: '000000000000' });
    state = await openState({
      operations: repeatingWrites(db),
      secretKey: randomBytes(32),
      clock: systemClock,
    });
  });
  after(async () => {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('knows its own create from a name that is taken', async () => {
    assert.equal(await state.caches.create({ name: 'a', creationTime: 1 }), true);
    assert.equal(await state.caches.create({ name: 'a', creationTime: 2 }), false);
  });
  it('makes an update once', async () => {
    const heard: string[] = [];
    state.caches.onChange((name) => heard.push(name));
    const updated = await state.caches.update('a', (cache) => ({
      ...cache,
      creationTime: cache.creationTime + 10,
    }));
    assert.deepEqual(updated, { name: 'a', creationTime: 11 });
    assert.deepEqual(heard, ['a']);
  });
});
