import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { isAwsError, type AwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import {
  bindStatement,
  checkKeyType,
  indexOf,
  parseParameters,
  parseStatement,
  type BoundSelect,
  type BoundStatement,
} from '../partiql/index.js';
import type { Table } from '../tables/table.js';
import { boolean, field, list, member } from '../validation/shape.js';
import { checkTypes } from '../validation/types.js';
import { returnConsumedCapacity, returnValuesOnConditionCheckFailure } from './common-shapes.js';
import {
  addConsumed,
  capacitiesText,
  nothingConsumed,
  readUnits,
  writeConsumption,
  type Consumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import { itemReadOf, readItem } from './statement-read.js';
import { parameters, statementText } from './statement-shapes.js';
import { prepareWrite } from './statement-write.js';
import { tableNameOf } from './table-name.js';

/** Documented: statements of one batch. */
const MAX_STATEMENTS = 25;

interface StatementInput {
  Statement: string;
  Parameters?: AttributeValue[];
  ConsistentRead?: boolean;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

interface Input {
  Statements: StatementInput[];
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

/** What one statement gave. */
interface Outcome {
  /** Undefined when it was refused before it ran (recorded). */
  readonly table: Table | undefined;
  /** JSON text. */
  readonly item?: string | undefined;
  readonly error?: AwsError;
}

const shape = field('BatchExecuteStatementInput', {
  ReturnConsumedCapacity: returnConsumedCapacity,
  Statements: list(
    member('BatchStatementRequest', {
      Statement: statementText,
      Parameters: parameters,
      ConsistentRead: boolean(),
      ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
    }),
    { required: true, min: 1, max: MAX_STATEMENTS },
  ),
});

export const batchExecuteStatement: Operation<Input> = {
  shape,
  // What cannot be read is no matter of one statement: the whole request is refused.
  checkFirst: (input) => checkTypes(shape, input, true),

  perform(engine, input) {
    const statements = input.Statements.map((statement) => bind(statement));
    assertNotMixed(statements);
    const consumed = new Map<Table, Consumed>();
    const responses = statements.map((bound, at) =>
      responseText(
        bound instanceof Error
          ? { table: undefined, error: bound }
          : execute(engine, bound, input.Statements[at]!, consumed),
      ),
    );
    const answer = body([
      ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed)],
      ['Responses', `[${responses.join(',')}]`],
    ]);
    return isRead(statements) ? answer : durably(engine, answer);
  },
};

/** The statement, or what is wrong with it: that concerns no other one. */
function bind({ Statement: text, Parameters: given }: StatementInput): BoundStatement | AwsError {
  return attempt(() => {
    const values = parseParameters(given);
    return bindStatement(parseStatement(text), values);
  });
}

function attempt<T>(run: () => T): T | AwsError {
  try {
    return run();
  } catch (error) {
    if (isAwsError(error)) return error;
    throw error;
  }
}

const isRead = (statements: readonly (BoundStatement | AwsError)[]): boolean =>
  statements.every((statement) => !('kind' in statement) || statement.kind === 'select');

/** Documented; the words are DynamoDB Local's. */
function assertNotMixed(statements: readonly (BoundStatement | AwsError)[]): void {
  const kinds = statements.flatMap((statement) => ('kind' in statement ? statement.kind : []));
  if (kinds.includes('select') && kinds.some((kind) => kind !== 'select'))
    throw validationError('Read and write requests together in the same batch is not supported.');
}

function execute(
  engine: Engine,
  bound: BoundStatement,
  input: StatementInput,
  consumed: Map<Table, Consumed>,
): Outcome {
  const prepared = attempt(() => prepare(engine, bound, input));
  if (prepared instanceof Error) return { table: undefined, error: prepared };
  const { table, run } = prepared;
  const done = attempt(() => run());
  if (done instanceof Error) return { table, error: done };
  const sum = consumed.get(table) ?? nothingConsumed();
  addConsumed(sum, done.consumed);
  consumed.set(table, sum);
  return { table, item: done.item };
}

interface Prepared {
  readonly table: Table;
  readonly run: () => { item: string | undefined; consumed: Consumed };
}

function prepare(engine: Engine, bound: BoundStatement, input: StatementInput): Prepared {
  if (bound.kind === 'exists')
    throw validationError('EXISTS can only be used in ExecuteTransaction write requests.');
  const table = engine.catalog.get(tableNameOf(bound.statement.table));
  if (bound.kind === 'select') return prepareRead(engine, bound, table, input);
  const write = prepareWrite(bound, table, input);
  return {
    table,
    run() {
      const { oldSize, newSize, changes, returned } = write(engine);
      return { item: returned, consumed: writeConsumption(oldSize, newSize, changes) };
    },
  };
}

function prepareRead(
  engine: Engine,
  bound: BoundSelect,
  table: Table,
  { ConsistentRead: consistent = false }: StatementInput,
): Prepared {
  indexOf(bound.statement, table);
  const read = itemReadOf(bound, table, 'BatchExecuteStatement');
  checkKeyTypes(table, read.key);
  return {
    table,
    run() {
      const { text, size } = readItem(engine, table, read);
      const units = { ...nothingConsumed(), table: readUnits(size, consistent) };
      return { item: text, consumed: units };
    },
  };
}

function checkKeyTypes({ hash, range }: Table, key: Item): void {
  checkKeyType(hash, key[hash.name]!, true);
  if (range) checkKeyType(range, key[range.name]!, false);
}

function responseText({ table, item, error }: Outcome): string {
  return body([
    ['Error', error && errorText(error)],
    ['TableName', table && JSON.stringify(table.name)],
    ['Item', item],
  ]);
}

/** Codes are those of the exceptions without their ends. */
function errorText({ code, message, members }: AwsError): string {
  const short = code === 'ValidationException' ? 'ValidationError' : code.replace(/Exception$/, '');
  return JSON.stringify({ Code: short, Message: message, ...members });
}
