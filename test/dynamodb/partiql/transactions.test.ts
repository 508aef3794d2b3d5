import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AwsError } from '../../../src/lib/aws-error.js';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import { createTable, invoke, N, open, recordsOf, refusal, S } from '../engine/harness.js';

interface Member {
  Statement: string;
  Parameters?: unknown[];
  ReturnValuesOnConditionCheckFailure?: string;
}

type Statements = readonly (string | Member)[];

interface Output {
  Responses: { Item?: Item }[];
  ConsumedCapacity?: object[];
}

const transact = (db: DynamoDb, statements: Statements, more: object = {}): Promise<Output> =>
  invoke(db, 'ExecuteTransaction', {
    TransactStatements: statements.map((one) =>
      typeof one === 'string' ? { Statement: one } : one,
    ),
    ...more,
  });

const SELECT = 'SELECT * FROM parts WHERE ';
const UPDATE = 'UPDATE parts SET a = 1 WHERE ';
const MISMATCH = 'The provided key element does not match the schema';

async function openParts(t: { after: (end: () => void) => void }): Promise<DynamoDb> {
  const db = await open(t);
  await createTable(db, 'parts', { range: 'S', stream: 'NEW_IMAGE' });
  for (const sk of ['1', '2', '3'])
    await db.putItem({ TableName: 'parts', Item: { pk: S('a'), sk: S(sk), n: N(sk) } });
  return db;
}

const itemOf = async (db: DynamoDb, sk: string): Promise<Item | undefined> =>
  (await db.getItem({ TableName: 'parts', Key: { pk: S('a'), sk: S(sk) }, ConsistentRead: true }))
    .Item;

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

async function reasonsOf(promise: Promise<unknown>): Promise<Reason[]> {
  const error: AwsError = await refusal(promise);
  assert.equal(error.code, 'TransactionCanceledException');
  const reasons = error.members.CancellationReasons as Reason[];
  assert.equal(
    error.message,
    'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      `[${reasons.map(({ Code }) => Code).join(', ')}]`,
  );
  return reasons;
}

const NONE = { Code: 'None' };

