import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openDynamoDb, type DynamoDb, type DynamoDbOptions } from '../../../src/dynamodb/index.js';
import { closeEngine, openEngine } from '../../../src/dynamodb/open-engine.js';
import { streamKey } from '../../../src/dynamodb/storage/keyspace.js';
import {
  createTable,
  N,
  open,
  recordsOf,
  S,
  SCOPE,
  streamArnOf,
  streams,
  temporaryFolder,
  TestClock,
  type TableOptions,
} from './harness.js';
import { describe as describeStream, LineageConsumer, shardsOf } from './lineage-consumer.js';

const HOUR_MS = 3_600_000;

/** Tables with one stream; nothing happens in the background before it is asked for. */
async function openTable(
  t: TestContext,
  options: Partial<DynamoDbOptions> = {},
): Promise<{ db: DynamoDb; arn: string }> {
  const db = await open(t, options);
  await createTable(db, 'users', { stream: 'NEW_AND_OLD_IMAGES' });
  return { db, arn: await streamArnOf(db, 'users') };
}

/** Writes versions from `from` up to, not including, `to`, of each of `items` items, all at once. */
async function write(db: DynamoDb, items: number, from: number, to: number): Promise<void> {
  for (let version = from; version < to; version += 1)
    await Promise.all(
      Array.from({ length: items }, (_, at) =>
        db.putItem({ TableName: 'users', Item: { pk: S(`i${at}`), v: N(version) } }),
      ),
    );
}

/** The versions of each item in the order of the records. */
function versionsOf(
  records: readonly { dynamodb: { Keys: object; NewImage?: object } }[],
): Map<string, number[]> {
  const versions = new Map<string, number[]>();
  for (const { dynamodb } of records) {
    const { pk } = dynamodb.Keys as { pk: { S: string } };
    const { v } = dynamodb.NewImage as { v: { N: string } };
    versions.set(pk.S, [...(versions.get(pk.S) ?? []), Number(v.N)]);
  }
  return versions;
}

function assertComplete(consumer: LineageConsumer, items: number, versions: number): void {
  const expected = Array.from({ length: versions }, (_, version) => version);
  const seen = versionsOf(consumer.records);
  assert.equal(seen.size, items);
  for (const [item, found] of seen) assert.deepEqual(found, expected, item);
}

describe('the shards of a stream', () => {
  it('are as many as the service gives a table partitions', async (t) => {
    const db = await open(t);
    const provisioned = (ReadCapacityUnits: number, WriteCapacityUnits: number): TableOptions => ({
      stream: 'KEYS_ONLY',
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
    });
    await createTable(db, 'on-demand', { stream: 'KEYS_ONLY' });
    await createTable(db, 'small', provisioned(1, 1));
    await createTable(db, 'large', provisioned(1000, 2500));
    const count = async (table: string): Promise<number> =>
      (await shardsOf(db, await streamArnOf(db, table))).length;
    assert.deepEqual(
      [await count('on-demand'), await count('small'), await count('large')],
      [4, 1, 3],
    );
  });

  it('are as many as the option says', async (t) => {
    const { db, arn } = await openTable(t, { streamShards: 7 });
    assert.equal((await shardsOf(db, arn)).length, 7);
    await assert.rejects(openDynamoDb({ ...SCOPE, path: temporaryFolder(t), streamShards: 129 }), {
      message: 'streamShards is 129: give a whole number from 1 to 128.',
    });
  });

  it('have all changes of an item in one of them', async (t) => {
    const { db, arn } = await openTable(t);
    await write(db, 100, 0, 3);
    const shardOf = new Map<string, string>();
    const used = new Set<string>();
    for (const { shardId } of db.streamLog.describe(arn).shards) {
      const { records } = db.streamLog.read(arn, shardId, { type: 'TRIM_HORIZON' }, 1000);
      if (records.length > 10) used.add(shardId);
      for (const { Keys } of records) {
        const item = Keys.pk!.S!;
        assert.equal(shardOf.get(item) ?? shardId, shardId);
        shardOf.set(item, shardId);
      }
    }
    assert.equal(used.size, 4, 'the items are spread over all');
    assert.equal(shardOf.size, 100);
  });
});

