import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import {
  DeleteItemCommand,
  PutItemCommand,
  UpdateTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { freePort } from '../../tools/free-port.js';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../tools/dynamodb-local.js';
import {
  eventually,
  startFreshet,
  temporaryFolder,
  type FreshetOptions,
  type FreshetProcess,
} from '../support/freshet.js';
import { java } from '../support/programs.js';
import {
  createPipe,
  createSource,
  SOURCE_ENV,
  startTarget,
  tablesAt,
  untilPipe,
  type Target,
} from '../support/remote-source.js';

const ITEMS = 5;
const PAUSED = 10;

/** A Freshet that reads the streams of `endpoint`, in a folder that outlives it. */
function reader(data: string, endpoint: string): Promise<FreshetProcess> {
  return startFreshet({ data, args: ['--source-endpoint', endpoint], env: SOURCE_ENV });
}

async function put(tables: DynamoDBClient, TableName: string, from: number, to: number) {
  for (let v = from; v < to; v += 1)
    await tables.send(
      new PutItemCommand({
        TableName,
        Item: { pk: { S: String(v % ITEMS) }, v: { N: String(v) } },
      }),
    );
}

/**
 * By item, the versions in the order of their first arrival. What is older than `from` may come, too: after
 * a kill before the first checkpoint LATEST is sought by time.
 */
function versions(target: Target, from: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { dynamodb } of target.arrived) {
    const item = String(dynamodb.Keys['pk']!['S']);
    const list = found.get(item) ?? [];
    const version = Number(dynamodb.NewImage?.['v']?.['N']);
    if (version >= from && !list.includes(version)) list.push(version);
    found.set(item, list);
  }
  return found;
}

/** Waits until all versions from `from` to `to` have arrived, and checks their order. */
async function arrive(target: Target, from: number, to: number): Promise<void> {
  await eventually(`versions ${String(from)} to ${String(to)}`, async () =>
    [...versions(target, from).values()].flat().length >= to - from ? true : undefined,
  );
  for (const [item, list] of versions(target, from)) {
    const first = from + ((Number(item) - from + PAUSED * ITEMS) % ITEMS);
    const expected: number[] = [];
    for (let v = first; v < to; v += ITEMS) expected.push(v);
    assert.deepEqual(list, expected, `item ${item}`);
  }
}

