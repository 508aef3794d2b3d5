import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb, PageOutput } from '../../../src/dynamodb/index.js';
import { createTable, invoke, N, open, refusal, S, temporaryFolder, TestClock } from './harness.js';

const TableName = 'orders';
const SCHEMA = {
  stream: 'NEW_IMAGE',
  Tags: [{ Key: 'team', Value: 'x' }],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byN',
      KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

/** More items than are copied in one go. */
const COUNT = 450;

interface Details {
  BackupArn: string;
  BackupStatus: string;
}

async function fill(db: DynamoDb, count = COUNT): Promise<void> {
  await createTable(db, TableName, SCHEMA);
  await Promise.all(
    Array.from({ length: count }, (_, at) =>
      db.putItem({ TableName, Item: { pk: S(`o${at}`), n: N(at % 3) } }),
    ),
  );
}

async function backUp(db: DynamoDb, BackupName = 'nightly'): Promise<string> {
  const { BackupDetails } = await invoke<{ BackupDetails: Details }>(db, 'CreateBackup', {
    TableName,
    BackupName,
  });
  assert.equal(BackupDetails.BackupStatus, 'CREATING');
  return BackupDetails.BackupArn;
}

const describeBackup = async (db: DynamoDb, BackupArn: string): Promise<Record<string, never>> =>
  (await invoke<{ BackupDescription: Record<string, never> }>(db, 'DescribeBackup', { BackupArn }))
    .BackupDescription;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function available(db: DynamoDb, arn: string): Promise<string> {
  for (;;) {
    const { BackupDetails } = await describeBackup(db, arn);
    if ((BackupDetails as unknown as Details).BackupStatus === 'AVAILABLE') return arn;
    await turn();
  }
}

const restore = (db: DynamoDb, BackupArn: string, more: object = {}): Promise<object> =>
  invoke(db, 'RestoreTableFromBackup', { TargetTableName: 'restored', BackupArn, ...more });

interface Description {
  TableStatus: string;
  StreamSpecification?: object;
  GlobalSecondaryIndexes?: object[];
  RestoreSummary: { RestoreInProgress: boolean; SourceBackupArn: string };
}

async function describeRestored(db: DynamoDb): Promise<Description> {
  const { Table } = await db.describeTable({ TableName: 'restored' });
  return Table as Description;
}

async function whenActive(db: DynamoDb): Promise<Description> {
  for (;;) {
    const table = await describeRestored(db);
    if (table.TableStatus === 'ACTIVE') return table;
    await turn();
  }
}

const count = async (db: DynamoDb, more: object = {}): Promise<number> =>
  (await invoke<PageOutput>(db, 'Scan', { TableName: 'restored', Select: 'COUNT', ...more })).Count;

describe('a backup', () => {
  it('holds the items as they were when it was asked for', async (t) => {
    const db = await open(t);
    await fill(db);
    const arn = await backUp(db);
    await db.deleteItem({ TableName, Key: { pk: S('o0') } });
    await db.putItem({ TableName, Item: { pk: S('later') } });
    await available(db, arn);
    await restore(db, arn);
    await whenActive(db);
    assert.equal(await count(db), COUNT);
    const { Item } = await db.getItem({ TableName: 'restored', Key: { pk: S('o0') } });
    assert.deepEqual(Item, { pk: S('o0'), n: N(0) });
  });

  it('is described, listed and deleted; it outlives its table', async (t) => {
    const clock = new TestClock();
    const db = await open(t, { clock });
    await fill(db, 2);
    const first = await available(db, await backUp(db, 'first'));
    clock.advance(1000);
    const second = await available(db, await backUp(db, 'second'));
    await db.deleteTable({ TableName });
    const { SourceTableDetails, SourceTableFeatureDetails } = await describeBackup(db, first);
    const source = SourceTableDetails as unknown as Record<string, unknown>;
    assert.equal(source.TableName, TableName);
    assert.equal(source.ItemCount, 2);
    assert.equal(source.BillingMode, 'PAY_PER_REQUEST');
    assert.deepEqual(Object.keys(SourceTableFeatureDetails!), [
      'GlobalSecondaryIndexes',
      'StreamDescription',
    ]);
    const list = async (input: object): Promise<unknown[]> => {
      const output = await invoke<{ BackupSummaries: Details[] }>(db, 'ListBackups', input);
      return output.BackupSummaries.map(({ BackupArn }) => BackupArn);
    };
    const from = clock.now() / 1000;
    assert.deepEqual(await list({}), [first, second]);
    assert.deepEqual(await list({ TableName, Limit: 1 }), [first]);
    assert.deepEqual(await list({ ExclusiveStartBackupArn: first }), [second]);
    assert.deepEqual(await list({ TimeRangeLowerBound: from }), [second]);
    assert.deepEqual(await list({ TimeRangeUpperBound: from }), [first]);
    for (const nothing of [{ TableName: 'other' }, { BackupType: 'SYSTEM' }])
      assert.deepEqual(await list(nothing), []);
    const deleted = await invoke<{ BackupDescription: { BackupDetails: Details } }>(
      db,
      'DeleteBackup',
      { BackupArn: first },
    );
    assert.equal(deleted.BackupDescription.BackupDetails.BackupStatus, 'DELETED');
    assert.equal((await refusal(describeBackup(db, first))).code, 'BackupNotFoundException');
    assert.deepEqual(await list({}), [second]);
  });

  it('is finished after a restart', async (t) => {
    const path = temporaryFolder(t);
    const before = await open(t, { path });
    await fill(before);
    const arn = await backUp(before);
    await before.close();
    const db = await open(t, { path });
    await available(db, arn);
    await restore(db, arn);
    await db.close();
    const again = await open(t, { path });
    await whenActive(again);
    assert.equal(await count(again), COUNT);
    assert.equal(await count(again, { IndexName: 'byN' }), COUNT);
  });

  it('is refused where it cannot be made or used', async (t) => {
    const db = await open(t);
    await fill(db);
    const arn = await backUp(db);
    const early = await Promise.all([
      refusal(restore(db, arn)),
      refusal(invoke(db, 'DeleteBackup', { BackupArn: arn })),
    ]);
    for (const { code } of early) assert.equal(code, 'BackupInUseException');
    await available(db, arn);
    const cases: [() => Promise<unknown>, string][] = [
      [
        () => invoke(db, 'CreateBackup', { TableName: 'none', BackupName: 'b-1' }),
        'TableNotFoundException',
      ],
      [() => invoke(db, 'CreateBackup', { TableName, BackupName: 'b' }), 'ValidationException'],
      [() => restore(db, `${arn}0`), 'BackupNotFoundException'],
      [() => restore(db, arn, { TargetTableName: TableName }), 'TableAlreadyExistsException'],
      [() => restore(db, arn, { BillingModeOverride: 'PROVISIONED' }), 'ValidationException'],
    ];
    for (const [wrong, code] of cases) assert.equal((await refusal(wrong())).code, code);
  });
});

describe('a table that is restored', () => {
  it('can be used when all its items are back', async (t) => {
    const db = await open(t);
    await fill(db);
    const arn = await available(db, await backUp(db));
    await restore(db, arn);
    const restoring = await describeRestored(db);
    assert.equal(restoring.TableStatus, 'CREATING');
    assert.equal(restoring.RestoreSummary.RestoreInProgress, true);
    const cases: [() => Promise<unknown>, string][] = [
      [() => count(db), 'ResourceNotFoundException'],
      [() => db.deleteTable({ TableName: 'restored' }), 'ResourceInUseException'],
      [() => invoke(db, 'DeleteBackup', { BackupArn: arn }), 'BackupInUseException'],
    ];
    for (const [early, code] of cases) assert.equal((await refusal(early())).code, code);
    const table = await whenActive(db);
    assert.equal(table.RestoreSummary.RestoreInProgress, false);
    assert.equal(table.RestoreSummary.SourceBackupArn, arn);
    assert.equal(table.StreamSpecification, undefined);
    assert.equal(await count(db, { IndexName: 'byN' }), COUNT);
    await db.deleteTable({ TableName: 'restored' });
  });

  it('may leave out indexes and change its billing', async (t) => {
    const db = await open(t);
    await fill(db, 3);
    const arn = await available(db, await backUp(db));
    await restore(db, arn, {
      GlobalSecondaryIndexOverride: [],
      BillingModeOverride: 'PROVISIONED',
      ProvisionedThroughputOverride: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
    });
    const { GlobalSecondaryIndexes } = await whenActive(db);
    assert.equal(GlobalSecondaryIndexes, undefined);
    assert.equal(await count(db), 3);
  });

  it('counts what it holds, whatever is being written at its moment', async (t) => {
    const db = await open(t);
    await fill(db, 3);
    const late = db.putItem({ TableName, Item: { pk: S('late'), n: N(1) } });
    const arn = await available(db, await backUp(db));
    await late;
    const { SourceTableDetails } = await describeBackup(db, arn);
    await restore(db, arn);
    await whenActive(db);
    const { ItemCount } = SourceTableDetails as unknown as { ItemCount: number };
    assert.equal(await count(db), ItemCount);
  });
});
