import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import { closeEngine, openEngine } from '../../../src/dynamodb/open-engine.js';
import {
  run,
  STREAM_OPERATIONS,
  TABLE_OPERATIONS,
} from '../../../src/dynamodb/operations/index.js';
import {
  createTable,
  N,
  open,
  refusal,
  S,
  SCOPE,
  streamArnOf,
  streams,
  temporaryFolder,
  TestClock,
} from './harness.js';
import type { WireRecord } from './lineage-consumer.js';

interface Records {
  Records: (WireRecord & { userIdentity?: object })[];
  NextShardIterator?: string;
}

/** A table whose stream has one shard, and a way to read that. */
class OneShard {
  readonly db: DynamoDb;
  readonly arn: string;
  readonly shardId: string;

  private constructor(db: DynamoDb, arn: string) {
    this.db = db;
    this.arn = arn;
    this.shardId = db.streamLog.describe(arn).shards[0]!.shardId;
  }

  static async open(t: TestContext, options: object = {}): Promise<OneShard> {
    const db = await open(t, { streamShards: 1, ...options });
    await createTable(db, 'users', { stream: 'NEW_AND_OLD_IMAGES' });
    return new OneShard(db, await streamArnOf(db, 'users'));
  }

  put(pk: string, attributes: object = {}): Promise<unknown> {
    return this.db.putItem({ TableName: 'users', Item: { pk: S(pk), ...attributes } });
  }

  async iterator(ShardIteratorType: string, SequenceNumber?: string): Promise<string> {
    const { arn: StreamArn, shardId: ShardId } = this;
    const input = { StreamArn, ShardId, ShardIteratorType, SequenceNumber };
    return (await streams<{ ShardIterator: string }>(this.db, 'GetShardIterator', input))
      .ShardIterator;
  }

  read(ShardIterator: string, Limit?: number): Promise<Records> {
    return streams(this.db, 'GetRecords', { ShardIterator, Limit });
  }
}

const namesOf = ({ Records }: Records): string[] =>
  Records.map(({ dynamodb }) => dynamodb.Keys.pk!.S!);

describe('GetRecords', () => {
  it('answers at most 1 MB, but always one record, and goes on behind it', async (t) => {
    const shard = await OneShard.open(t);
    const large = S('x'.repeat(300_000));
    for (const pk of ['a', 'b', 'c', 'd', 'e']) await shard.put(pk, { large });
    const first = await shard.read(await shard.iterator('TRIM_HORIZON'));
    assert.deepEqual(namesOf(first), ['a', 'b', 'c']);
    const rest = await shard.read(first.NextShardIterator!);
    assert.deepEqual(namesOf(rest), ['d', 'e']);
  });

  it('answers at most 1,000 records', async (t) => {
    const shard = await OneShard.open(t);
    await Promise.all(Array.from({ length: 1_005 }, (_, at) => shard.put(`k${at}`)));
    const first = await shard.read(await shard.iterator('TRIM_HORIZON'));
    assert.equal(first.Records.length, 1_000);
    assert.equal((await shard.read(first.NextShardIterator!)).Records.length, 5);
  });

  it('answers an empty list and an iterator while an open shard has no more', async (t) => {
    const shard = await OneShard.open(t);
    let iterator = await shard.iterator('TRIM_HORIZON');
    for (let read = 0; read < 3; read += 1) {
      const { Records, NextShardIterator } = await shard.read(iterator);
      assert.deepEqual(Records, []);
      iterator = NextShardIterator!;
    }
    await shard.put('a');
    assert.deepEqual(namesOf(await shard.read(iterator)), ['a']);
  });

  it('answers no iterator with the last records of a closed shard', async (t) => {
    const shard = await OneShard.open(t, { shardMaxRecords: 3 });
    const latest = await shard.iterator('LATEST');
    for (const pk of ['a', 'b', 'c', 'd']) await shard.put(pk);
    const page = await shard.read(latest, 2);
    assert.ok(page.NextShardIterator);
    const end = await shard.read(page.NextShardIterator);
    assert.deepEqual(namesOf(end), ['c']);
    assert.ok(!('NextShardIterator' in end));
    const behind = await shard.read(await shard.iterator('LATEST'));
    assert.deepEqual(behind, { Records: [] });
  });

  it('can be asked with an iterator of 15 minutes, and no older', async (t) => {
    const clock = new TestClock();
    const shard = await OneShard.open(t, { clock });
    const iterator = await shard.iterator('LATEST');
    clock.advance(15 * 60_000);
    const { NextShardIterator } = await shard.read(iterator);
    clock.advance(1);
    const { code, message } = await refusal(shard.read(iterator));
    assert.equal(code, 'ExpiredIteratorException');
    assert.equal(message, 'The provided iterator exceeds the maximum age allowed.');
    assert.deepEqual((await shard.read(NextShardIterator!)).Records, []);
  });

  it('shows the records of a transaction all at once', async (t) => {
    const db = await open(t, { streamShards: 8 });
    await createTable(db, 'users', { stream: 'NEW_IMAGE' });
    const arn = await streamArnOf(db, 'users');
    const names = Array.from({ length: 30 }, (_, at) => `k${at}`);
    const seen = new Promise<string[]>((resolve) => {
      const end = db.streamLog.subscribe(arn, () => {
        end();
        resolve(
          db.streamLog
            .describe(arn)
            .shards.flatMap(
              ({ shardId }) =>
                db.streamLog.read(arn, shardId, { type: 'TRIM_HORIZON' }, 100).records,
            )
            .map(({ Keys }) => Keys.pk!.S!),
        );
      });
    });
    await db.invoke('TransactWriteItems', {
      TransactItems: names.map((pk) => ({ Put: { TableName: 'users', Item: { pk: S(pk) } } })),
    });
    assert.deepEqual((await seen).sort(), names.toSorted());
  });
});

