import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DynamoDb, type PageOutput } from '../../../src/dynamodb/index.js';
import { openEngine } from '../../../src/dynamodb/open-engine.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import {
  createTable,
  invoke,
  N,
  open,
  refusal,
  S,
  SCOPE,
  sortKeys,
  temporaryFolder,
} from './harness.js';

const ATTRIBUTES = ['pk', 'sk', 'g', 'l'].map((AttributeName) => ({
  AttributeName,
  AttributeType: 'S',
}));
const index = (
  name: string,
  hash: string,
  range: string | undefined,
  Projection: object,
): object => ({
  IndexName: name,
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : []),
  ],
  Projection,
});
const INDEXED = {
  range: 'S',
  AttributeDefinitions: ATTRIBUTES,
  GlobalSecondaryIndexes: [
    index('byG', 'g', 'sk', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['shown'] }),
  ],
  LocalSecondaryIndexes: [index('byL', 'pk', 'l', { ProjectionType: 'KEYS_ONLY' })],
} as const;

const byG = (db: DynamoDb, g: string, more: object = {}): Promise<PageOutput> =>
  db.query({
    TableName: 'rows',
    IndexName: 'byG',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': S(g) },
    ...more,
  });

const item = (pk: string, sk: string, more: Item = {}): Item => ({ pk: S(pk), sk: S(sk), ...more });

/** What a Scan of an index shows, whatever its order. */
async function scanned(db: DynamoDb, IndexName: string): Promise<Set<string>> {
  const { Items } = await db.scan({ TableName: 'rows', IndexName });
  return new Set(Items.map((one) => `${one.pk!.S}/${one.sk!.S}`));
}

