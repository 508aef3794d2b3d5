import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Clock } from '../../../src/lib/clock.js';
import { closeEngine, openEngine, type OpenEngine } from '../../../src/dynamodb/open-engine.js';
import {
  run,
  STREAM_OPERATIONS,
  TABLE_OPERATIONS,
} from '../../../src/dynamodb/operations/index.js';
import { expiryPrefix, successor } from '../../../src/dynamodb/storage/keyspace.js';
import { N, refusal, S, SCOPE, temporaryFolder, TestClock } from './harness.js';

/** An engine whose background work is done only when asked for. */
async function openStill(t: TestContext, clock: Clock): Promise<OpenEngine> {
  const opened = await openEngine({ ...SCOPE, path: temporaryFolder(t), clock, streamShards: 1 });
  t.after(() => closeEngine(opened));
  return opened;
}

async function call<T = object>(
  { engine }: OpenEngine,
  operation: string,
  input: object,
): Promise<T> {
  const found = TABLE_OPERATIONS.get(operation) ?? STREAM_OPERATIONS.get(operation);
  return JSON.parse(String(await run(found!, engine, input))) as T;
}

const TABLE = {
  TableName: 'rows',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

const expiry = (Enabled: boolean): object => ({
  TableName: 'rows',
  TimeToLiveSpecification: { AttributeName: 'until', Enabled },
});

describe('time to live', () => {
  it('deletes what has expired, says so in the stream, and leaves the rest', async (t) => {
    const clock = new TestClock();
    const db = await openStill(t, clock);
    const now = clock.now() / 1000;
    await call(db, 'CreateTable', TABLE);
    const put = (pk: string, until: object): Promise<unknown> =>
      call(db, 'PutItem', { TableName: 'rows', Item: { pk: S(pk), until } });
    await put('before TTL', N(now + 10));
    await call(db, 'UpdateTimeToLive', expiry(true));
    await db.background.idle();
    await put('soon', N(now + 10));
    await put('later', N(now + 1000));
    await put('text', S(String(now)));
    await put('six years ago', N(now - 6 * 366 * 86_400));
    await put('put off', N(now + 10));
    await put('put off', N(now + 1000));
    clock.advance(11_000);
    await db.background.expireItems();
    const { Items } = await call<{ Items: { pk: { S: string } }[] }>(db, 'Scan', {
      TableName: 'rows',
    });
    assert.deepEqual(Items.map(({ pk }) => pk.S).sort(), [
      'later',
      'put off',
      'six years ago',
      'text',
    ]);
    const stream = db.engine.streams.all()[0]!;
    const records = db.engine.streams
      .read(stream.arn, stream.definition.shards[0]!.shardId, { type: 'TRIM_HORIZON' }, 100)
      .records.filter(({ eventName }) => eventName === 'REMOVE');
    assert.deepEqual(records.map(({ Keys }) => Keys.pk!.S).sort(), ['before TTL', 'soon']);
    for (const { userIdentity } of records)
      assert.deepEqual(userIdentity, {
        type: 'Service',
        principalId: 'dynamodb.amazonaws.com',
      });
  });

  it('forgets when it is switched off', async (t) => {
    const clock = new TestClock();
    const db = await openStill(t, clock);
    await call(db, 'CreateTable', TABLE);
    await call(db, 'UpdateTimeToLive', expiry(true));
    const until = N(clock.now() / 1000 + 10);
    await call(db, 'PutItem', { TableName: 'rows', Item: { pk: S('a'), until } });
    await call(db, 'UpdateTimeToLive', expiry(false));
    await db.background.idle();
    clock.advance(11_000);
    await db.background.expireItems();
    assert.equal((await call<{ Count: number }>(db, 'Scan', { TableName: 'rows' })).Count, 1);
    const off = await call(db, 'DescribeTimeToLive', { TableName: 'rows' });
    assert.deepEqual(off, { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
  });

  it('finds all items again when it is switched off and on while it still looks for them', async (t) => {
    const clock = new TestClock();
    const db = await openStill(t, clock);
    await call(db, 'CreateTable', TABLE);
    const until = N(clock.now() / 1000 + 10);
    const put = (pk: number): Promise<unknown> =>
      call(db, 'PutItem', { TableName: 'rows', Item: { pk: S(String(pk)), until } });
    await Promise.all(Array.from({ length: 500 }, (_, pk) => put(pk)));

    const { store, catalog } = db.engine;
    const { id } = catalog.get('rows');
    const noted = (): number =>
      store.keys(expiryPrefix(id), successor(expiryPrefix(id)), Infinity).length;
    const whenDurable = store.whenDurable.bind(store);
    let again: Promise<unknown> | undefined;
    store.whenDurable = async () => {
      await whenDurable();
      if (again || noted() === 0) return;
      // The first items are noted, the others are still to come.
      again = Promise.all([
        call(db, 'UpdateTimeToLive', expiry(false)),
        call(db, 'UpdateTimeToLive', expiry(true)),
      ]);
      for (let step = 0; step < 50; step += 1) await Promise.resolve(); // both are taken up
    };
    await call(db, 'UpdateTimeToLive', expiry(true));
    await db.background.idle();
    assert.ok(again);
    await again;
    await db.background.idle();
    assert.equal(noted(), 500);
  });
});

describe('retention of streams', () => {
  it('removes records after 24 hours and says that they are gone', async (t) => {
    const clock = new TestClock();
    const db = await openStill(t, clock);
    await call(db, 'CreateTable', TABLE);
    const put = (pk: string): Promise<unknown> =>
      call(db, 'PutItem', { TableName: 'rows', Item: { pk: S(pk) } });
    await put('old');
    await put('older than the next');
    clock.advance(23 * 3_600_000);
    await put('new');
    const { streams } = db.engine;
    const { arn, definition } = streams.all()[0]!;
    const { shardId } = definition.shards[0]!;
    const [old] = streams.read(arn, shardId, { type: 'TRIM_HORIZON' }, 1).records;
    clock.advance(2 * 3_600_000);
    await db.background.trimStreams();
    const { records } = streams.read(arn, shardId, { type: 'TRIM_HORIZON' }, 10);
    assert.deepEqual(
      records.map(({ Keys }) => Keys.pk),
      [S('new')],
    );
    const trimmed = await refusal(
      call(db, 'GetShardIterator', {
        StreamArn: arn,
        ShardId: shardId,
        ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
        SequenceNumber: old!.SequenceNumber,
      }),
    );
    assert.equal(trimmed.code, 'TrimmedDataAccessException');
  });

  it('forgets a stream that was off for 24 hours', async (t) => {
    const clock = new TestClock();
    const db = await openStill(t, clock);
    await call(db, 'CreateTable', TABLE);
    await call(db, 'PutItem', { TableName: 'rows', Item: { pk: S('a') } });
    await call(db, 'DeleteTable', { TableName: 'rows' });
    clock.advance(24 * 3_600_000 - 1);
    await db.background.trimStreams();
    assert.equal(db.engine.streams.all().length, 1);
    clock.advance(2);
    await db.background.trimStreams();
    assert.equal(db.engine.streams.all().length, 0);
  });
});

describe('deleted tables', () => {
  it('leave nothing in the folder', async (t) => {
    const db = await openStill(t, new TestClock());
    await call(db, 'CreateTable', { ...TABLE, StreamSpecification: { StreamEnabled: false } });
    for (let at = 0; at < 450; at += 1)
      void call(db, 'PutItem', { TableName: 'rows', Item: { pk: S(`k${at}`) } });
    await call(db, 'DeleteTable', { TableName: 'rows' });
    await db.background.idle();
    const { store, catalog } = db.engine;
    assert.deepEqual(catalog.purges(), []);
    const items = [...store.keys(Buffer.of(0x10), Buffer.of(0x13), 1000)];
    assert.equal(items.length, 0);
  });
});