describe('ExecuteTransaction', () => {
  it('writes all or nothing, and answers without rows', async (t) => {
    const db = await openParts(t);
    const output = await transact(
      db,
      [
        "INSERT INTO parts VALUE {'pk': 'a', 'sk': '9'}",
        `${UPDATE} pk = 'a' AND sk = '1' AND attribute_exists(n)`,
        "FROM parts WHERE pk = 'a' AND sk = '2' SET s = set_add(s, <<'x'>>)",
        "DELETE FROM parts WHERE pk = 'a' AND sk = '3'",
      ],
      { ReturnConsumedCapacity: 'TOTAL' },
    );
    assert.deepEqual(output, {
      Responses: [],
      ConsumedCapacity: [{ TableName: 'parts', CapacityUnits: 8, WriteCapacityUnits: 8 }],
    });
    assert.deepEqual((await itemOf(db, '1'))?.a, N(1));
    assert.deepEqual((await itemOf(db, '2'))?.s, { SS: ['x'] });
    assert.equal(await itemOf(db, '3'), undefined);
    const records = await recordsOf(db, 'parts');
    assert.deepEqual(
      records.slice(3).map(({ eventName }) => eventName),
      ['INSERT', 'MODIFY', 'MODIFY', 'REMOVE'],
    );
  });

  it('says why each statement cannot be carried out', async (t) => {
    const db = await openParts(t);
    const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    const reasons = await reasonsOf(
      transact(db, [
        `${UPDATE} pk = 'a' AND sk = '1'`,
        {
          Statement: `${UPDATE} pk = 'a' AND sk = '2' AND n = 7`,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
        `${UPDATE} pk = 'a' AND sk = 'none'`,
        "INSERT INTO parts VALUE {'pk': 'a', 'sk': '3'}",
        "DELETE FROM parts WHERE pk = 'a' AND sk = 'neither' AND n = 1",
      ]),
    );
    assert.deepEqual(reasons, [
      NONE,
      { ...failed, Item: { pk: S('a'), sk: S('2'), n: N(2) } },
      failed,
      { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' },
      NONE,
    ]);
    assert.equal((await itemOf(db, '1'))?.a, undefined);
  });

  it('cancels for missing tables, and for keys that do not fit', async (t) => {
    const db = await openParts(t);
    const missing = { Code: 'ResourceNotFound', Message: 'Requested resource not found' };
    const mismatch = { Code: 'ValidationError', Message: MISMATCH };
    const cases: [Statements, Reason[]][] = [
      [
        [
          "UPDATE never SET a = 1 WHERE pk = 'x' RETURNING ALL NEW *",
          "DELETE FROM never WHERE pk = 'x'",
        ],
        [missing, missing],
      ],
      [
        [`${SELECT} pk = 'a' AND sk = '1'`, "SELECT * FROM never.idx WHERE pk = 'x'"],
        [NONE, missing],
      ],
      [
        [
          `${UPDATE} pk = 'a'`,
          `${UPDATE} pk IN ['a'] AND sk = '1'`,
          `${UPDATE} pk = 'a' AND sk = '1' AND pk = 'b'`,
          `${UPDATE} pk = 'a' AND sk = 1`,
          `${UPDATE} pk = 'a' AND sk = '1'`,
        ],
        [mismatch, mismatch, mismatch, mismatch, NONE],
      ],
      [
        ["INSERT INTO parts VALUE {'pk': 'b'}", "DELETE FROM parts WHERE sk = '1'"],
        [
          {
            Code: 'ValidationError',
            Message: 'One or more parameter values were invalid: Missing the key sk in the item',
          },
          mismatch,
        ],
      ],
      [[`${SELECT} pk = 'a' AND sk = 1`], [mismatch]],
      [
        [
          `${SELECT} pk = 'a' AND sk = '1'`,
          `${SELECT} pk = 'a' AND sk = '1'`,
          `${SELECT} pk = 1 AND sk = '1'`,
        ],
        [NONE, NONE, mismatch],
      ],
    ];
    for (const [statements, reasons] of cases)
      assert.deepEqual(await reasonsOf(transact(db, statements)), reasons);
  });

  it('cancels for what an update cannot do to its item', async (t) => {
    const db = await openParts(t);
    await transact(db, ["UPDATE parts SET m = {} WHERE pk = 'a' AND sk = '1'"]);
    const deep = Array.from({ length: 31 }).reduce<unknown>((v) => ({ M: { a: v } }), S('x'));
    assert.deepEqual(
      await reasonsOf(
        transact(db, [
          {
            Statement: "UPDATE parts SET m.deep = ? WHERE pk = 'a' AND sk = '1'",
            Parameters: [deep],
          },
          "UPDATE parts SET n = pk + 1 WHERE pk = 'a' AND sk = '2'",
        ]),
      ),
      [
        { Code: 'ValidationError', Message: 'Nesting Levels have exceeded supported limits' },
        {
          Code: 'ValidationError',
          Message: 'An operand in the update expression has an incorrect data type',
        },
      ],
    );
  });

  it('checks an item that it does not write with EXISTS', async (t) => {
    const db = await openParts(t);
    const exists = (condition: string): string =>
      `EXISTS(SELECT * FROM parts WHERE (pk = 'a' AND sk = '1') AND ${condition})`;
    const update = `${UPDATE} pk = 'a' AND sk = '2'`;
    await transact(db, [exists('absent IS MISSING'), update]);
    assert.deepEqual((await itemOf(db, '2'))?.a, N(1));
    for (const condition of ['n = 7', "pk = 'b' AND n = 1"])
      assert.deepEqual(
        (await reasonsOf(transact(db, [exists(condition), update]))).map(({ Code }) => Code),
        ['ConditionalCheckFailed', 'None'],
      );
  });

  it('refuses wrong statements with their number', async (t) => {
    const db = await openParts(t);
    const malformed = "Statement wasn't well formed, can't be processed: ";
    const needsKey =
      'Select statements within ExecuteTransaction must specify the primary key in the where clause.';
    const manyValues = Array.from({ length: 101 }, (_, at) => `'v${String(at)}'`).join(', ');
    const only = 'EXISTS() must contain a single item read with additional condition';
    const read = `${SELECT} pk = 'a' AND sk = '1'`;
    const cases: [statements: Statements, at: number, message: string][] = [
      [['SELECT * FROM parts WHERE'], 0, `${malformed}Unexpected term`],
      [
        [
          "UPDATE never SET a = 1 WHERE pk = 'x'",
          `${UPDATE} pk = 'a' AND sk = '1' RETURNING ALL NEW *`,
        ],
        1,
        'RETURNING clause is not supported in ExecuteTransaction.',
      ],
      [
        ["SELECT * FROM never WHERE pk = 'x'", "SELECT * FROM parts.idx WHERE pk = 'x'"],
        1,
        'Reads on indices are not supported within transactions.',
      ],
      [
        ["UPDATE parts.idx SET a = 1 WHERE pk = 'x'"],
        0,
        'This operation is not supported on an index',
      ],
      [[`${read} AND n = 1`], 0, needsKey],
      [[`${read} AND attribute_exists(n)`], 0, needsKey],
      [[`${read} AND pk = 'b'`], 0, needsKey],
      [[`${SELECT} pk = 'a'`], 0, needsKey],
      [[`${SELECT} pk IN ['b'] AND pk = 'a' AND sk = '1'`], 0, needsKey],
      [
        [`${SELECT} pk IN ['a', 'a'] AND sk = '1'`],
        0,
        'Overlapping conditions with range keys are not supported in where clause',
      ],
      [
        [`${SELECT} pk IN [${manyValues}] AND sk = '1'`],
        0,
        'The IN operator is provided with too many operands; number of operands: 101',
      ],
      [["EXISTS(SELECT * FROM parts WHERE pk = 'a' AND sk = '1')"], 0, only],
      [["EXISTS(SELECT * FROM parts WHERE pk IN ['a'] AND sk = '1' AND n = 1)"], 0, only],
      [
        ["EXISTS(SELECT * FROM parts.idx WHERE pk = 'a' AND sk = '1' AND n = 1)"],
        0,
        'Operations on indices are not supported in transactions',
      ],
      [
        ["UPDATE parts SET n = n + [1] WHERE pk = 'a' AND sk = '1'"],
        0,
        'Incorrect operand type for operator or function; operator or function: +, operand type: L',
      ],
      [
        ["INSERT INTO parts VALUE {'pk': 'b', 'sk': '1', 'x': [<<'a', 'a'>>]}"],
        0,
        'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
      ],
      [
        [`UPDATE parts SET d = ${'['.repeat(32)}1${']'.repeat(32)} WHERE pk = 'a' AND sk = '1'`],
        0,
        `Nesting Levels have exceeded supported limits under root${'[0]'.repeat(32)}`,
      ],
      [[read.replace("'1'", '?')], 0, "Number of parameters in request and statement don't match."],
    ];
    for (const [statements, at, message] of cases) {
      const { code, message: actual } = await refusal(transact(db, statements));
      assert.deepEqual(
        [code, actual],
        [
          'ValidationException',
          `Validation failed in TransactStatements[${String(at)}]: ${message}`,
        ],
      );
    }
  });

  it('refuses wrong parameters, and what does not go together, without a number', async (t) => {
    const db = await openParts(t);
    const update = (sk: string, Parameters: unknown[]): Member => ({
      Statement: `UPDATE parts SET a = ? WHERE pk = 'a' AND sk = '${sk}'`,
      Parameters,
    });
    const read = `${SELECT} pk = 'a' AND sk = '1'`;
    const twice = 'Transaction request cannot include multiple operations on one item';
    const mixed =
      'ExecuteTransaction API does not support both read and write operations in the same request.';
    const cases: [statements: Statements, message: string][] = [
      [
        ['SELECT', update('1', [{ SS: ['a', 'a'] }])],
        'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
      ],
      [
        [update('1', [N('1e99999999999')])],
        'The parameter cannot be converted to a numeric value: 1e99999999999',
      ],
      [[read, "SELECT n FROM parts WHERE sk = '1' AND pk = 'a'"], twice],
      [[`${UPDATE} pk = 'a' AND sk = '1'`, "DELETE FROM parts WHERE pk = 'a' AND sk = '1'"], twice],
      [[read, `${UPDATE} pk = 'a' AND sk = '2'`], mixed],
      [["EXISTS(SELECT * FROM parts WHERE pk = 'a' AND sk = '1' AND n = 1)", read], mixed],
      [
        ["EXISTS('x')"],
        'Validation failed in TransactStatements[0]: Unsupported operation in transaction.',
      ],
    ];
    for (const [statements, message] of cases)
      assert.equal((await refusal(transact(db, statements))).message, message);
    assert.match((await refusal(transact(db, []))).message, /at 'transactStatements'.*equal to 1$/);
    const many = Array.from({ length: 101 }, () => read);
    assert.match((await refusal(transact(db, many))).message, /less than or equal to 100$/);
  });

  it('reads single items at the price of transactions', async (t) => {
    const db = await openParts(t);
    assert.deepEqual(
      await transact(
        db,
        [
          "SELECT n FROM parts WHERE (sk = '1') AND pk = 'a' AND pk = 'a'",
          `${SELECT} pk IN ['a'] AND sk IN ['2']`,
          `${SELECT} pk = 'a' AND sk = 'none'`,
        ],
        { ReturnConsumedCapacity: 'TOTAL' },
      ),
      {
        Responses: [{ Item: { n: N(1) } }, { Item: { pk: S('a'), sk: S('2'), n: N(2) } }, {}],
        ConsumedCapacity: [{ TableName: 'parts', CapacityUnits: 6, ReadCapacityUnits: 6 }],
      },
    );
  });

  it('carries out the same request under a token once', async (t) => {
    const db = await openParts(t);
    const add = "UPDATE parts SET n = n + 1 WHERE pk = 'a' AND sk = '1'";
    const more = { ClientRequestToken: 'once', ReturnConsumedCapacity: 'TOTAL' };
    const capacity = { TableName: 'parts', CapacityUnits: 2 };
    assert.deepEqual(await transact(db, [add], more), {
      Responses: [],
      ConsumedCapacity: [{ ...capacity, WriteCapacityUnits: 2 }],
    });
    assert.deepEqual(await transact(db, [add], more), {
      Responses: [],
      ConsumedCapacity: [{ ...capacity, ReadCapacityUnits: 2 }],
    });
    assert.deepEqual((await itemOf(db, '1'))?.n, N(2));
    const other = transact(db, [`${UPDATE} pk = 'a' AND sk = '2'`], more);
    assert.equal((await refusal(other)).code, 'IdempotentParameterMismatchException');
  });
});
