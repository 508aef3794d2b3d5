import type { AttributeValue } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import { Condition } from '../expressions/index.js';
import {
  bindStatement,
  nextToken,
  parseNextToken,
  parseParameters,
  parseStatement,
  planSelect,
  readSelection,
  type BoundSelect,
  type SelectedPage,
  type Selection,
} from '../partiql/index.js';
import type { Index } from '../tables/table.js';
import { boolean, field, string } from '../validation/shape.js';
import { itemToText } from '../values/index.js';
import {
  limit,
  returnConsumedCapacity,
  returnValuesOnConditionCheckFailure,
} from './common-shapes.js';
import {
  capacityText,
  readUnits,
  writeConsumption,
  type Consumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { durably } from './item-write.js';
import { checkKeyPaths } from './key-paths.js';
import type { Operation } from './operation.js';
import { body, bodyWithItems, type ResponseBody } from './response.js';
import { parameters, statementText } from './statement-shapes.js';
import { prepareWrite } from './statement-write.js';
import { tableNameOf } from './table-name.js';

interface Input {
  Statement: string;
  Parameters?: AttributeValue[];
  ConsistentRead?: boolean;
  NextToken?: string;
  Limit?: number;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

/** Documented: characters of a NextToken. */
const MAX_TOKEN_LENGTH = 32768;

export const executeStatement: Operation<Input> = {
  shape: field('ExecuteStatementInput', {
    ReturnConsumedCapacity: returnConsumedCapacity,
    Limit: limit,
    NextToken: string({ min: 1, max: MAX_TOKEN_LENGTH }),
    ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
    Parameters: parameters,
    ConsistentRead: boolean(),
    Statement: statementText,
  }),

  perform(engine, input) {
    const values = parseParameters(input.Parameters);
    const bound = bindStatement(parseStatement(input.Statement), values);
    if (bound.kind === 'exists')
      throw validationError('EXISTS can only be used in ExecuteTransaction write requests.');
    if (bound.kind === 'select') return select(engine, input, bound, values);
    const table = engine.catalog.get(tableNameOf(bound.statement.table));
    const { oldSize, newSize, changes, returned } = prepareWrite(bound, table, input)(engine);
    const consumed = writeConsumption(oldSize, newSize, changes);
    return durably(
      engine,
      body([
        ['Items', `[${returned ?? ''}]`],
        ['ConsumedCapacity', capacityText(input.ReturnConsumedCapacity, table.name, consumed)],
      ]),
    );
  },
};

function select(
  engine: Engine,
  input: Input,
  { statement, where }: BoundSelect,
  values: readonly AttributeValue[],
): ResponseBody {
  const table = engine.catalog.get(tableNameOf(statement.table));
  const consistent = input.ConsistentRead ?? false;
  checkKeyPaths(table, where && new Condition(where));
  const selection = planSelect(statement, table, where, consistent);
  const start =
    input.NextToken === undefined
      ? undefined
      : parseNextToken(input.NextToken, input.Statement, values);
  const page = readSelection(engine, selection, input.Limit, start);
  return bodyWithItems(page.items, [
    ['NextToken', page.next && JSON.stringify(nextToken(input.Statement, values, page.next))],
    ['LastEvaluatedKey', page.next && itemToText(page.next.key)],
    [
      'ConsumedCapacity',
      capacityText(
        input.ReturnConsumedCapacity,
        table.name,
        readConsumption(selection, page, consistent),
      ),
    ],
  ]);
}

function readConsumption(
  { index }: Selection,
  { tableBytes, indexBytes, fetchedBytes }: SelectedPage,
  consistent: boolean,
): Consumed {
  if (!index)
    return { table: readUnits(tableBytes, consistent), indexes: new Map<Index, number>() };
  const fetched = fetchedBytes.reduce((sum, bytes) => sum + readUnits(bytes, consistent), 0);
  return { table: fetched, indexes: new Map([[index, readUnits(indexBytes, consistent)]]) };
}
