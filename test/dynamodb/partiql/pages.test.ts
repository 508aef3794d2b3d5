import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import {
  createTable,
  invoke,
  N,
  open,
  recordsOf,
  refusal,
  S,
  sortKeys,
} from '../engine/harness.js';

interface Output {
  Items: Item[];
  NextToken?: string;
  LastEvaluatedKey?: Item;
  ConsumedCapacity?: Record<string, unknown>;
}

const execute = (db: DynamoDb, Statement: string, more: object = {}): Promise<Output> =>
  invoke(db, 'ExecuteStatement', { Statement, ...more });

async function openParts(t: { after: (end: () => void) => void }): Promise<DynamoDb> {
  const db = await open(t);
  await createTable(db, 'parts', {
    range: 'S',
    stream: 'NEW_AND_OLD_IMAGES',
    AttributeDefinitions: ['pk', 'sk', 'g', 'l'].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-g',
        KeySchema: [
          { AttributeName: 'g', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-l',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'l', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  for (const pk of ['a', 'b'])
    for (const sk of ['1', '2', '3'])
      await db.putItem({
        TableName: 'parts',
        Item: { pk: S(pk), sk: S(sk), g: S('g'), l: S(sk), n: N(sk) },
      });
  return db;
}

/** Reads all pages of a statement; rows as `pk` and `sk`. */
async function pagesOf(db: DynamoDb, Statement: string, Limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await execute(db, Statement, { Limit, ...(NextToken && { NextToken }) });
    pages.push(page.Items.map(({ pk, sk }) => `${pk?.S ?? ''}${sk?.S ?? ''}`));
    assert.equal(page.NextToken === undefined, page.LastEvaluatedKey === undefined);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return pages;
}

describe('pages of a SELECT', () => {
  it('go on where the last one ended, through all reads of a statement', async (t) => {
    const db = await openParts(t);
    const cases: [where: string, limit: number, pages: string[][]][] = [
      ["pk = 'a'", 2, [['a1', 'a2'], ['a3']]],
      ["pk = 'a'", 3, [['a1', 'a2', 'a3'], []]],
      ["pk = 'a' ORDER BY sk DESC", 2, [['a3', 'a2'], ['a1']]],
      ["pk IN ['b', 'a'] AND sk > '1'", 3, [['b2', 'b3', 'a2'], ['a3']]],
      ["pk = 'a' AND sk IN ['3', '1']", 1, [['a1'], ['a3'], []]],
      ["pk = 'a' AND n = 3", 2, [[], ['a3']]],
    ];
    for (const [where, limit, pages] of cases)
      assert.deepEqual(await pagesOf(db, `SELECT * FROM parts WHERE ${where}`, limit), pages);
    const scanned = (await pagesOf(db, 'SELECT * FROM parts', 4)).flat().sort();
    assert.deepEqual(scanned, ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
    const indexed = await pagesOf(
      db,
      `SELECT * FROM parts."by-g" WHERE g = 'g' ORDER BY sk DESC`,
      1,
    );
    assert.deepEqual(
      indexed.flat().map((row) => row.at(-1)),
      ['3', '3', '2', '2', '1', '1'],
    );
  });

  it('end after a megabyte, over several partitions', async (t) => {
    const db = await open(t);
    await createTable(db, 'large', { range: 'N' });
    const text = S('x'.repeat(300_000));
    for (const pk of ['a', 'b'])
      for (const sk of [1, 2, 3])
        await db.putItem({ TableName: 'large', Item: { pk: S(pk), sk: N(sk), text } });
    const statement = "SELECT sk FROM large WHERE pk IN ['a', 'b']";
    const first = await execute(db, statement);
    assert.deepEqual(sortKeys(first.Items), ['1', '2', '3', '1']);
    const second = await execute(db, statement, { NextToken: first.NextToken });
    assert.deepEqual(sortKeys(second.Items), ['2', '3']);
    assert.equal(second.NextToken, undefined);
  });

  it('refuse tokens of other statements, and what is no token', async (t) => {
    const db = await openParts(t);
    const statement = 'SELECT * FROM parts WHERE pk = ?';
    const Parameters = [S('a')];
    const { NextToken } = await execute(db, statement, { Parameters, Limit: 1 });
    const messageOf = async (text: string, more: object): Promise<string> =>
      (await refusal(execute(db, text, more))).message;
    const mismatch = 'NextToken does not match request';
    assert.equal(await messageOf(`${statement} `, { Parameters, NextToken }), mismatch);
    assert.equal(await messageOf(statement, { Parameters: [S('b')], NextToken }), mismatch);
    const token = JSON.parse(Buffer.from(NextToken!, 'base64').toString()) as object;
    const forged = (changes: object): string =>
      Buffer.from(JSON.stringify({ ...token, ...changes })).toString('base64');
    for (const wrong of [
      'abc',
      Buffer.from('null').toString('base64'),
      forged({ key: { pk: S('a') } }),
      forged({ key: { pk: S('a'), sk: N(1) } }),
      forged({ key: { pk: S('b'), sk: S('1') } }),
      forged({ key: { pk: {}, sk: S('1') } }),
      forged({ read: -1 }),
      forged({ read: 0.5 }),
      forged({ read: 7 }),
    ])
      assert.equal(
        await messageOf(statement, { Parameters, NextToken: wrong }),
        'Invalid NextToken',
      );
  });
});

describe('the price of a statement', () => {
  const charged = async (db: DynamoDb, statement: string, more: object = {}): Promise<unknown> =>
    (await execute(db, statement, { ReturnConsumedCapacity: 'INDEXES', ...more })).ConsumedCapacity;
  const units = (CapacityUnits: number): object => ({ CapacityUnits });

  it('is that of the read behind it', async (t) => {
    const db = await openParts(t);
    const common = { TableName: 'parts' };
    const select = "SELECT * FROM parts WHERE pk = 'a'";
    assert.deepEqual(await charged(db, select), { ...common, ...units(0.5), Table: units(0.5) });
    assert.deepEqual(await charged(db, select, { ConsistentRead: true }), {
      ...common,
      ...units(1),
      Table: units(1),
    });
    assert.deepEqual(await charged(db, `SELECT * FROM parts."by-g" WHERE g = 'g'`), {
      ...common,
      ...units(0.5),
      Table: units(0),
      GlobalSecondaryIndexes: { 'by-g': units(0.5) },
    });
    const fetching = `SELECT n FROM parts."by-l" WHERE pk = 'a'`;
    assert.deepEqual(await charged(db, fetching), {
      ...common,
      ...units(2),
      Table: units(1.5),
      LocalSecondaryIndexes: { 'by-l': units(0.5) },
    });
    assert.deepEqual(await charged(db, fetching, { Limit: 1, ConsistentRead: true }), {
      ...common,
      ...units(2),
      Table: units(1),
      LocalSecondaryIndexes: { 'by-l': units(1) },
    });
  });

  it('is that of the write behind it', async (t) => {
    const db = await openParts(t);
    assert.deepEqual(await charged(db, "UPDATE parts SET n = 9 WHERE pk = 'a' AND sk = '1'"), {
      TableName: 'parts',
      ...units(1),
      Table: units(1),
    });
    assert.deepEqual(
      await charged(db, "INSERT INTO parts VALUE {'pk': 'c', 'sk': '1', 'g': 'g'}"),
      {
        TableName: 'parts',
        ...units(2),
        Table: units(1),
        GlobalSecondaryIndexes: { 'by-g': units(1) },
      },
    );
  });
});

describe('writes by statement', () => {
  it('go to the stream like any other, but for those that change nothing', async (t) => {
    const db = await openParts(t);
    const before = (await recordsOf(db, 'parts')).length;
    await execute(db, "INSERT INTO parts VALUE {'pk': 'c', 'sk': '1', 'n': 1}");
    await execute(db, "UPDATE parts SET n = n + 1 WHERE pk = 'c' AND sk = '1'");
    await execute(db, "UPDATE parts SET n = 2 WHERE pk = 'c' AND sk = '1'");
    await execute(db, "DELETE FROM parts WHERE pk = 'c' AND sk = '1'");
    await execute(db, "DELETE FROM parts WHERE pk = 'c' AND sk = '1'");
    const records = (await recordsOf(db, 'parts')).slice(before);
    assert.deepEqual(
      records.map(({ eventName, OldImage, NewImage }) => [
        eventName,
        OldImage?.n?.N,
        NewImage?.n?.N,
      ]),
      [
        ['INSERT', undefined, '1'],
        ['MODIFY', '1', '2'],
        ['REMOVE', '2', undefined],
      ],
    );
  });

  it('hold the item against the same limit of 400 KB', async (t) => {
    const db = await open(t);
    await createTable(db, 'parts');
    const limit = 400 * 1024;
    const text = (key: string, bytes: number): { S: string } =>
      S('x'.repeat(bytes - 'pk'.length - key.length - 'p'.length));
    const insert = (key: string, bytes: number): Promise<Output> =>
      execute(db, "INSERT INTO parts VALUE {'pk': ?, 'p': ?}", {
        Parameters: [S(key), text(key, bytes)],
      });
    const update = (key: string, bytes: number): Promise<Output> =>
      execute(db, 'UPDATE parts SET p = ? WHERE pk = ?', {
        Parameters: [text(key, bytes), S(key)],
      });
    await insert('a', limit);
    const tooLarge = 'Item size has exceeded the maximum allowed size';
    assert.equal((await refusal(insert('b', limit + 1))).message, tooLarge);
    await update('a', limit);
    const updatedTooLarge = 'Item size to update has exceeded the maximum allowed size';
    assert.equal((await refusal(update('a', limit + 1))).message, updatedTooLarge);
  });

  it('answers a failed condition with the item when that is asked for', async (t) => {
    const db = await openParts(t);
    const statement = "DELETE FROM parts WHERE pk = 'a' AND sk = '1' AND n = 7";
    assert.equal((await refusal(execute(db, statement))).members.Item, undefined);
    const { members } = await refusal(
      execute(db, statement, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    );
    assert.deepEqual((members.Item as Item).n, N(1));
  });
});