describe('indexes', () => {
  it('hold what they project of the items that have their keys', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const put = (one: Item): Promise<unknown> => db.putItem({ TableName: 'rows', Item: one });
    await put(item('a', '1', { g: S('x'), shown: N(1), hidden: N(1) }));
    await put(item('b', '0', { g: S('x'), l: S('z') }));
    await put(item('c', '2', { l: S('y') }));
    const { Items } = await byG(db, 'x');
    assert.deepEqual(Items, [
      item('b', '0', { g: S('x') }),
      item('a', '1', { g: S('x'), shown: N(1) }),
    ]);
    assert.deepEqual(await scanned(db, 'byL'), new Set(['b/0', 'c/2']));
    const reversed = await byG(db, 'x', { ScanIndexForward: false });
    assert.deepEqual(sortKeys(reversed.Items), ['1', '0']);
  });

  it('follow each change of an item', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const Key = item('a', '1');
    const update = (UpdateExpression: string, values?: Item): Promise<unknown> =>
      db.updateItem({
        TableName: 'rows',
        Key,
        UpdateExpression,
        ...(values ? { ExpressionAttributeValues: values } : {}),
      });
    await update('SET g = :g', { ':g': S('x') });
    assert.equal((await byG(db, 'x')).Count, 1);
    await update('SET g = :g', { ':g': S('y') });
    assert.deepEqual([(await byG(db, 'x')).Count, (await byG(db, 'y')).Count], [0, 1]);
    await update('SET shown = :s', { ':s': N(2) });
    assert.deepEqual((await byG(db, 'y')).Items[0]?.shown, N(2));
    await update('REMOVE g');
    assert.equal((await byG(db, 'y')).Count, 0);
    await update('SET g = :g', { ':g': S('y') });
    await db.deleteItem({ TableName: 'rows', Key });
    assert.equal((await byG(db, 'y')).Count, 0);
    const { Table } = await db.describeTable({ TableName: 'rows' });
    const [described] = (Table as { GlobalSecondaryIndexes: { ItemCount: number }[] })
      .GlobalSecondaryIndexes;
    assert.equal(described?.ItemCount, 0);
  });

  it('are paged by keys of the index and the table', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const all = Array.from({ length: 25 }, (_, at) => `p${at}`);
    for (const pk of all)
      await db.putItem({ TableName: 'rows', Item: item(pk, 's', { g: S('same') }) });
    const seen: string[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page: PageOutput = await byG(db, 'same', { Limit: 4, ExclusiveStartKey });
      seen.push(...page.Items.map(({ pk }) => pk!.S!));
      ExclusiveStartKey = page.LastEvaluatedKey;
      if (ExclusiveStartKey) assert.deepEqual(Object.keys(ExclusiveStartKey), ['pk', 'sk', 'g']);
    } while (ExclusiveStartKey);
    assert.equal(seen.length, 25);
    assert.deepEqual(new Set(seen), new Set(all));
  });

  it('take from the table what a local one does not hold; global ones refuse', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const whole = item('a', '1', { g: S('x'), l: S('z'), hidden: N(1) });
    await db.putItem({ TableName: 'rows', Item: whole });
    const local = await db.query({
      TableName: 'rows',
      IndexName: 'byL',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': S('a') },
      Select: 'ALL_ATTRIBUTES',
      ConsistentRead: true,
    });
    assert.deepEqual(local.Items, [whole]);
    const all = await refusal(byG(db, 'x', { Select: 'ALL_ATTRIBUTES' }));
    assert.match(
      all.message,
      /Select type ALL_ATTRIBUTES is not supported for global secondary index byG/,
    );
    const consistent = await refusal(byG(db, 'x', { ConsistentRead: true }));
    assert.equal(
      consistent.message,
      'Consistent reads are not supported on global secondary indexes',
    );
    const unknown = await refusal(db.scan({ TableName: 'rows', IndexName: 'nothing' }));
    assert.equal(unknown.message, 'The table does not have the specified index: nothing');
  });

  it('refuse keys of the wrong type and empty ones', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const put = async (g: object): Promise<string> =>
      (await refusal(db.putItem({ TableName: 'rows', Item: { ...item('a', '1'), g } }))).message;
    assert.equal(
      await put(N(1)),
      'One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG',
    );
    assert.match(
      await put(S('')),
      /A value specified for a secondary index key is not supported\./,
    );
  });

  it('refuse keys that an update copies from an attribute of another type, or too long', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const copied = async (from: object): Promise<string> => {
      await db.putItem({ TableName: 'rows', Item: item('a', '1', { from }) });
      const update = db.updateItem({
        TableName: 'rows',
        Key: item('a', '1'),
        UpdateExpression: 'SET g = #from',
        ExpressionAttributeNames: { '#from': 'from' },
      });
      return (await refusal(update)).message;
    };
    const attempted = 'The update expression attempted to update the secondary index key';
    assert.equal(await copied(N(1)), `${attempted} to unsupported type`);
    assert.equal(await copied(S('x'.repeat(2049))), `${attempted} beyond allowed size limits`);
  });

  it('cost a write for each entry that changes', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const put = async (one: Item): Promise<unknown> => {
      const input = { TableName: 'rows', Item: one, ReturnConsumedCapacity: 'INDEXES' };
      return (await invoke<{ ConsumedCapacity: unknown }>(db, 'PutItem', input)).ConsumedCapacity;
    };
    const units = (CapacityUnits: number): object => ({ CapacityUnits });
    const indexed = item('a', '1', { g: S('x'), l: S('z') });
    assert.deepEqual(await put(indexed), {
      TableName: 'rows',
      CapacityUnits: 3,
      Table: units(1),
      GlobalSecondaryIndexes: { byG: units(1) },
      LocalSecondaryIndexes: { byL: units(1) },
    });
    assert.deepEqual(await put(indexed), { TableName: 'rows', CapacityUnits: 1, Table: units(1) });
    assert.deepEqual(await put({ ...indexed, g: S('y'), hidden: N(1) }), {
      TableName: 'rows',
      CapacityUnits: 3,
      Table: units(1),
      GlobalSecondaryIndexes: { byG: units(2) },
    });
  });

  it('are filled when added later, and gone when dropped', async (t) => {
    const path = temporaryFolder(t);
    const db = await open(t, { path });
    await createTable(db, 'rows', { range: 'S' });
    const put = (at: number): Promise<unknown> =>
      db.putItem({ TableName: 'rows', Item: item(`p${at}`, 's', { g: S('x') }) });
    await Promise.all(Array.from({ length: 700 }, (_, at) => put(at)));
    const { TableDescription } = await db.updateTable({
      TableName: 'rows',
      AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        { Create: index('byG', 'g', undefined, { ProjectionType: 'ALL' }) },
      ],
    });
    assert.equal((TableDescription as { TableStatus: string }).TableStatus, 'UPDATING');
    // Changes while it is being filled count once.
    await Promise.all([
      ...Array.from({ length: 100 }, (_, at) => put(700 + at)),
      ...Array.from({ length: 50 }, (_, at) =>
        db.deleteItem({ TableName: 'rows', Key: item(`p${at * 10}`, 's') }),
      ),
    ]);
    const indexes = async (): Promise<{ IndexStatus: string; ItemCount: number }[] | undefined> =>
      (
        (await db.describeTable({ TableName: 'rows' })).Table as {
          GlobalSecondaryIndexes?: { IndexStatus: string; ItemCount: number }[];
        }
      ).GlobalSecondaryIndexes;
    while ((await indexes())?.[0]?.IndexStatus !== 'ACTIVE')
      await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await indexes())?.[0]?.ItemCount, 750);
    assert.equal((await byG(db, 'x', { Select: 'COUNT' })).Count, 750);
    await db.updateTable({
      TableName: 'rows',
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byG' } }],
    });
    assert.equal(await indexes(), undefined);
    await db.close();
    const again = await open(t, { path });
    assert.equal((await again.scan({ TableName: 'rows', Select: 'COUNT' })).Count, 750);
  });

  it('are filled without the older items whose value can be no key', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'S' });
    const lengths = [0, 1, 1024, 1025, 2048, 2049, 66_500];
    for (const length of lengths)
      await db.putItem({
        TableName: 'rows',
        Item: item(String(length), 's', { g: S('g'.repeat(length)) }),
      });
    await db.putItem({ TableName: 'rows', Item: item('number', 's', { g: { N: '1' } }) });
    const add = (name: string, ...keys: [string, string?]): Promise<unknown> =>
      db.updateTable({
        TableName: 'rows',
        AttributeDefinitions: [
          { AttributeName: 'g', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexUpdates: [
          { Create: index(name, ...keys, { ProjectionType: 'KEYS_ONLY' }) },
        ],
      });
    const held = async (name: string): Promise<unknown> => {
      for (;;) {
        const { Table } = await db.describeTable({ TableName: 'rows' });
        if ((Table as { TableStatus: string }).TableStatus === 'ACTIVE') break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { Items } = await db.scan({ TableName: 'rows', IndexName: name });
      return (Items as { pk: { S: string } }[]).map(({ pk }) => Number(pk.S)).sort((a, b) => a - b);
    };
    await add('asHash', 'g', undefined);
    assert.deepEqual(await held('asHash'), [1, 1024, 1025, 2048]);
    await add('asRange', 'sk', 'g');
    assert.deepEqual(await held('asRange'), [1, 1024]);
  });

  it('hold items whose keys are as long as they may be together', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const long = (first: string): Item => ({
      pk: S(first + 'p'.repeat(2047)),
      sk: S('s'.repeat(1024)),
      g: S('g'.repeat(2048)),
      l: S('l'.repeat(1024)),
    });
    for (const first of ['1', '2', '3']) await db.putItem({ TableName: 'rows', Item: long(first) });
    const g = 'g'.repeat(2048);
    assert.equal((await byG(db, g)).Count, 3);
    const page = await byG(db, g, { Limit: 1 });
    const rest = await byG(db, g, { ExclusiveStartKey: page.LastEvaluatedKey });
    assert.equal(rest.Count, 2);
    await db.deleteItem({ TableName: 'rows', Key: { pk: long('2').pk, sk: long('2').sk } });
    assert.equal((await byG(db, g)).Count, 2);
  });

  it('that come later leave out definitions that they do not use', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'S' });
    const output = await db.updateTable({
      TableName: 'rows',
      AttributeDefinitions: [
        { AttributeName: 'unused', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'g', AttributeType: 'B' },
      ],
      GlobalSecondaryIndexUpdates: [{ Create: index('byG', 'g', 'sk', { ProjectionType: 'ALL' }) }],
    });
    const { AttributeDefinitions } = output.TableDescription as { AttributeDefinitions: unknown };
    assert.deepEqual(AttributeDefinitions, [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'g', AttributeType: 'B' },
    ]);
  });

  it('that come later cannot give an attribute another type', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const error = await refusal(
      db.updateTable({
        TableName: 'rows',
        AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'N' }],
        GlobalSecondaryIndexUpdates: [
          { Create: index('other', 'g', undefined, { ProjectionType: 'ALL' }) },
        ],
      }),
    );
    assert.equal(error.code, 'ValidationException');
    assert.equal(
      error.message,
      'One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. ' +
        'Existing schema: Schema:[SchemaElement: key{g:S:HASH}, SchemaElement: key{sk:S:RANGE}] New schema: Schema:[SchemaElement: key{g:N:HASH}]',
    );
  });

  const REFUSED_UPDATES: [what: string, update: object, type: string, text: RegExp][] = [
    [
      'one that changes nothing',
      {},
      'ValidationException',
      /One of GlobalSecondaryIndexUpdate.Update/,
    ],
    [
      'one that creates and deletes',
      {
        Create: index('new', 'g', undefined, { ProjectionType: 'ALL' }),
        Delete: { IndexName: 'byG' },
      },
      'ValidationException',
      /Only one of GlobalSecondaryIndexUpdate.Update/,
    ],
    [
      'the end of a local index',
      { Delete: { IndexName: 'byL' } },
      'ValidationException',
      /^Cannot delete an index that is not a GlobalSecondaryIndex$/,
    ],
    [
      'the end of an index that is not there',
      { Delete: { IndexName: 'none' } },
      'ResourceNotFoundException',
      /Index: none not found in table: rows/,
    ],
    [
      'a throughput where the table is billed by request',
      {
        Update: {
          IndexName: 'byG',
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        },
      },
      'ValidationException',
      /ProvisionedThroughput should not be specified for index: byG when BillingMode is PAY_PER_REQUEST/,
    ],
  ];
  for (const [what, update, type, text] of REFUSED_UPDATES)
    it(`cannot be updated with ${what}`, async (t) => {
      const db = await open(t);
      await createTable(db, 'rows', INDEXED);
      const error = await refusal(
        db.updateTable({
          TableName: 'rows',
          AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
          GlobalSecondaryIndexUpdates: [update],
        }),
      );
      assert.equal(error.code, type);
      assert.match(error.message, text);
    });

  it('are described as they are being deleted in the answer to the request', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', INDEXED);
    const { TableDescription } = await db.updateTable({
      TableName: 'rows',
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byG' } }],
    });
    const { GlobalSecondaryIndexes } = TableDescription as {
      GlobalSecondaryIndexes: { IndexName: string; IndexStatus: string }[];
    };
    assert.deepEqual(
      GlobalSecondaryIndexes.map(({ IndexName, IndexStatus }) => [IndexName, IndexStatus]),
      [['byG', 'DELETING']],
    );
  });

  it('that come later have also what was written in the same moment, while a table is being removed', async (t) => {
    const opened = await openEngine({ ...SCOPE, path: temporaryFolder(t) });
    const db = new DynamoDb(opened);
    t.after(() => db.close());
    await createTable(db, 'rows');
    await createTable(db, 'gone');

    // The moment: the last step of the removal is durable, and the next work is looked for.
    const { store, catalog } = opened.engine;
    const whenDurable = store.whenDurable.bind(store);
    let together: Promise<unknown> | undefined;
    store.whenDurable = async () => {
      const isRemoving = catalog.purges().length > 0;
      await whenDurable();
      if (together || !isRemoving || catalog.purges().length > 0) return;
      together = Promise.all([
        db.putItem({ TableName: 'rows', Item: { pk: S('1'), g: S('x') } }),
        db.updateTable({
          TableName: 'rows',
          AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
          GlobalSecondaryIndexUpdates: [
            { Create: index('byG', 'g', undefined, { ProjectionType: 'ALL' }) },
          ],
        }),
      ]);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve(); // both are taken up
    };
    await db.deleteTable({ TableName: 'gone' });
    await opened.background.idle();
    assert.ok(together);
    await together;
    await opened.background.idle();
    assert.equal((await byG(db, 'x')).Count, 1);
  });
});

describe('a filter on what a local index does not hold', () => {
  it('sees the whole item, and answers what the index holds', async (t) => {
    const db = await open(t);
    await db.createTable({
      TableName: 'rows',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk', 'day'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      LocalSecondaryIndexes: [
        {
          IndexName: 'byDay',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'day', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    const Item = { pk: S('a'), sk: S('1'), day: S('mon'), note: S('x') };
    await db.putItem({ TableName: 'rows', Item });
    const input = {
      TableName: 'rows',
      IndexName: 'byDay',
      FilterExpression: 'note = :x',
      ExpressionAttributeValues: { ':x': S('x') },
    };
    const { note: _, ...projected } = Item;
    assert.deepEqual((await db.scan(input)).Items, [projected]);
    assert.deepEqual((await db.scan({ ...input, Select: 'ALL_ATTRIBUTES' })).Items, [Item]);
  });
});
