import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { startFreshet, type FreshetProcess } from '../support/freshet.js';

const ITEMS = 10;
const VERSIONS = 12;

describe('the AWS SDK on a stream that rotates', () => {
  let server: FreshetProcess;
  let tables: DynamoDBClient;
  let streams: DynamoDBStreamsClient;
  let StreamArn: string;

  before(async () => {
    const args = ['--stream-shards', '2', '--stream-shard-max-records', '20'];
    server = await startFreshet({ args });
    const common = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    };
    tables = new DynamoDBClient(common);
    streams = new DynamoDBStreamsClient(common);
    const { TableDescription } = await tables.send(
      new CreateTableCommand({
        TableName: 'users',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    );
    StreamArn = TableDescription!.LatestStreamArn!;
  });
  after(async () => {
    tables.destroy();
    streams.destroy();
    await server.stop();
  });

  async function shards(): Promise<Shard[]> {
    const all: Shard[] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const { StreamDescription } = await streams.send(
        new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId, Limit: 2 }),
      );
      all.push(...StreamDescription!.Shards!);
      ExclusiveStartShardId = StreamDescription!.LastEvaluatedShardId;
    } while (ExclusiveStartShardId !== undefined);
    return all;
  }

  /** All records of a shard, and whether it was read to its end. */
  async function read(ShardId: string): Promise<{ records: _Record[]; ended: boolean }> {
    const records: _Record[] = [];
    let { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    while (ShardIterator !== undefined) {
      const answer = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 7 }));
      if (answer.Records!.length === 0 && answer.NextShardIterator !== undefined)
        return { records, ended: false };
      records.push(...answer.Records!);
      ShardIterator = answer.NextShardIterator;
    }
    return { records, ended: true };
  }

  it('finds two shards, and after the writes their descendants, with every change in item order', async () => {
    assert.equal((await shards()).length, 2);
    for (let version = 0; version < VERSIONS; version += 1)
      for (let item = 0; item < ITEMS; item += 1)
        await tables.send(
          new PutItemCommand({
            TableName: 'users',
            Item: { pk: { S: String(item) }, v: { N: String(version) } },
          }),
        );
    const all = await shards();
    assert.ok(all.length > 4, `${all.length} shards`);
    const versions = new Map<string, number[]>();
    const done = new Set<string>();
    for (const { ShardId, ParentShardId, SequenceNumberRange } of all) {
      assert.ok(ParentShardId === undefined || done.has(ParentShardId), 'parents come first');
      const { records, ended } = await read(ShardId!);
      assert.equal(ended, SequenceNumberRange!.EndingSequenceNumber !== undefined);
      done.add(ShardId!);
      for (const { dynamodb } of records) {
        const item = dynamodb!.Keys!['pk']!.S!;
        versions.set(item, [...(versions.get(item) ?? []), Number(dynamodb!.NewImage!['v']!.N)]);
      }
    }
    const expected = Array.from({ length: VERSIONS }, (_, version) => version);
    assert.equal(versions.size, ITEMS);
    for (const [item, found] of versions) assert.deepEqual(found, expected, item);
  });

  it('reads a stream that was switched off beside the one that follows it', async () => {
    for (const specification of [
      { StreamEnabled: false },
      { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const },
    ])
      await tables.send(
        new UpdateTableCommand({ TableName: 'users', StreamSpecification: specification }),
      );
    const { Streams } = await streams.send(new ListStreamsCommand({ TableName: 'users' }));
    assert.equal(Streams!.length, 2);
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    assert.equal(StreamDescription!.StreamStatus, 'DISABLED');
    let count = 0;
    for (const { ShardId } of StreamDescription!.Shards!) {
      const { records, ended } = await read(ShardId!);
      assert.equal(ended, true);
      count += records.length;
    }
    assert.equal(count, ITEMS * VERSIONS);
  });
});
