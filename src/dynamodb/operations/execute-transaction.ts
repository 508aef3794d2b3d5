import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { isAwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import { checkKey } from '../items/item-keys.js';
import {
  bindStatement,
  conditionOf,
  isWhole,
  parseParameters,
  parseStatement,
  splitKey,
  type BoundSelect,
  type BoundStatement,
} from '../partiql/index.js';
import type { Table } from '../tables/table.js';
import { field, list, member, string } from '../validation/shape.js';
import { TOO_DEEP } from '../values/index.js';
import { returnConsumedCapacity, returnValuesOnConditionCheckFailure } from './common-shapes.js';
import {
  capacitiesText,
  nothingConsumed,
  readUnits,
  type Consumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { checkSize, durably } from './item-write.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import { itemReadOf, readItem, type ItemRead } from './statement-read.js';
import { parameters, statementText } from './statement-shapes.js';
import {
  deleteCondition,
  DUPLICATE_ITEM,
  insertCondition,
  TOO_DEEP_BY_STATEMENT,
  updateCondition,
} from './statement-write.js';
import { tableNameOf } from './table-name.js';
import { isRepeated, keepToken } from './transaction-tokens.js';
import type { Action } from './transaction-action.js';
import {
  assertDifferentItems,
  cancelled,
  checkTransactionSize,
  decide,
  locate,
  MAX_ACTIONS,
  NO_REASON,
  repeatConsumption,
  write,
  type Reason,
  type Target,
} from './transact-write-items.js';

interface StatementInput {
  Statement: string;
  Parameters?: AttributeValue[];
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

interface Input {
  TransactStatements: StatementInput[];
  ClientRequestToken?: string;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

type BoundWrite = Exclude<BoundStatement, BoundSelect>;

/** A statement on its table: what it does, or why the transaction cannot be carried out. */
interface Located<Done> {
  readonly done: Done | undefined;
  readonly reason: Reason;
}

const TABLE_NOT_FOUND: Reason = {
  Code: 'ResourceNotFound',
  Message: 'Requested resource not found',
};
const KEY_MISMATCH: Reason = {
  Code: 'ValidationError',
  Message: 'The provided key element does not match the schema',
};

export const executeTransaction: Operation<Input> = {
  shape: field('ExecuteTransactionInput', {
    ClientRequestToken: string({ min: 1, max: 36 }),
    ReturnConsumedCapacity: returnConsumedCapacity,
    TransactStatements: list(
      member('ParameterizedStatement', {
        Statement: statementText,
        Parameters: parameters,
        ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
      }),
      { required: true, min: 1, max: MAX_ACTIONS },
    ),
  }),

  perform(engine, input) {
    const { TransactStatements: statements } = input;
    // Recorded: parameters are reported without their statement, and before all statements.
    const values = statements.map((statement) => parseParameters(statement.Parameters));
    const bound = statements.map(({ Statement: text }, at) =>
      numbered(at, () => bindStatement(parseStatement(text), values[at]!)),
    );
    const selects = bound.filter((statement) => statement.kind === 'select');
    if (selects.length === bound.length) return read(engine, input, selects);
    if (selects.length > 0)
      throw validationError(
        'ExecuteTransaction API does not support both read and write operations in the same request.',
      );
    return writeAll(engine, input, bound as BoundWrite[]);
  },
};

/** Says to which of the statements a ValidationException belongs. */
function numbered<T>(at: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isAwsError(error, 'ValidationException')) throw error;
    throw validationError(
      `Validation failed in TransactStatements[${String(at)}]: ${error.message}`,
    );
  }
}

const refused = (reason: Reason): Located<never> => ({ done: undefined, reason });

/** Throws TransactionCanceledException when one of the statements cannot be carried out. */
function allDone<Done>(located: readonly Located<Done>[]): Done[] {
  const done = located.flatMap((one) => one.done ?? []);
  if (located.some(({ reason }) => reason.Code !== NO_REASON.Code))
    throw cancelled(located.map(({ reason }) => reason));
  return done;
}

interface TransactRead {
  readonly table: Table;
  readonly itemKey: Buffer;
  readonly read: ItemRead;
}

function read(engine: Engine, input: Input, selects: readonly BoundSelect[]): string {
  const reads = allDone(
    selects.map((select, at) => numbered(at, () => locateRead(engine, select))),
  );
  assertDifferentItems(reads);
  // All reads of one turn see the same state.
  const consumed = new Map<Table, Consumed>();
  const responses = reads.map(({ table, read: itemRead }) => {
    const { text, size } = readItem(engine, table, itemRead);
    const sum = consumed.get(table) ?? nothingConsumed();
    sum.table += 2 * readUnits(size, true);
    consumed.set(table, sum);
    return body([['Item', text]]);
  });
  return body([
    ['Responses', `[${responses.join(',')}]`],
    ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed, 'Read')],
  ]);
}

