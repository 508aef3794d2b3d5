import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import { createTable, invoke, open, refusal, temporaryFolder } from './harness.js';

const BY_CITY = {
  AttributeDefinitions: ['pk', 'city'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byCity',
      KeySchema: [{ AttributeName: 'city', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
const policy = (action: string): string => JSON.stringify({ Version: '2012-10-17', action });

async function openShops(
  t: Parameters<typeof open>[0],
): Promise<{ db: DynamoDb; ResourceArn: unknown }> {
  const db = await open(t);
  const { TableArn } = await createTable(db, 'shops', BY_CITY);
  return { db, ResourceArn: TableArn };
}

describe('the policy of a table', () => {
  it('is kept as it was put, with a revision that changes when it does', async (t) => {
    const { db, ResourceArn } = await openShops(t);
    const put = (text: string, more: object = {}): Promise<{ RevisionId: string }> =>
      invoke(db, 'PutResourcePolicy', { ResourceArn, Policy: text, ...more });
    const first = await put(policy('a'));
    assert.deepEqual(await invoke(db, 'GetResourcePolicy', { ResourceArn }), {
      Policy: policy('a'),
      ...first,
    });
    assert.deepEqual(await put(policy('a')), first);
    const second = await put(policy('b'), { ExpectedRevisionId: first.RevisionId });
    assert.notEqual(second.RevisionId, first.RevisionId);
    for (const ExpectedRevisionId of [first.RevisionId, 'NO_POLICY'])
      assert.equal(
        (await refusal(put(policy('c'), { ExpectedRevisionId }))).code,
        'PolicyNotFoundException',
      );
  });

  it('can be deleted, also when there is none', async (t) => {
    const { db, ResourceArn } = await openShops(t);
    const get = (): Promise<unknown> => invoke(db, 'GetResourcePolicy', { ResourceArn });
    assert.equal((await refusal(get())).code, 'PolicyNotFoundException');
    const put = { ResourceArn, Policy: policy('a'), ExpectedRevisionId: 'NO_POLICY' };
    const output = await invoke(db, 'PutResourcePolicy', put);
    assert.deepEqual(await invoke(db, 'DeleteResourcePolicy', { ResourceArn }), output);
    assert.deepEqual(await invoke(db, 'DeleteResourcePolicy', { ResourceArn }), {});
    assert.equal((await refusal(get())).code, 'PolicyNotFoundException');
    const expected = { ResourceArn, ExpectedRevisionId: '1' };
    assert.equal(
      (await refusal(invoke(db, 'DeleteResourcePolicy', expected))).code,
      'PolicyNotFoundException',
    );
  });

  it('may come with the table, and must be a JSON object of at most 20 KB', async (t) => {
    const db = await open(t);
    const { TableArn: ResourceArn } = await createTable(db, 'shops', {
      ResourcePolicy: policy('a'),
    });
    const { Policy } = await invoke<{ Policy: string }>(db, 'GetResourcePolicy', { ResourceArn });
    assert.equal(Policy, policy('a'));
    for (const wrong of ['{', '[]', policy('a'.repeat(20 * 1024)), ''])
      assert.equal(
        (await refusal(invoke(db, 'PutResourcePolicy', { ResourceArn, Policy: wrong }))).code,
        'ValidationException',
      );
    const missing = { ResourceArn: `${ResourceArn as string}x` };
    assert.equal(
      (await refusal(invoke(db, 'GetResourcePolicy', missing))).code,
      'ResourceNotFoundException',
    );
  });
});

describe('contributor insights', () => {
  const shops = { TableName: 'shops' };
  const byCity = { ...shops, IndexName: 'byCity' };
  const enable = (db: DynamoDb, of: object, more: object = {}): Promise<unknown> =>
    invoke(db, 'UpdateContributorInsights', {
      ...of,
      ContributorInsightsAction: 'ENABLE',
      ...more,
    });
  const statusOf = async (db: DynamoDb, of: object): Promise<string> =>
    (await invoke<{ ContributorInsightsStatus: string }>(db, 'DescribeContributorInsights', of))
      .ContributorInsightsStatus;

  it('are off until they are switched on, for a table or for an index', async (t) => {
    const { db } = await openShops(t);
    assert.equal(await statusOf(db, shops), 'DISABLED');
    const mode = { ContributorInsightsMode: 'THROTTLED_KEYS' };
    assert.deepEqual(await enable(db, byCity, mode), {
      ...byCity,
      ContributorInsightsStatus: 'ENABLING',
      ...mode,
    });
    assert.equal(await statusOf(db, byCity), 'ENABLED');
    assert.equal(await statusOf(db, shops), 'DISABLED');
    await invoke(db, 'UpdateContributorInsights', {
      ...byCity,
      ContributorInsightsAction: 'DISABLE',
    });
    assert.equal(await statusOf(db, byCity), 'DISABLED');
    for (const of of [{ TableName: 'other' }, { ...shops, IndexName: 'other' }])
      assert.equal((await refusal(statusOf(db, of))).code, 'ResourceNotFoundException');
  });

  it('are listed page by page, and kept', async (t) => {
    const path = temporaryFolder(t);
    const before = await open(t, { path });
    await createTable(before, 'shops', BY_CITY);
    await enable(before, shops);
    await enable(before, byCity);
    await before.close();
    const db = await open(t, { path });
    const list = (input: object): Promise<{ ContributorInsightsSummaries: object[] }> =>
      invoke(db, 'ListContributorInsights', input);
    const enabled = {
      ContributorInsightsStatus: 'ENABLED',
      ContributorInsightsMode: 'ACCESSED_AND_THROTTLED_KEYS',
    };
    assert.deepEqual(await list({ MaxResults: 1 }), {
      ContributorInsightsSummaries: [{ ...shops, ...enabled }],
      NextToken: '1',
    });
    assert.deepEqual(await list({ MaxResults: 1, NextToken: '1' }), {
      ContributorInsightsSummaries: [{ ...byCity, ...enabled }],
    });
    await db.updateTable({
      ...shops,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byCity' } }],
    });
    assert.equal((await list(shops)).ContributorInsightsSummaries.length, 1);
  });
});

describe('point-in-time recovery', () => {
  it('is described with its period, 35 days unless another is given', async (t) => {
    const { db } = await openShops(t);
    const shops = { TableName: 'shops' };
    const set = (specification: object): Promise<Described> =>
      invoke(db, 'UpdateContinuousBackups', {
        ...shops,
        PointInTimeRecoverySpecification: specification,
      });
    interface Described {
      ContinuousBackupsDescription: { PointInTimeRecoveryDescription: object };
    }
    const recovery = ({ ContinuousBackupsDescription }: Described): object =>
      ContinuousBackupsDescription.PointInTimeRecoveryDescription;
    const enabled = { PointInTimeRecoveryStatus: 'ENABLED' };
    assert.deepEqual(recovery(await set({ PointInTimeRecoveryEnabled: true })), {
      ...enabled,
      RecoveryPeriodInDays: 35,
    });
    const week = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 };
    assert.deepEqual(recovery(await set(week)), { ...enabled, RecoveryPeriodInDays: 7 });
    assert.deepEqual(recovery(await invoke(db, 'DescribeContinuousBackups', shops)), {
      ...enabled,
      RecoveryPeriodInDays: 7,
    });
    assert.deepEqual(recovery(await set({ PointInTimeRecoveryEnabled: false })), {
      PointInTimeRecoveryStatus: 'DISABLED',
    });
  });
});

describe('throughput', () => {
  interface Throughput {
    ReadCapacityUnits: number;
    NumberOfDecreasesToday: number;
    LastIncreaseDateTime?: number;
    LastDecreaseDateTime?: number;
  }

  it('is described as it was until its change is over', async (t) => {
    const db = await open(t);
    const units = (count: number): object => ({
      ProvisionedThroughput: { ReadCapacityUnits: count, WriteCapacityUnits: count },
    });
    await createTable(db, 'shops', { BillingMode: 'PROVISIONED', ...units(2) });
    const change = async (count: number): Promise<[asked: Throughput, over: Throughput]> => {
      const { TableDescription } = (await db.updateTable({
        TableName: 'shops',
        ...units(count),
      })) as { TableDescription: { TableStatus: string; ProvisionedThroughput: Throughput } };
      assert.equal(TableDescription.TableStatus, 'UPDATING');
      const { Table } = (await db.describeTable({ TableName: 'shops' })) as {
        Table: { ProvisionedThroughput: Throughput };
      };
      return [TableDescription.ProvisionedThroughput, Table.ProvisionedThroughput];
    };
    const [more, increased] = await change(6);
    assert.equal(more.ReadCapacityUnits, 2);
    assert.equal(increased.ReadCapacityUnits, 6);
    assert.ok(increased.LastIncreaseDateTime! > more.LastIncreaseDateTime!);
    const [less, decreased] = await change(2);
    assert.deepEqual([less.ReadCapacityUnits, less.NumberOfDecreasesToday], [6, 0]);
    assert.equal(less.LastIncreaseDateTime, increased.LastIncreaseDateTime);
    assert.deepEqual([decreased.ReadCapacityUnits, decreased.NumberOfDecreasesToday], [2, 1]);
    assert.ok(decreased.LastDecreaseDateTime! > less.LastDecreaseDateTime!);
  });

  it('that a table or an index is to bear at once is kept', async (t) => {
    const db = await open(t);
    const warm = { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5_000 };
    const [index] = BY_CITY.GlobalSecondaryIndexes;
    await createTable(db, 'shops', {
      ...BY_CITY,
      WarmThroughput: warm,
      GlobalSecondaryIndexes: [{ ...index, WarmThroughput: warm }],
    });
    await db.updateTable({
      TableName: 'shops',
      WarmThroughput: { ReadUnitsPerSecond: 14_000 },
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'byCity', WarmThroughput: { WriteUnitsPerSecond: 6_000 } } },
      ],
    });
    const { Table } = (await db.describeTable({ TableName: 'shops' })) as {
      Table: { WarmThroughput: object; GlobalSecondaryIndexes: { WarmThroughput: object }[] };
    };
    assert.deepEqual(Table.WarmThroughput, {
      ...warm,
      ReadUnitsPerSecond: 14_000,
      Status: 'ACTIVE',
    });
    assert.deepEqual(Table.GlobalSecondaryIndexes[0]?.WarmThroughput, {
      ...warm,
      WriteUnitsPerSecond: 6_000,
      Status: 'ACTIVE',
    });
  });
});
