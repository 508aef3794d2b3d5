import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTable, N, open, refusal, S, temporaryFolder, TestClock } from './harness.js';

describe('tables', () => {
  it('are described as the service does', async (t) => {
    const clock = new TestClock();
    const db = await open(t, { clock });
    const created = await createTable(db, 'users', { range: 'N', stream: 'NEW_IMAGE' });
    assert.equal(created.TableStatus, 'CREATING');
    await db.putItem({ TableName: 'users', Item: { pk: S('ab'), sk: N(7) } });
    const { Table } = await db.describeTable({ TableName: 'users' });
    const { TableId, ...table } = Table as Record<string, unknown>;
    assert.match(TableId as string, /^[0-9a-f-]{36}$/);
    assert.deepEqual(JSON.parse(JSON.stringify(table)), {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ],
      TableName: 'users',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TableStatus: 'ACTIVE',
      CreationDateTime: clock.now() / 1000,
      ProvisionedThroughput: {
        NumberOfDecreasesToday: 0,
        ReadCapacityUnits: 0,
        WriteCapacityUnits: 0,
      },
      TableSizeBytes: 8,
      ItemCount: 1,
      TableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/users',
      BillingModeSummary: {
        BillingMode: 'PAY_PER_REQUEST',
        LastUpdateToPayPerRequestDateTime: clock.now() / 1000,
      },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      LatestStreamLabel: '2026-03-01T12:00:00.000',
      LatestStreamArn:
        'arn:aws:dynamodb:eu-west-1:123456789012:table/users/stream/2026-03-01T12:00:00.000',
      DeletionProtectionEnabled: false,
    });
  });

  it('can be named by ARN', async (t) => {
    const db = await open(t);
    const { TableArn } = await createTable(db, 'users');
    await db.putItem({ TableName: TableArn, Item: { pk: S('a') } });
    const { Item } = await db.getItem({ TableName: 'users', Key: { pk: S('a') } });
    assert.deepEqual(Item, { pk: S('a') });
  });

  it('are listed by name, in pages', async (t) => {
    const db = await open(t);
    for (const name of ['ccc', 'aaa', 'bbb']) await createTable(db, name);
    const first = await db.listTables({ Limit: 2 });
    assert.deepEqual(first, { TableNames: ['aaa', 'bbb'], LastEvaluatedTableName: 'bbb' });
    const second = await db.listTables({ ExclusiveStartTableName: 'bbb' });
    assert.deepEqual(second, { TableNames: ['ccc'] });
  });

  it('are gone at once when deleted, and their items do not come back with the name', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    await db.putItem({ TableName: 'users', Item: { pk: S('a') } });
    const { TableDescription } = await db.deleteTable({ TableName: 'users' });
    assert.equal((TableDescription as { TableStatus: string }).TableStatus, 'DELETING');
    const missing = await refusal(db.getItem({ TableName: 'users', Key: { pk: S('a') } }));
    assert.equal(missing.message, 'Requested resource not found');
    const undescribed = await refusal(db.describeTable({ TableName: 'users' }));
    assert.equal(undescribed.message, 'Requested resource not found: Table: users not found');
    await createTable(db, 'users');
    assert.equal((await db.scan({ TableName: 'users' })).Count, 0);
  });

  it('are described only in part in the answer to their deletion', async (t) => {
    const db = await open(t);
    await createTable(db, 'users', { range: 'S' });
    const { TableDescription } = await db.deleteTable({ TableName: 'users' });
    assert.deepEqual(Object.keys(TableDescription as object).sort(), [
      'BillingModeSummary',
      'DeletionProtectionEnabled',
      'ItemCount',
      'ProvisionedThroughput',
      'TableArn',
      'TableId',
      'TableName',
      'TableSizeBytes',
      'TableStatus',
    ]);
  });

  it('take tags with the characters that tags may have, in any script, and answer without a body', async (t) => {
    const db = await open(t);
    await createTable(db, 'users');
    const { Table } = (await db.describeTable({ TableName: 'users' })) as {
      Table: { TableArn: string };
    };
    const tag = (Key: string, Value: string): Promise<string | Buffer> =>
      db.answer('TagResource', { ResourceArn: Table.TableArn, Tags: [{ Key, Value }] });
    assert.equal(await tag('環境 +-=._:/@', ''), '');
    for (const [key, value] of [
      ['hi!', 'x'],
      ['x', 'd%g'],
    ] as const) {
      const error = await refusal(tag(key, value));
      assert.equal(error.code, 'ValidationException');
    }
    const noArn = await refusal(
      db.answer('TagResource', { ResourceArn: 'users', Tags: [{ Key: 'a', Value: 'b' }] }),
    );
    assert.equal(noArn.message, "ARNs must start with 'arn:': users");
  });

  it('cannot be deleted while protected', async (t) => {
    const db = await open(t);
    await createTable(db, 'users', { DeletionProtectionEnabled: true });
    const error = await refusal(db.deleteTable({ TableName: 'users' }));
    assert.equal(error.code, 'ValidationException');
    assert.match(error.message, /protected against deletion/);
    await db.updateTable({ TableName: 'users', DeletionProtectionEnabled: false });
    await db.deleteTable({ TableName: 'users' });
  });

  it('change their billing mode and throughput', async (t) => {
    const db = await open(t);
    await createTable(db, 'users', {
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    });
    const same = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    const unchanged = await refusal(
      db.updateTable({ TableName: 'users', ProvisionedThroughput: same }),
    );
    assert.match(unchanged.message, /^The provisioned throughput for the table will not change\./);
    await db.updateTable({
      TableName: 'users',
      ProvisionedThroughput: { ReadCapacityUnits: 9, WriteCapacityUnits: 4 },
    });
    const provisioned = (await db.describeTable({ TableName: 'users' })).Table as {
      ProvisionedThroughput: Record<string, number>;
    };
    assert.equal(provisioned.ProvisionedThroughput.ReadCapacityUnits, 9);
    assert.equal(provisioned.ProvisionedThroughput.NumberOfDecreasesToday, 1);
    await db.updateTable({ TableName: 'users', BillingMode: 'PAY_PER_REQUEST' });
    const onDemand = (await db.describeTable({ TableName: 'users' })).Table as {
      BillingModeSummary: { BillingMode: string };
      ProvisionedThroughput: Record<string, number>;
    };
    assert.equal(onDemand.BillingModeSummary.BillingMode, 'PAY_PER_REQUEST');
    assert.equal(onDemand.ProvisionedThroughput.ReadCapacityUnits, 0);
  });

  it('are there again after closing and opening, with their counts', async (t) => {
    const path = temporaryFolder(t);
    const first = await open(t, { path });
    await createTable(first, 'users', { range: 'S' });
    await createTable(first, 'gone');
    for (const sk of ['a', 'b', 'c'])
      await first.putItem({ TableName: 'users', Item: { pk: S('p'), sk: S(sk) } });
    await first.deleteItem({ TableName: 'users', Key: { pk: S('p'), sk: S('b') } });
    await first.deleteTable({ TableName: 'gone' });
    const before = await first.describeTable({ TableName: 'users' });
    await first.close();
    const second = await open(t, { path });
    assert.deepEqual(await second.describeTable({ TableName: 'users' }), before);
    assert.equal((before.Table as { ItemCount: number }).ItemCount, 2);
    assert.deepEqual(await second.listTables(), { TableNames: ['users'] });
    const { Items } = await second.scan({ TableName: 'users' });
    assert.deepEqual(Items, [
      { pk: S('p'), sk: S('a') },
      { pk: S('p'), sk: S('c') },
    ]);
  });

  it('keep settings and tags', async (t) => {
    const db = await open(t);
    const { TableArn } = await createTable(db, 'users', {
      Tags: [{ Key: 'env', Value: 'test' }],
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      SSESpecification: { Enabled: true },
      OnDemandThroughput: { MaxReadRequestUnits: 10 },
    });
    const { Table } = await db.describeTable({ TableName: 'users' });
    const table = Table as Record<string, Record<string, unknown>>;
    assert.deepEqual(table.TableClassSummary, { TableClass: 'STANDARD_INFREQUENT_ACCESS' });
    assert.equal(table.SSEDescription?.Status, 'ENABLED');
    assert.deepEqual(table.OnDemandThroughput, { MaxReadRequestUnits: 10 });
    await db.invoke('TagResource', { ResourceArn: TableArn, Tags: [{ Key: 'team', Value: 'x' }] });
    await db.invoke('UntagResource', { ResourceArn: TableArn, TagKeys: ['env'] });
    assert.equal(
      await db.invoke('ListTagsOfResource', { ResourceArn: TableArn }),
      '{"Tags":[{"Key":"team","Value":"x"}]}',
    );
  });

  it('refuse what this engine does not have', async (t) => {
    const db = await open(t);
    const unknown = await refusal(db.invoke('CreateGlobalTable', {}));
    assert.equal(unknown.code, 'UnknownOperationException');
  });
});