describe('the rotation of shards', () => {
  it('by records: a consumer that follows the lineage gets every change once, in item order', async (t) => {
    const { db, arn } = await openTable(t, { shardMaxRecords: 50 });
    const consumer = new LineageConsumer(db, arn, 20);
    let version = 0;
    while (version < 25) {
      const writing = write(db, 40, version, (version += 1));
      await consumer.drain();
      await writing;
    }
    await consumer.drain();
    assertComplete(consumer, 40, 25);
    const shards = await shardsOf(db, arn);
    assert.ok(shards.length > 20, `${shards.length} shards`);
    assert.equal(consumer.records.length, 1000);
    assert.equal(new Set(consumer.records.map(({ eventID }) => eventID)).size, 1000);
  });

  it('gives a closed shard an end, and a child that begins behind it', async (t) => {
    const { db, arn } = await openTable(t, { streamShards: 1, shardMaxRecords: 2 });
    await write(db, 1, 0, 3);
    const [parent, child, ...others] = await shardsOf(db, arn);
    assert.deepEqual(others, []);
    assert.equal(parent!.ParentShardId, undefined);
    assert.equal(child!.ParentShardId, parent!.ShardId);
    assert.ok(child!.ShardId > parent!.ShardId);
    const { EndingSequenceNumber } = parent!.SequenceNumberRange;
    assert.ok(EndingSequenceNumber! >= parent!.SequenceNumberRange.StartingSequenceNumber);
    assert.ok(EndingSequenceNumber! < child!.SequenceNumberRange.StartingSequenceNumber);
    assert.equal(child!.SequenceNumberRange.EndingSequenceNumber, undefined);
    const records = await recordsOf(db, 'users');
    assert.equal(records[1]!.SequenceNumber, EndingSequenceNumber);
    assert.ok(
      records[2]!.SequenceNumber > child!.SequenceNumberRange.StartingSequenceNumber,
      'where it begins lies before its first record',
    );
  });

  it('splits shards until there are as many as wanted', async (t) => {
    const path = temporaryFolder(t);
    const before = await openTable(t, { path, streamShards: 1 });
    await write(before.db, 40, 0, 5);
    await before.db.close();
    const db = await open(t, { path, streamShards: 5, shardMaxRecords: 50 });
    await write(db, 40, 5, 30);
    const shards = await shardsOf(db, before.arn);
    const open5 = shards.filter(
      ({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber === undefined,
    );
    assert.equal(open5.length, 5);
    const consumer = new LineageConsumer(db, before.arn);
    await consumer.drain();
    assertComplete(consumer, 40, 30);
  });

  it('counts on after a restart', async (t) => {
    const path = temporaryFolder(t);
    const options = { path, streamShards: 1, shardMaxRecords: 10 };
    const { db, arn } = await openTable(t, options);
    await write(db, 1, 0, 9);
    await db.close();
    const again = await open(t, options);
    assert.equal((await shardsOf(again, arn)).length, 1);
    await write(again, 1, 9, 10);
    const shards = await shardsOf(again, arn);
    assert.equal(shards.length, 2);
    await again.close();
    assert.deepEqual(await shardsOf(await open(t, options), arn), shards);
  });

  it('tells readers in the process of the end of a shard, in the commit of its last record', async (t) => {
    const { db, arn } = await openTable(t, { streamShards: 1, shardMaxRecords: 1 });
    const { shardId } = db.streamLog.describe(arn).shards[0]!;
    const told = new Promise<ReadonlySet<string>>((resolve) => {
      const end = db.streamLog.subscribe(arn, (shardIds) => {
        const { shards } = db.streamLog.describe(arn);
        assert.deepEqual(
          shards.map(({ closed }) => closed),
          [true, false],
        );
        const { records, next } = db.streamLog.read(arn, shardId, { type: 'TRIM_HORIZON' }, 9);
        assert.deepEqual([records.length, next], [1, undefined]);
        end();
        resolve(shardIds);
      });
    });
    await write(db, 1, 0, 1);
    assert.deepEqual([...(await told)], [shardId]);
  });

  it('closes shards after four hours, empty ones too', async (t) => {
    const clock = new TestClock();
    const opened = await openEngine({ ...SCOPE, path: temporaryFolder(t), clock, streamShards: 2 });
    t.after(() => closeEngine(opened));
    const { streams: all, catalog } = opened.engine;
    const definition = { name: 'users', keySchema: [] } as unknown as Parameters<
      typeof all.open
    >[0];
    const stream = all.open(definition, 'KEYS_ONLY');
    assert.equal(catalog.lastSequence, 2);
    clock.advance(4 * HOUR_MS - 1);
    await opened.background.rotateStreams();
    assert.equal(all.shardsOf(stream).length, 2);
    clock.advance(1);
    await opened.background.rotateStreams();
    const shards = all.shardsOf(stream);
    assert.deepEqual(
      shards.map((shard) => all.isClosed(shard)),
      [true, true, false, false],
    );
    assert.deepEqual(
      shards
        .slice(2)
        .map(({ parentShardId, fromHash, toHash }) => [parentShardId, fromHash, toHash]),
      shards.slice(0, 2).map(({ shardId, fromHash, toHash }) => [shardId, fromHash, toHash]),
    );
  });

  it('is not seen before it is durable', async (t) => {
    const { db, arn } = await openTable(t, { streamShards: 1, shardMaxRecords: 3 });
    await write(db, 1, 0, 2);
    const shards = await shardsOf(db, arn);
    assert.equal(shards.length, 1);
    const put = db.putItem({ TableName: 'users', Item: { pk: S('i0'), v: N(2) } });
    assert.deepEqual(await shardsOf(db, arn), shards, 'not seen before it is durable');
    await put;
    assert.equal((await shardsOf(db, arn)).length, 2);
  });
});

describe('shards that were closed a day ago', () => {
  it('are not described any more; their children are read from the beginning', async (t) => {
    const clock = new TestClock();
    const opened = await openEngine({
      ...SCOPE,
      path: temporaryFolder(t),
      clock,
      streamShards: 1,
      shardMaxAgeMs: HOUR_MS,
    });
    t.after(() => closeEngine(opened));
    const { streams: all } = opened.engine;
    const definition = { name: 'users', keySchema: [] } as unknown as Parameters<
      typeof all.open
    >[0];
    const stream = all.open(definition, 'KEYS_ONLY');
    const append = (): void =>
      all.append(stream, 1, {
        writtenAt: clock.now(),
        keysText: '{}',
        keysSize: 2,
        newImage: undefined,
        oldImage: undefined,
        byTimeToLive: false,
      });
    for (let hour = 0; hour < 30; hour += 1) {
      append();
      clock.advance(HOUR_MS);
      await opened.background.rotateStreams();
      await opened.background.trimStreams();
      await opened.engine.store.whenDurable();
    }
    const shards = all.shardsOf(stream);
    // One for each hour of the day that is kept, and the open one.
    assert.equal(shards.length, 26);
    assert.equal(new Set(shards.map(({ index }) => index)).size, 26);
    assert.ok(
      shards.every(({ index }) => index < 28),
      'their places are used again',
    );
    assert.ok(!shards.some(({ shardId }) => shardId === shards[0]!.parentShardId));
    const counts = shards.map(
      ({ shardId }) => all.read(stream.arn, shardId, { type: 'TRIM_HORIZON' }, 10).records.length,
    );
    assert.deepEqual(counts.slice(1, -1), Array<number>(24).fill(1));
  });
});

describe('a stream of a folder from before rotation', () => {
  it('goes on in its one shard and then in children of it', async (t) => {
    const path = temporaryFolder(t);
    const { db, arn } = await openTable(t, { path, streamShards: 1 });
    await write(db, 5, 0, 2);
    await db.close();
    const opened = await openEngine({ ...SCOPE, path });
    const { definition } = opened.engine.streams.byArn(arn);
    const [{ createdAt: _createdAt, ...old }] = definition.shards as [
      (typeof definition.shards)[0],
    ];
    const stored = { ...definition, shards: [old] };
    opened.engine.store.put(streamKey(definition.id), Buffer.from(JSON.stringify(stored)));
    await closeEngine(opened);
    const later = await open(t, { path, shardMaxRecords: 12 });
    await write(later, 5, 2, 10);
    const shards = await shardsOf(later, arn);
    assert.equal(shards[0]!.ShardId, old.shardId);
    assert.ok(shards.length > 2);
    const consumer = new LineageConsumer(later, arn);
    await consumer.drain();
    assertComplete(consumer, 5, 10);
  });
});

describe('DescribeStream', () => {
  it('pages through the shards, in the order of their ids', async (t) => {
    const { db, arn } = await openTable(t, { streamShards: 2, shardMaxRecords: 4 });
    await write(db, 10, 0, 4);
    const { Shards } = await describeStream(db, { StreamArn: arn });
    assert.deepEqual(await shardsOf(db, arn, 3), Shards);
    const ids = Shards.map(({ ShardId }) => ShardId);
    assert.deepEqual(ids, ids.toSorted());
    for (const id of ids) assert.match(id, /^shardId-\d{20}-[0-9a-f]{8}$/);
    const page = await describeStream(db, { StreamArn: arn, Limit: 1 });
    assert.equal(page.LastEvaluatedShardId, ids[0]);
    const behind = await describeStream(db, {
      StreamArn: arn,
      ExclusiveStartShardId: ids.at(-1),
    });
    assert.deepEqual([behind.Shards, behind.LastEvaluatedShardId], [[], undefined]);
    const beyond = 'shardId-99999999999999999999-00000000';
    const none = await describeStream(db, { StreamArn: arn, ExclusiveStartShardId: beyond });
    assert.deepEqual(none.Shards, []);
    const before = 'shardId-00000000000000000000-00000000';
    const all = await describeStream(db, { StreamArn: arn, ExclusiveStartShardId: before });
    assert.deepEqual(all.Shards, Shards);
  });

  it('finds the children of a shard', async (t) => {
    const { db, arn } = await openTable(t, { streamShards: 1, shardMaxRecords: 2 });
    await write(db, 1, 0, 5);
    const [first, second, third] = await shardsOf(db, arn);
    const childrenOf = (ShardId: string): Promise<{ Shards: unknown[] }> =>
      describeStream(db, { StreamArn: arn, ShardFilter: { Type: 'CHILD_SHARDS', ShardId } });
    assert.deepEqual((await childrenOf(first!.ShardId)).Shards, [second]);
    assert.deepEqual((await childrenOf(third!.ShardId)).Shards, []);
  });

  it('tells that all shards of a stream that is off are closed', async (t) => {
    const { db, arn } = await openTable(t);
    await write(db, 10, 0, 1);
    await db.updateTable({ TableName: 'users', StreamSpecification: { StreamEnabled: false } });
    const { StreamStatus, Shards } = await describeStream(db, { StreamArn: arn });
    assert.equal(StreamStatus, 'DISABLED');
    for (const { SequenceNumberRange } of Shards)
      assert.match(SequenceNumberRange.EndingSequenceNumber!, /^\d{21}$/);
    const consumer = new LineageConsumer(db, arn);
    await consumer.drain();
    assert.equal(consumer.records.length, 10);
    assert.equal(consumer.finished.length, 4, 'no iterator at the end of any');
  });
});

describe('ListStreams', () => {
  it('pages through the streams', async (t) => {
    const db = await open(t);
    const tables = ['first', 'second', 'third'];
    for (const name of tables) await createTable(db, name, { stream: 'KEYS_ONLY' });
    await createTable(db, 'without');
    const arns: string[] = [];
    let ExclusiveStartStreamArn: string | undefined;
    do {
      const page: { Streams: { StreamArn: string }[]; LastEvaluatedStreamArn?: string } =
        await streams(db, 'ListStreams', { Limit: 2, ExclusiveStartStreamArn });
      arns.push(...page.Streams.map(({ StreamArn }) => StreamArn));
      ExclusiveStartStreamArn = page.LastEvaluatedStreamArn;
    } while (ExclusiveStartStreamArn !== undefined);
    assert.deepEqual(arns, await Promise.all(tables.map((name) => streamArnOf(db, name))));
    assert.deepEqual(await streams(db, 'ListStreams', { TableName: 'without' }), { Streams: [] });
    assert.deepEqual(await streams(db, 'ListStreams', { TableName: 'nobody' }), { Streams: [] });
  });
});
