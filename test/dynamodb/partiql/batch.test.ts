import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import { createTable, invoke, N, open, recordsOf, refusal, S } from '../engine/harness.js';

interface Member {
  Statement: string;
  Parameters?: unknown[];
  ConsistentRead?: boolean;
  ReturnValuesOnConditionCheckFailure?: string;
}

interface Response {
  TableName?: string;
  Item?: Item;
  Error?: { Code: string; Message: string; Item?: Item };
}

const batch = (
  db: DynamoDb,
  statements: readonly (string | Member)[],
  more: object = {},
): Promise<{ Responses: Response[]; ConsumedCapacity?: { CapacityUnits: number }[] }> =>
  invoke(db, 'BatchExecuteStatement', {
    Statements: statements.map((one) => (typeof one === 'string' ? { Statement: one } : one)),
    ...more,
  });

const NEEDS_KEY =
  'Select statements within BatchExecuteStatement must specify the primary key in the where clause.';

async function openParts(t: { after: (end: () => void) => void }): Promise<DynamoDb> {
  const db = await open(t);
  await createTable(db, 'parts', {
    range: 'S',
    stream: 'NEW_IMAGE',
    AttributeDefinitions: ['pk', 'sk', 'g', 'h'].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'single',
        KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'multi',
        KeySchema: [
          { AttributeName: 'g', KeyType: 'HASH' },
          { AttributeName: 'h', KeyType: 'HASH' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  for (const sk of ['1', '2'])
    await db.putItem({ TableName: 'parts', Item: { pk: S('a'), sk: S(sk), n: N(sk) } });
  return db;
}

describe('BatchExecuteStatement', () => {
  it('reads single items, each with its table', async (t) => {
    const db = await openParts(t);
    const { Responses } = await batch(db, [
      "SELECT * FROM parts WHERE pk = 'a' AND sk = '1'",
      "SELECT n FROM parts WHERE pk IN ['a'] AND sk = '2'",
      "SELECT * FROM parts WHERE pk = 'a' AND sk = 'none'",
    ]);
    assert.deepEqual(Responses, [
      { TableName: 'parts', Item: { pk: S('a'), sk: S('1'), n: N(1) } },
      { TableName: 'parts', Item: { n: N(2) } },
      { TableName: 'parts' },
    ]);
  });

  it('writes, returning what is asked for, and fills the stream', async (t) => {
    const db = await openParts(t);
    const { Responses } = await batch(db, [
      "INSERT INTO parts VALUE {'pk': 'b', 'sk': '1'}",
      "UPDATE parts SET n = n + 10 WHERE pk = 'a' AND sk = '1' RETURNING MODIFIED NEW *",
      "UPDATE parts REMOVE n WHERE pk = 'a' AND sk = '2' RETURNING MODIFIED NEW *",
      "FROM parts WHERE pk = 'a' AND sk = '2' SET m = 1 RETURNING ALL NEW *",
      "DELETE FROM parts WHERE pk = 'a' AND sk = '1' RETURNING ALL OLD *",
    ]);
    assert.deepEqual(Responses, [
      { TableName: 'parts' },
      { TableName: 'parts', Item: { n: N(11) } },
      { TableName: 'parts' },
      { TableName: 'parts', Item: { pk: S('a'), sk: S('2'), m: N(1) } },
      { TableName: 'parts', Item: { pk: S('a'), sk: S('1'), n: N(11) } },
    ]);
    const events = (await recordsOf(db, 'parts')).map(({ eventName }) => eventName);
    assert.deepEqual(events.slice(2), ['INSERT', 'MODIFY', 'MODIFY', 'MODIFY', 'REMOVE']);
  });

  it('reports what is wrong with one statement beside it, the table only when it ran', async (t) => {
    const db = await openParts(t);
    const deep = Array.from({ length: 31 }).reduce<unknown>((v) => ({ M: { a: v } }), S('x'));
    const { Responses } = await batch(db, [
      'SLECT * FROM parts',
      "UPDATE parts SET n = 1 WHERE pk = 'a'",
      "UPDATE never SET n = 1 WHERE pk = 'a' AND sk = '1'",
      "DELETE FROM parts WHERE pk = 'a' AND sk = '1' RETURNING MODIFIED OLD *",
      "EXISTS(SELECT * FROM parts WHERE pk = 'a' AND sk = '1' AND n = 1)",
      { Statement: "UPDATE parts SET n = ? WHERE pk = 'a' AND sk = '1'", Parameters: [{ SS: [] }] },
      "INSERT INTO parts VALUE {'pk': 'a', 'sk': '1'}",
      "UPDATE parts SET n = 9 WHERE pk = 'a' AND sk = '1' AND n = 7",
      {
        Statement: "DELETE FROM parts WHERE pk = 'a' AND sk = '1' AND n = 7",
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
      "UPDATE parts SET m = {} WHERE pk = 'a' AND sk = '2'",
      {
        Statement: "UPDATE parts SET m.deep = ? WHERE pk = 'a' AND sk = '2'",
        Parameters: [deep],
      },
    ]);
    const error = (Code: string, Message: string): Response => ({ Error: { Code, Message } });
    const failed = 'The conditional request failed';
    assert.deepEqual(Responses, [
      error(
        'ValidationError',
        "Statement wasn't well formed, can't be processed: Expected data manipulation",
      ),
      error(
        'ValidationError',
        'Where clause does not contain a mandatory equality on all key attributes',
      ),
      error('ResourceNotFound', 'Requested resource not found'),
      error(
        'ValidationError',
        'Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements.',
      ),
      error('ValidationError', 'EXISTS can only be used in ExecuteTransaction write requests.'),
      error(
        'ValidationError',
        'One or more parameter values were invalid: An string set  may not be empty',
      ),
      { ...error('DuplicateItem', 'Duplicate primary key exists in table'), TableName: 'parts' },
      { ...error('ConditionalCheckFailed', failed), TableName: 'parts' },
      {
        Error: {
          Code: 'ConditionalCheckFailed',
          Message: failed,
          Item: { pk: S('a'), sk: S('1'), n: N(1) },
        },
        TableName: 'parts',
      },
      { TableName: 'parts' },
      {
        ...error('ValidationError', 'Nesting Levels have exceeded supported limits'),
        TableName: 'parts',
      },
    ]);
  });

  it('takes only the primary key in a SELECT', async (t) => {
    const db = await openParts(t);
    const values = (count: number): string =>
      Array.from({ length: count }, (_, at) => `'v${String(at)}'`).join(', ');
    const select = 'SELECT * FROM parts WHERE ';
    const cases: [statement: string, message: string][] = [
      [`${select} pk = 'a'`, NEEDS_KEY],
      ['SELECT * FROM parts', NEEDS_KEY],
      [`${select} n = 1`, NEEDS_KEY],
      [`${select} attribute_exists(n)`, NEEDS_KEY],
      [`${select} pk = 'a' AND sk = '1' AND n = 1`, NEEDS_KEY],
      [`${select} pk = 'a' AND sk = '1' AND pk = 'b'`, NEEDS_KEY],
      [`${select} pk = 'a' AND sk IN ['1', '2']`, NEEDS_KEY],
      ["SELECT * FROM parts.single WHERE g = 'x'", NEEDS_KEY],
      ["SELECT * FROM parts.single WHERE pk = 'a' AND sk = '1' AND g = 'x'", NEEDS_KEY],
      [
        "SELECT * FROM parts.multi WHERE g = 'x' AND h = 'y'",
        'PartiQL statements cannot be executed on tables with multi-attribute HASH keys or ' +
          'multi-attribute RANGE keys.',
      ],
      [
        `${select} pk IN [${values(51)}] AND sk = '1'`,
        'Too many decomposed read operations for a given query.',
      ],
      [
        `${select} pk IN ['a', 'a'] AND sk = '1'`,
        'Overlapping conditions with range keys are not supported in where clause',
      ],
      [
        `${select} pk = 1 AND sk = '1'`,
        "Key attribute's data type should match its data type in table's schema: Key pk",
      ],
    ];
    const { Responses } = await batch(db, [
      ...cases.map(([statement]) => statement),
      `${select} (sk = '1') AND pk = 'a' AND pk = 'a'`,
    ]);
    const read = Responses.pop();
    assert.deepEqual(
      Responses,
      cases.map(([, Message]) => ({ Error: { Code: 'ValidationError', Message } })),
    );
    assert.deepEqual(read?.Item?.n, N(1));
  });

  it('charges each read by its own consistency, and writes as ever', async (t) => {
    const db = await openParts(t);
    const read = (sk: string, ConsistentRead?: boolean): Member => ({
      Statement: `SELECT * FROM parts WHERE pk = 'a' AND sk = '${sk}'`,
      ...(ConsistentRead === undefined ? {} : { ConsistentRead }),
    });
    const charged = async (statements: Member[]): Promise<unknown> =>
      (await batch(db, statements, { ReturnConsumedCapacity: 'TOTAL' })).ConsumedCapacity;
    const units = (CapacityUnits: number): unknown => [{ TableName: 'parts', CapacityUnits }];
    assert.deepEqual(await charged([read('1')]), units(0.5));
    assert.deepEqual(await charged([read('1', false)]), units(0.5));
    assert.deepEqual(await charged([read('1', true)]), units(1));
    assert.deepEqual(await charged([read('1', true), read('2')]), units(1.5));
    assert.deepEqual(
      await charged([{ Statement: "INSERT INTO parts VALUE {'pk': 'c', 'sk': '1'}" }]),
      units(1),
    );
  });

  it('refuses reads beside writes, no statements, and too many', async (t) => {
    const db = await openParts(t);
    const read = "SELECT * FROM parts WHERE pk = 'a' AND sk = '1'";
    const messageOf = async (statements: string[]): Promise<string> =>
      (await refusal(batch(db, statements))).message;
    assert.equal(
      await messageOf([read, "DELETE FROM parts WHERE pk = 'a' AND sk = '1'"]),
      'Read and write requests together in the same batch is not supported.',
    );
    assert.match(await messageOf([]), /at 'statements'.*greater than or equal to 1$/);
    assert.match(
      await messageOf(Array.from({ length: 26 }, () => read)),
      /at 'statements'.*less than or equal to 25$/,
    );
  });
});