function locateRead(engine: Engine, select: BoundSelect): Located<TransactRead> {
  const { statement } = select;
  const table = engine.catalog.find(tableNameOf(statement.table));
  if (!table) return refused(TABLE_NOT_FOUND);
  if (statement.index !== undefined)
    throw validationError('Reads on indices are not supported within transactions.');
  const itemRead = itemReadOf(select, table, 'ExecuteTransaction');
  if (!fits(table, itemRead.key)) return refused(KEY_MISMATCH);
  const done = { table, itemKey: table.itemKey(itemRead.key), read: itemRead };
  return { done, reason: NO_REASON };
}

/** Whether a key has the types of the schema. Throws for values that no key may have. */
function fits(table: Table, key: Item): boolean {
  try {
    checkKey(table, key);
    return true;
  } catch (error) {
    if (isAwsError(error) && error.message === KEY_MISMATCH.Message) return false;
    throw error;
  }
}

function writeAll(
  engine: Engine,
  input: Input,
  statements: readonly BoundWrite[],
): Promise<string> {
  const targets = allDone(
    statements.map((statement, at) =>
      numbered(at, () => locateWrite(engine, statement, input.TransactStatements[at]!)),
    ),
  );
  checkTransactionSize(targets.map(({ action }) => action));
  const repeated = isRepeated(engine, input.ClientRequestToken, input.TransactStatements);
  assertDifferentItems(targets);
  if (repeated) return answer(engine, input, repeatConsumption(engine, targets), 'Read');
  for (const target of targets) decide(engine, target, target.itemKey!);
  if (targets.some(({ reason }) => reason.Code !== NO_REASON.Code))
    throw cancelled(targets.map(({ reason }) => reasonOf(reason)));
  const consumed = write(engine, targets);
  keepToken(engine, input.ClientRequestToken, input.TransactStatements);
  return answer(engine, input, consumed, 'Write');
}

/** What is too deep is said in fewer words here (recorded). */
const reasonOf = (reason: Reason): Reason =>
  reason.Message === TOO_DEEP ? { ...reason, Message: TOO_DEEP_BY_STATEMENT } : reason;

function answer(
  engine: Engine,
  input: Input,
  consumed: ReadonlyMap<Table, Consumed>,
  kind: 'Read' | 'Write',
): Promise<string> {
  return durably(
    engine,
    body([
      ['Responses', '[]'],
      ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed, kind)],
    ]),
  );
}

function locateWrite(engine: Engine, bound: BoundWrite, input: StatementInput): Located<Target> {
  const table = engine.catalog.find(tableNameOf(tableOf(bound)));
  if (!table) return refused(TABLE_NOT_FOUND);
  const action = actionOf(bound, table, input);
  if (!action) return refused(KEY_MISMATCH);
  const done = locate(engine, action);
  return { done, reason: done.reason };
}

function tableOf(bound: BoundWrite): string {
  if (bound.kind !== 'exists') return bound.statement.table;
  if (!bound.select) throw validationError('Unsupported operation in transaction.');
  return bound.select.statement.table;
}

/** What a statement does to its item; undefined when it does not name one. */
function actionOf(bound: BoundWrite, table: Table, input: StatementInput): Action | undefined {
  const common = {
    input: {
      TableName: table.name,
      ...(input.ReturnValuesOnConditionCheckFailure && {
        ReturnValuesOnConditionCheckFailure: input.ReturnValuesOnConditionCheckFailure,
      }),
    },
    tableName: table.name,
    put: undefined,
    update: undefined,
  };
  switch (bound.kind) {
    case 'insert': {
      const { stored } = bound;
      checkSize(stored.size);
      return {
        ...common,
        verb: 'Put',
        keysOrItem: stored.item,
        put: stored,
        condition: insertCondition(table),
        failure: DUPLICATE_ITEM,
      };
    }
    case 'update':
    case 'delete': {
      if (bound.statement.returning)
        throw validationError('RETURNING clause is not supported in ExecuteTransaction.');
      const { key, rest, conflict } = splitKey(table, bound.where, false);
      if (conflict !== undefined || !isWhole(table, key)) return undefined;
      const condition = conditionOf(rest);
      const keysOrItem = table.keysOf(key);
      return bound.kind === 'update'
        ? {
            ...common,
            verb: 'Update',
            keysOrItem,
            update: bound.update,
            condition: updateCondition(table, condition),
          }
        : { ...common, verb: 'Delete', keysOrItem, condition: deleteCondition(table, condition) };
    }
    case 'exists':
      return { ...common, ...checkOf(bound.select!, table) };
  }
}

/** EXISTS names one item, and more that must hold of it. Of two values of a key the first counts (recorded). */
function checkOf(
  { statement, where }: BoundSelect,
  table: Table,
): Pick<Action, 'verb' | 'keysOrItem' | 'condition'> {
  if (statement.index !== undefined)
    throw validationError('Operations on indices are not supported in transactions');
  const { key, rest } = splitKey(table, where, false);
  if (!isWhole(table, key) || rest.length === 0)
    throw validationError('EXISTS() must contain a single item read with additional condition');
  return { verb: 'ConditionCheck', keysOrItem: table.keysOf(key), condition: conditionOf(rest) };
}
