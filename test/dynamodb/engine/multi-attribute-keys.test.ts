import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb, PageOutput } from '../../../src/dynamodb/index.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import { createTable, N, open, refusal, S } from './harness.js';

const TYPES = { pk: 'S', country: 'S', city: 'S', yr: 'N', mon: 'N', street: 'S' } as const;
const ATTRIBUTES = Object.entries(TYPES).map(([AttributeName, AttributeType]) => ({
  AttributeName,
  AttributeType,
}));
const BY_PLACE = {
  IndexName: 'byPlace',
  KeySchema: [
    { AttributeName: 'country', KeyType: 'HASH' },
    { AttributeName: 'city', KeyType: 'HASH' },
    { AttributeName: 'yr', KeyType: 'RANGE' },
    { AttributeName: 'mon', KeyType: 'RANGE' },
    { AttributeName: 'street', KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' },
};

const sale = (pk: string, city: string, year: number, month: number, street: string): Item => ({
  pk: S(pk),
  country: S('jp'),
  city: S(city),
  yr: N(year),
  mon: N(month),
  street: S(street),
  price: N(1),
});
const SALES = [
  sale('a', 'osaka', 2024, 11, 'midosuji'),
  sale('b', 'osaka', 2024, 2, 'midosuji'),
  sale('c', 'osaka', 2024, 11, 'dotonbori'),
  sale('d', 'osaka', 2023, 12, 'sakai'),
  sale('e', 'kyoto', 2024, 1, 'teramachi'),
];

async function openSales(t: Parameters<typeof open>[0]): Promise<DynamoDb> {
  const db = await open(t);
  await createTable(db, 'sales', {
    AttributeDefinitions: ATTRIBUTES,
    GlobalSecondaryIndexes: [BY_PLACE],
  });
  for (const Item of SALES) await db.putItem({ TableName: 'sales', Item });
  return db;
}

const VALUES: Item = {
  ':o': S('jp'),
  ':c': S('osaka'),
  ':y': N(2024),
  ':m': N(11),
  ':s': S('d'),
};

const query = (db: DynamoDb, condition: string, more: object = {}): Promise<PageOutput> =>
  db.query({
    TableName: 'sales',
    IndexName: 'byPlace',
    KeyConditionExpression: condition,
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(VALUES).filter(([name]) => condition.includes(name)),
    ),
    ...more,
  });

const names = ({ Items }: PageOutput): (string | undefined)[] => Items.map(({ pk }) => pk!.S);
const list = (text: string): string[] => text.split(' ');

describe('a global index with several key attributes', () => {
  it('answers conditions on the first sort attributes, in the order of all of them', async (t) => {
    const db = await openSales(t);
    const osaka = 'country = :o AND city = :c';
    const cases: [string, string][] = [
      [osaka, 'd b c a'],
      [`${osaka} AND yr = :y`, 'b c a'],
      [`${osaka} AND yr < :y`, 'd'],
      [`${osaka} AND yr = :y AND mon = :m`, 'c a'],
      [`${osaka} AND yr = :y AND mon < :m`, 'b'],
      [`${osaka} AND yr = :y AND mon = :m AND begins_with(street, :s)`, 'c'],
      ['mon = :m AND city = :c AND yr = :y AND country = :o', 'c a'],
    ];
    for (const [condition, expected] of cases) {
      assert.deepEqual(names(await query(db, condition)), list(expected), condition);
      const backwards = await query(db, condition, { ScanIndexForward: false });
      assert.deepEqual(names(backwards), list(expected).toReversed(), condition);
    }
  });

  it('refuses a condition behind one that is missing or is no equality', async (t) => {
    const db = await openSales(t);
    const cases: [string, string][] = [
      ['country = :o AND yr = :y', 'Query condition missed key schema element: city'],
      [
        'country = :o AND city = :c AND mon = :m',
        'RANGE key attributes yr must have equality conditions specified in the query because a condition is present on key attribute mon',
      ],
      [
        'country = :o AND city = :c AND yr > :y AND mon = :m',
        'RANGE key attributes yr must have equality conditions specified in the query because a condition is present on key attribute mon',
      ],
    ];
    for (const [condition, message] of cases)
      assert.equal((await refusal(query(db, condition))).message, message);
  });

  it('holds only items that have all of them', async (t) => {
    const db = await openSales(t);
    const { mon, ...without } = sale('f', 'osaka', 2024, 1, 'namba');
    await db.putItem({ TableName: 'sales', Item: without });
    assert.deepEqual(names(await query(db, 'country = :o AND city = :c')), list('d b c a'));
    const update = {
      TableName: 'sales',
      Key: { pk: S('f') },
      UpdateExpression: 'SET mon = :m',
    };
    await db.updateItem({ ...update, ExpressionAttributeValues: { ':m': mon } });
    assert.deepEqual(names(await query(db, 'country = :o AND city = :c')), list('d f b c a'));
    const wrong = await refusal(
      db.updateItem({ ...update, ExpressionAttributeValues: { ':m': S('May') } }),
    );
    assert.equal(wrong.code, 'ValidationException');
  });

  it('goes on after a key that names all of them and the table’s', async (t) => {
    const db = await openSales(t);
    const first = await query(db, 'country = :o AND city = :c', { Limit: 2 });
    assert.deepEqual(Object.keys(first.LastEvaluatedKey!).sort(), Object.keys(TYPES).sort());
    const rest = await query(db, 'country = :o AND city = :c', {
      ExclusiveStartKey: first.LastEvaluatedKey,
    });
    assert.deepEqual([...names(first), ...names(rest)], list('d b c a'));
    const { street, ...incomplete } = first.LastEvaluatedKey!;
    assert.ok(street);
    const error = await refusal(
      query(db, 'country = :o AND city = :c', { ExclusiveStartKey: incomplete }),
    );
    assert.equal(error.message, 'The provided starting key is invalid');
    const pages: unknown[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await db.scan({
        TableName: 'sales',
        IndexName: 'byPlace',
        Limit: 2,
        ExclusiveStartKey,
      });
      pages.push(...names(page));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    assert.deepEqual(pages.sort(), list('a b c d e'));
  });

  it('can be added to a table that has items', async (t) => {
    const db = await open(t);
    await createTable(db, 'sales');
    for (const Item of SALES) await db.putItem({ TableName: 'sales', Item });
    await db.updateTable({
      TableName: 'sales',
      AttributeDefinitions: ATTRIBUTES,
      GlobalSecondaryIndexUpdates: [{ Create: BY_PLACE }],
    });
    const describe = async (): Promise<{ IndexStatus: string; KeySchema: unknown }> => {
      const { Table } = await db.describeTable({ TableName: 'sales' });
      return (Table as { GlobalSecondaryIndexes: [never] }).GlobalSecondaryIndexes[0];
    };
    while ((await describe()).IndexStatus !== 'ACTIVE')
      await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual((await describe()).KeySchema, BY_PLACE.KeySchema);
    assert.deepEqual(
      names(await query(db, 'country = :o AND city = :c AND yr = :y')),
      list('b c a'),
    );
  });

  it('has four attributes of each type at most, the partition key’s first', async (t) => {
    const db = await open(t);
    const create = (name: string, hashes: number, ranges: number, last = 0): Promise<unknown> => {
      const keys = ['HASH', 'RANGE', 'HASH']
        .flatMap((KeyType, at) => Array<string>([hashes, ranges, last][at]!).fill(KeyType))
        .map((KeyType, at) => ({ AttributeName: `k${at}`, AttributeType: 'S', KeyType }));
      return createTable(db, name, {
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, ...keys],
        GlobalSecondaryIndexes: [{ ...BY_PLACE, KeySchema: keys }],
      });
    };
    await create('most', 4, 4);
    await create('two-hashes', 2, 0);
    await create('two-ranges', 1, 2);
    for (const wrong of [create('a', 5, 0), create('b', 1, 5), create('c', 0, 1)])
      assert.equal((await refusal(wrong)).code, 'ValidationException');
    assert.equal((await refusal(create('d', 1, 1, 1))).code, 'ValidationException');
  });
});
