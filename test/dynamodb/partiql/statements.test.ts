import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import type { AttributeValue, Item } from '../../../src/lib/attribute-value.js';
import { createTable, invoke, open, refusal } from '../engine/harness.js';

interface Statement {
  title?: string;
  statement: string;
  parameters?: AttributeValue[];
  /** Further members of the request. */
  request?: object;
}

interface Selected extends Statement {
  items: Item[];
  anyOrder?: boolean;
}

interface Refused extends Statement {
  code?: string;
  message: string;
}

interface Written extends Statement {
  /** The item with `id` '1' before; null: none. */
  given?: Item | null;
  items?: Item[];
  error?: [code: string, message: string];
  /** The same item behind; empty: none. */
  after?: Item;
}

const vectors = <T>(name: string): T =>
  JSON.parse(
    readFileSync(new URL(`../../vectors/partiql/${name}.json`, import.meta.url), 'utf8'),
  ) as T;

const ORDERS = vectors<{ table: object; items: Item[] }>('orders');
const NOTE = {
  id: { S: '1' },
  n: { N: '5' },
  s: { S: 'str' },
  ss: { SS: ['a', 'b', 'c'] },
  ns: { NS: ['1', '2', '3'] },
  l: { L: [{ S: 'x' }] },
  m: { M: { k: { S: 'old' }, sub: { SS: ['x'] } } },
};

const execute = (
  db: DynamoDb,
  { statement, parameters, request }: Statement,
): Promise<{ Items: Item[] }> =>
  invoke(db, 'ExecuteStatement', {
    Statement: statement,
    ...(parameters && { Parameters: parameters }),
    ...request,
  });

/** Opened once: what these statements refuse or read, they leave as it is. */
function sharedOrders(): () => DynamoDb {
  const ends: (() => unknown)[] = [];
  let db: DynamoDb | undefined;
  before(async () => {
    db = await open({ after: (end) => ends.unshift(end as () => unknown) });
    await createTable(db, 'notes', {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    await db.createTable(ORDERS.table);
    for (const item of ORDERS.items) await db.putItem({ TableName: 'orders', Item: item });
    await db.putItem({ TableName: 'notes', Item: NOTE });
  });
  after(async () => {
    for (const end of ends) await end();
  });
  return () => db!;
}

const sorted = (items: readonly Item[]): string[] =>
  items.map((item) => JSON.stringify(item)).sort();

describe('ExecuteStatement', () => {
  const orders = sharedOrders();

  describe('SELECT', () => {
    for (const row of vectors<Selected[]>('select'))
      it(`${row.title}: ${row.statement.slice(0, 160)}`, async () => {
        const { Items } = await execute(orders(), row);
        if (row.anyOrder) assert.deepEqual(sorted(Items), sorted(row.items));
        else assert.deepEqual(Items, row.items);
      });
  });

  describe('refuses', () => {
    for (const row of vectors<Refused[]>('refusals'))
      it(`${row.statement.slice(0, 160)} ${JSON.stringify(row.parameters ?? '')}`, async () => {
        const { code, message } = await refusal(execute(orders(), row));
        assert.deepEqual([code, message], [row.code ?? 'ValidationException', row.message]);
      });
  });

  describe('INSERT, UPDATE and DELETE', () => {
    for (const row of vectors<Written[]>('writes'))
      it(`${row.title}: ${row.statement.slice(0, 160)}`, async () => {
        const db = orders();
        const given = row.given === undefined ? NOTE : row.given;
        const key = { TableName: 'notes', Key: { id: { S: '1' } } };
        await db.deleteItem(key);
        if (given) await db.putItem({ TableName: 'notes', Item: given });
        if (row.error) {
          const { code, message } = await refusal(execute(db, row));
          assert.deepEqual([code, message], row.error);
        } else assert.deepEqual(await execute(db, row), { Items: row.items });
        if (row.after)
          assert.deepEqual(
            (await db.getItem({ ...key, ConsistentRead: true })).Item ?? {},
            row.after,
          );
      });
  });
});
