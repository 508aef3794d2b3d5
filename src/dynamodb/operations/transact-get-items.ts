import { isAwsError } from '../../lib/aws-error.js';
import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import { parseProjection, project, type Projection } from '../expressions/index.js';
import { checkKey } from '../items/item-keys.js';
import { StoredItem } from '../items/stored-item.js';
import type { Table } from '../tables/table.js';
import { field, list, member, string } from '../validation/shape.js';
import { itemToText, parseItem } from '../values/index.js';
import {
  expressionAttributeNames,
  key,
  returnConsumedCapacity,
  tableName,
} from './common-shapes.js';
import {
  capacitiesText,
  nothingConsumed,
  readUnits,
  type Consumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { checkParameters, expressionAttributes } from './expression-parameters.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import { tableNameOf } from './table-name.js';
import { assertDifferentItems, cancelled, MAX_ACTIONS } from './transact-write-items.js';

interface Get {
  TableName: string;
  Key: Item;
  ProjectionExpression?: string;
}

interface Input {
  TransactItems: { Get?: Get }[];
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface Target {
  table: Table;
  itemKey: Buffer | undefined;
  projection: Projection | undefined;
  problem: string | undefined;
}

const PARAMETERS = {
  expressions: ['ProjectionExpression'],
  legacy: [],
  namesMissing: true,
};

export const transactGetItems: Operation<Input> = {
  shape: field('TransactGetItemsInput', {
    TransactItems: list(
      member('TransactGetItem', {
        Get: field(
          'Get',
          {
            Key: key,
            TableName: tableName,
            ProjectionExpression: string(),
            ExpressionAttributeNames: expressionAttributeNames,
          },
          { required: true },
        ),
      }),
      { required: true, min: 1, max: MAX_ACTIONS },
    ),
    ReturnConsumedCapacity: returnConsumedCapacity,
  }),

  perform(engine, input) {
    const gets = input.TransactItems.map(({ Get }) => prepare(Get!));
    const targets = gets.map((get) => locate(engine, get));
    assertDifferentItems(targets);
    if (targets.some(({ problem }) => problem !== undefined))
      throw cancelled(
        targets.map(({ problem }) =>
          problem === undefined ? { Code: 'None' } : { Code: 'ValidationError', Message: problem },
        ),
      );
    // All reads of one turn see the same state.
    const consumed = new Map<Table, Consumed>();
    const responses = targets.map(({ table, itemKey, projection }) => {
      const bytes = engine.store.read(itemKey!);
      const stored = bytes && new StoredItem(bytes);
      const sum = consumed.get(table) ?? nothingConsumed();
      sum.table += 2 * readUnits(stored?.size ?? 0, true);
      consumed.set(table, sum);
      if (!stored) return '{}';
      if (!projection) return `{"Item":${stored.text}}`;
      // Unlike GetItem, it leaves out an item of which nothing was asked for (recorded).
      const projected = project(projection, stored.item);
      return isEmpty(projected) ? '{}' : `{"Item":${itemToText(projected)}}`;
    });
    return body([
      ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed, 'Read')],
      ['Responses', `[${responses.join(',')}]`],
    ]);
  },
};

function isEmpty(item: Item): boolean {
  for (const name in item) if (Object.hasOwn(item, name)) return false;
  return true;
}

function prepare(get: Get): { tableName: string; keys: Item; projection: Projection | undefined } {
  checkParameters(get, PARAMETERS);
  const attributes = expressionAttributes(get, 'older');
  const projection =
    get.ProjectionExpression === undefined
      ? undefined
      : parseProjection(get.ProjectionExpression, attributes);
  const keys = parseItem(get.Key, 'older');
  attributes.assertAllUsed();
  return { tableName: tableNameOf(get.TableName), keys, projection };
}

function locate(
  { catalog }: Engine,
  { tableName, keys, projection }: ReturnType<typeof prepare>,
): Target {
  const table = catalog.get(tableName);
  try {
    checkKey(table, keys);
    return { table, itemKey: table.itemKey(keys), projection, problem: undefined };
  } catch (error) {
    if (!isAwsError(error, 'ValidationException')) throw error;
    if (error.message.includes('are not valid.')) throw validationError(error.message);
    return { table, itemKey: undefined, projection, problem: error.message };
  }
}
