import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import {
  createTable,
  N,
  open,
  recordsOf,
  refusal,
  S,
  streamArnOf,
  streams,
  temporaryFolder,
  TestClock,
} from './harness.js';

interface WireRecord {
  eventID: string;
  eventName: string;
  dynamodb: Record<string, unknown>;
}

async function change(db: DynamoDb): Promise<void> {
  const key = { pk: S('a') };
  await db.putItem({ TableName: 'users', Item: { ...key, x: N(1) } });
  await db.updateItem({
    TableName: 'users',
    Key: key,
    UpdateExpression: 'SET x = :x',
    ExpressionAttributeValues: { ':x': N(2) },
  });
  await db.deleteItem({ TableName: 'users', Key: key });
}

describe('streams', () => {
  const key = { pk: S('a') };
  const first = { ...key, x: N(1) };
  const second = { ...key, x: N(2) };
  const views: [string, object[]][] = [
    ['KEYS_ONLY', [{}, {}, {}]],
    ['NEW_IMAGE', [{ NewImage: first }, { NewImage: second }, {}]],
    ['OLD_IMAGE', [{}, { OldImage: first }, { OldImage: second }]],
    [
      'NEW_AND_OLD_IMAGES',
      [{ NewImage: first }, { NewImage: second, OldImage: first }, { OldImage: second }],
    ],
  ];
  for (const [view, images] of views)
    it(`hold the images of ${view}`, async (t) => {
      const db = await open(t);
      await createTable(db, 'users', { stream: view });
      await change(db);
      const records = await recordsOf(db, 'users');
      assert.deepEqual(
        records.map(({ eventName }) => eventName),
        ['INSERT', 'MODIFY', 'REMOVE'],
      );
      records.forEach(({ Keys, NewImage, OldImage, StreamViewType }, at) => {
        assert.deepEqual(Keys, key);
        assert.equal(StreamViewType, view);
        assert.deepEqual(
          { ...(NewImage && { NewImage }), ...(OldImage && { OldImage }) },
          images[at],
        );
      });
    });

  it('have no record of a write that changes nothing', async (t) => {
    const db = await open(t);
    await createTable(db, 'users', { stream: 'NEW_AND_OLD_IMAGES' });
    const item = {
      pk: S('a'),
      set: { SS: ['x', 'y'] },
      n: N('1.0'),
      m: { M: { b: N(1), c: N(2) } },
    };
    await db.putItem({ TableName: 'users', Item: item });
    await db.putItem({ TableName: 'users', Item: item });
    const reordered = {
      m: { M: { c: N(2), b: N(1) } },
      n: N(1),
      set: { SS: ['y', 'x'] },
      pk: S('a'),
    };
    await db.putItem({ TableName: 'users', Item: reordered });
    await db.updateItem({ TableName: 'users', Key: { pk: S('a') } });
    await db.deleteItem({ TableName: 'users', Key: { pk: S('nobody') } });
    assert.equal((await recordsOf(db, 'users')).length, 1);
  });

  it('are read over the Streams API by all four iterator types', async (t) => {
    const clock = new TestClock();
    const db = await open(t, { clock, streamShards: 1 });
    await createTable(db, 'users', { stream: 'NEW_AND_OLD_IMAGES' });
    await change(db);
    const StreamArn = await streamArnOf(db, 'users');
    const { StreamDescription } = await streams<{
      StreamDescription: Record<string, unknown> & { Shards: { ShardId: string }[] };
    }>(db, 'DescribeStream', { StreamArn });
    const ShardId = StreamDescription.Shards[0]!.ShardId;
    assert.match(ShardId, /^shardId-\d{20}-[0-9a-f]{8}$/);
    assert.equal(StreamDescription.StreamStatus, 'ENABLED');
    const read = async (
      ShardIteratorType: string,
      SequenceNumber?: string,
    ): Promise<{ Records: WireRecord[]; NextShardIterator: string }> => {
      const input = { StreamArn, ShardId, ShardIteratorType, SequenceNumber };
      return streams(db, 'GetRecords', await streams(db, 'GetShardIterator', input));
    };
    const all = (await read('TRIM_HORIZON')).Records;
    assert.deepEqual(all[1], {
      eventID: all[1]!.eventID,
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: clock.now() / 1000,
        Keys: key,
        NewImage: second,
        OldImage: first,
        SequenceNumber: all[1]!.dynamodb.SequenceNumber,
        SizeBytes: 15,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    const sequences = all.map(({ dynamodb }) => dynamodb.SequenceNumber as string);
    assert.deepEqual(sequences, sequences.toSorted());
    for (const sequence of sequences) assert.match(sequence, /^\d{21}$/);
    assert.equal(new Set(all.map(({ eventID }) => eventID)).size, 3);
    for (const { eventID } of all) assert.match(eventID, /^[0-9a-f]{32}$/);
    assert.deepEqual((await read('AT_SEQUENCE_NUMBER', sequences[1])).Records, all.slice(1));
    assert.deepEqual((await read('AFTER_SEQUENCE_NUMBER', sequences[1])).Records, all.slice(2));
    const latest = await read('LATEST');
    assert.deepEqual(latest.Records, []);
    await db.putItem({ TableName: 'users', Item: { pk: S('later') } });
    const next = { ShardIterator: latest.NextShardIterator };
    const later = await streams<{ Records: WireRecord[] }>(db, 'GetRecords', next);
    assert.deepEqual(
      later.Records.map(({ dynamodb }) => dynamodb.Keys),
      [{ pk: S('later') }],
    );
    const limited = {
      ...(await streams<object>(db, 'GetShardIterator', {
        StreamArn,
        ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      })),
      Limit: 2,
    };
    const page = await streams<{ Records: WireRecord[]; NextShardIterator: string }>(
      db,
      'GetRecords',
      limited,
    );
    assert.equal(page.Records.length, 2);
    const rest = await streams<{ Records: WireRecord[] }>(db, 'GetRecords', {
      ShardIterator: page.NextShardIterator,
    });
    assert.equal(rest.Records.length, 2);
    clock.advance(15 * 60_000 + 1);
    const expired = await refusal(db.invokeStreams('GetRecords', next));
    assert.equal(expired.code, 'ExpiredIteratorException');
  });

  it('tell readers in the process of each commit, once it is durable', async (t) => {
    const db = await open(t, { streamShards: 1 });
    await createTable(db, 'users', { stream: 'NEW_IMAGE' });
    const arn = await streamArnOf(db, 'users');
    const { shardId } = db.streamLog.describe(arn).shards[0]!;
    const started = db.streamLog.read(arn, shardId, { type: 'LATEST' }, 10);
    assert.equal(started.records.length, 0);
    let position = started.next!;
    const seen: string[] = [];
    const everything = new Promise<void>((resolve) => {
      const end = db.streamLog.subscribe(arn, () => {
        const { records, next } = db.streamLog.read(arn, shardId, position, 1000);
        seen.push(...records.map(({ Keys }) => Keys.pk!.S!));
        position = next!;
        if (seen.length < 500) return;
        end();
        resolve();
      });
    });
    const names = Array.from({ length: 500 }, (_, at) => `k${at}`);
    await Promise.all(names.map((pk) => db.putItem({ TableName: 'users', Item: { pk: S(pk) } })));
    await everything;
    assert.deepEqual(seen, names);
  });

  it('go on after a restart with larger sequence numbers, and the same event ids', async (t) => {
    const path = temporaryFolder(t);
    const before = await open(t, { path });
    await createTable(before, 'users', { stream: 'NEW_IMAGE' });
    await change(before);
    const records = await recordsOf(before, 'users');
    await before.close();
    const after = await open(t, { path });
    assert.deepEqual(await recordsOf(after, 'users'), records);
    await change(after);
    const all = await recordsOf(after, 'users');
    assert.equal(all.length, 6);
    assert.ok(all[3]!.SequenceNumber > all[2]!.SequenceNumber);
    assert.equal(new Set(all.map(({ eventID }) => eventID)).size, 6);
  });

  it('get a new label when switched off and on; the old one can still be read to its end', async (t) => {
    const clock = new TestClock();
    const db = await open(t, { clock, streamShards: 1 });
    await createTable(db, 'users', { stream: 'NEW_IMAGE' });
    const old = await streamArnOf(db, 'users');
    await change(db);
    await db.updateTable({ TableName: 'users', StreamSpecification: { StreamEnabled: false } });
    const off = (await db.describeTable({ TableName: 'users' })).Table as Record<string, unknown>;
    assert.equal(off.StreamSpecification, undefined);
    await db.putItem({ TableName: 'users', Item: { pk: S('unseen') } });
    const specification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' };
    await db.updateTable({ TableName: 'users', StreamSpecification: specification });
    const again = await refusal(
      db.updateTable({ TableName: 'users', StreamSpecification: specification }),
    );
    assert.match(again.message, /^Table already has an enabled stream/);
    const current = await streamArnOf(db, 'users');
    assert.notEqual(current, old);
    await change(db);
    assert.equal((await recordsOf(db, 'users')).length, 3);
    const closed = db.streamLog.describe(old);
    assert.equal(closed.enabled, false);
    assert.equal(closed.shards[0]!.closed, true);
    const { records, next } = db.streamLog.read(
      old,
      closed.shards[0]!.shardId,
      { type: 'TRIM_HORIZON' },
      100,
    );
    assert.equal(records.length, 3);
    assert.equal(next, undefined);
    const listed = await streams<{ Streams: { StreamArn: string }[] }>(db, 'ListStreams', {
      TableName: 'users',
    });
    assert.deepEqual(
      listed.Streams.map(({ StreamArn }) => StreamArn),
      [old, current],
    );
  });

  it('outlive their table', async (t) => {
    const db = await open(t, { streamShards: 1 });
    await createTable(db, 'users', { stream: 'NEW_IMAGE' });
    const arn = await streamArnOf(db, 'users');
    await change(db);
    await db.deleteTable({ TableName: 'users' });
    const { enabled, shards } = db.streamLog.describe(arn);
    assert.equal(enabled, false);
    const { records, next } = db.streamLog.read(
      arn,
      shards[0]!.shardId,
      { type: 'TRIM_HORIZON' },
      9,
    );
    assert.deepEqual([records.length, next], [3, undefined]);
  });

  it('are refused when they do not exist', async (t) => {
    const db = await open(t);
    const StreamArn =
      'arn:aws:dynamodb:eu-west-1:123456789012:table/users/stream/2026-01-01T00:00:00.000';
    const missing = await refusal(db.invokeStreams('DescribeStream', { StreamArn }));
    assert.equal(missing.code, 'ResourceNotFoundException');
    const iterator = await refusal(db.invokeStreams('GetRecords', { ShardIterator: 'nonsense' }));
    assert.equal(iterator.code, 'ValidationException');
  });
});