describe('a pipe whose stream lies in DynamoDB Local', { skip: java.skip }, () => {
  const data = temporaryFolder();
  let local: DynamoDbLocal;
  let server: FreshetProcess;
  let target: Target;
  let tables: DynamoDBClient;
  let arn: string;

  before(async () => {
    local = await startDynamoDbLocal({ inMemory: true, brief: true });
    tables = tablesAt(local.endpoint);
    target = await startTarget();
    arn = await createSource(tables, 'users');
    server = await reader(data, local.endpoint);
  });
  after(async () => {
    await server.stop();
    await target.close();
    tables.destroy();
    await local.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('gives its records the shape of an event, binary values as base64 and numbers untouched', async () => {
    const Item = {
      pk: { S: 'x' },
      v: { N: '-12345678901234567890.12345' },
      b: { B: Buffer.from([0, 255, 128]) },
      s: { BS: [Buffer.from('foobar')] },
      m: { M: { l: { L: [{ B: Buffer.from('é') }, { NULL: true }, { BOOL: false }] } } },
    };
    await tables.send(new PutItemCommand({ TableName: 'users', Item }));
    await tables.send(new DeleteItemCommand({ TableName: 'users', Key: { pk: { S: 'x' } } }));
    await createPipe(server.endpoint, 'shape', arn, target, 'TRIM_HORIZON');
    await eventually('two records', async () => (target.arrived.length >= 2 ? true : undefined));
    const [insert, remove] = target.arrived;
    assert.deepEqual(Object.keys(insert!), [
      'eventID',
      'eventName',
      'eventVersion',
      'eventSource',
      'awsRegion',
      'dynamodb',
      'eventSourceARN',
    ]);
    const { ApproximateCreationDateTime: time, SequenceNumber, SizeBytes } = insert!.dynamodb;
    assert.ok(Number.isInteger(time) && Math.abs(Date.now() / 1000 - Number(time)) < 60);
    assert.match(String(SequenceNumber), /^\d+$/);
    assert.deepEqual(insert!.dynamodb, {
      ApproximateCreationDateTime: time,
      Keys: { pk: { S: 'x' } },
      NewImage: {
        pk: { S: 'x' },
        v: { N: '-12345678901234567890.12345' },
        b: { B: 'AP+A' },
        s: { BS: ['Zm9vYmFy'] },
        m: { M: { l: { L: [{ B: 'w6k=' }, { NULL: true }, { BOOL: false }] } } },
      },
      SequenceNumber,
      SizeBytes,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
    assert.equal(insert!.eventSourceARN, arn);
    assert.equal(remove!.eventName, 'REMOVE');
    assert.deepEqual(remove!.dynamodb['OldImage'], insert!.dynamodb.NewImage);
    target.arrived.length = 0;
  });

  it('misses nothing that was written since it runs, through kills, from LATEST on', async () => {
    const latest = await createSource(tables, 'latest');
    const own = await startTarget();
    await put(tables, 'latest', 0, PAUSED);
    await createPipe(server.endpoint, 'latest', latest, own, 'LATEST');
    await untilPipe(server.endpoint, 'latest', ({ CurrentState }) => CurrentState === 'RUNNING');
    await put(tables, 'latest', PAUSED, 20);
    await arrive(own, PAUSED, 20);
    await server.kill();
    await put(tables, 'latest', 20, 40);
    server = await reader(data, local.endpoint);
    await arrive(own, PAUSED, 40);
    await own.close();
  });

  it('cannot be created when there is no such stream', async () => {
    const missing = arn.replace('users', 'nobody');
    await createPipe(server.endpoint, 'missing', missing, target, 'LATEST');
    const { StateReason } = await untilPipe(
      server.endpoint,
      'missing',
      ({ CurrentState }) => CurrentState === 'CREATE_FAILED',
    );
    assert.match(StateReason!, /not found/i);
  });
});

describe('a pipe whose stream lies in another Freshet', () => {
  const data = temporaryFolder();
  const sourceData = temporaryFolder();
  let source: FreshetProcess;
  let options: FreshetOptions;
  let server: FreshetProcess;
  let target: Target;
  let tables: DynamoDBClient;

  before(async () => {
    options = {
      data: sourceData,
      port: await freePort(),
      args: [
        '--account',
        '111111111111',
        '--stream-shards',
        '2',
        '--stream-shard-max-records',
        '8',
      ],
    };
    source = await startFreshet(options);
    tables = tablesAt(source.endpoint);
    target = await startTarget();
    server = await reader(data, source.endpoint);
  });
  after(async () => {
    await server.stop();
    await source.stop();
    await target.close();
    tables.destroy();
    for (const folder of [data, sourceData]) rmSync(folder, { recursive: true, force: true });
  });

  it('delivers all in item order while shards rotate, reader and source are killed, and the source is down', async () => {
    const arn = await createSource(tables, 'users');
    await createPipe(server.endpoint, 'users', arn, target, 'LATEST');
    await untilPipe(server.endpoint, 'users', ({ CurrentState }) => CurrentState === 'RUNNING');
    await server.kill(); // before the first record
    await put(tables, 'users', 0, 60);
    server = await reader(data, source.endpoint);
    await arrive(target, 0, 60);

    await source.kill();
    const { StateReason } = await untilPipe(
      server.endpoint,
      'users',
      ({ StateReason: reason }) => reason?.startsWith('Cannot read stream') === true,
    );
    assert.match(StateReason!, /ECONNREFUSED.*; check that http:.* is reachable\.$/);
    await server.kill();
    server = await reader(data, source.endpoint);
    await untilPipe(
      server.endpoint,
      'users',
      ({ StateReason: reason }) => reason?.startsWith('Cannot read stream') === true,
    );

    source = await startFreshet(options);
    await put(tables, 'users', 60, 100);
    await arrive(target, 0, 100);
    await untilPipe(
      server.endpoint,
      'users',
      ({ StateReason: reason }) => reason === 'USER_INITIATED',
    );
  });

  it('says who deleted what has expired', async () => {
    const arn = await createSource(tables, 'passing');
    const own = await startTarget();
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'until' };
    await tables.send(
      new UpdateTimeToLiveCommand({ TableName: 'passing', TimeToLiveSpecification }),
    );
    await createPipe(server.endpoint, 'passing', arn, own, 'TRIM_HORIZON');
    const until = { N: String(Math.floor(Date.now() / 1000) - 60) };
    await tables.send(
      new PutItemCommand({ TableName: 'passing', Item: { pk: { S: 'a' }, until } }),
    );
    const removed = await eventually('the deletion', async () =>
      own.arrived.find(({ eventName }) => eventName === 'REMOVE'),
    );
    assert.deepEqual(removed.userIdentity, {
      type: 'Service',
      principalId: 'dynamodb.amazonaws.com',
    });
    assert.deepEqual(Object.keys(removed).slice(-2), ['userIdentity', 'eventSourceARN']);
    await own.close();
  });
});