describe('GetShardIterator', () => {
  it('takes every number of a closed shard, and none behind its end', async (t) => {
    const shard = await OneShard.open(t, { shardMaxRecords: 2 });
    for (const pk of ['a', 'b', 'c']) await shard.put(pk);
    const { Records } = await shard.read(await shard.iterator('TRIM_HORIZON'));
    const last = Records[1]!.dynamodb.SequenceNumber;
    assert.deepEqual(await shard.read(await shard.iterator('AFTER_SEQUENCE_NUMBER', last)), {
      Records: [],
    });
    const behind = String(BigInt(last) + 1n);
    const refused = await refusal(shard.iterator('AT_SEQUENCE_NUMBER', behind));
    assert.equal(refused.code, 'ValidationException');
  });

  it('takes the number at which a shard begins', async (t) => {
    const shard = await OneShard.open(t);
    await shard.put('a');
    const { StreamDescription } = await streams<{
      StreamDescription: {
        Shards: { SequenceNumberRange: { StartingSequenceNumber: string } }[];
      };
    }>(shard.db, 'DescribeStream', { StreamArn: shard.arn });
    const { StartingSequenceNumber } = StreamDescription.Shards[0]!.SequenceNumberRange;
    for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
      const iterator = await shard.iterator(type, StartingSequenceNumber);
      assert.deepEqual(namesOf(await shard.read(iterator)), ['a'], type);
    }
  });
});

describe('a record', () => {
  it('of a deletion by time to live names the service, over the wire as the Streams API does', async (t) => {
    const clock = new TestClock();
    const opened = await openEngine({ ...SCOPE, path: temporaryFolder(t), clock, streamShards: 1 });
    t.after(() => closeEngine(opened));
    const call = async <T>(operation: string, input: object): Promise<T> => {
      const found = TABLE_OPERATIONS.get(operation) ?? STREAM_OPERATIONS.get(operation)!;
      return JSON.parse(String(await run(found, opened.engine, input))) as T;
    };
    await call('CreateTable', {
      TableName: 'users',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    await call('UpdateTimeToLive', {
      TableName: 'users',
      TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
    });
    const Item = { pk: S('a'), until: N(clock.now() / 1000 + 10) };
    await call('PutItem', { TableName: 'users', Item });
    await call('DeleteItem', { TableName: 'users', Key: { pk: S('a') } });
    await call('PutItem', { TableName: 'users', Item });
    clock.advance(11_000);
    await opened.background.expireItems();
    const { definition } = opened.engine.streams.all()[0]!;
    const iterator = await call('GetShardIterator', {
      StreamArn: definition.arn,
      ShardId: definition.shards[0]!.shardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const { Records } = await call<Records>('GetRecords', iterator as object);
    assert.deepEqual(
      Records.map(({ eventName, userIdentity }) => [eventName, userIdentity]),
      [
        ['INSERT', undefined],
        ['REMOVE', undefined],
        ['INSERT', undefined],
        ['REMOVE', { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' }],
      ],
    );
    assert.deepEqual(Records[3]!.dynamodb.OldImage, Item);
    assert.ok(!('NewImage' in Records[3]!.dynamodb));
  });

  it('counts its keys and images in bytes', async (t) => {
    const shard = await OneShard.open(t);
    await shard.put('abc', { n: N(123), text: S('ü') });
    const { Records } = await shard.read(await shard.iterator('TRIM_HORIZON'));
    // Keys: pk 2 + abc 3. Image: the same, n 1 + number 3, text 4 + ü 2.
    assert.equal((Records[0]!.dynamodb as unknown as { SizeBytes: number }).SizeBytes, 5 + 15);
  });
});
