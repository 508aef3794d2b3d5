import type { Item } from '../../lib/attribute-value.js';
import type { Condition } from '../expressions/index.js';
import { checkKey } from '../items/item-keys.js';
import { readLatestItem, writeItem } from '../items/item-writer.js';
import { field, map, member, string } from '../validation/shape.js';
import { parseItem } from '../values/index.js';
import {
  conditionalOperator,
  expressionAttributeNames,
  expressionAttributeValues,
  key,
  returnConsumedCapacity,
  returnItemCollectionMetrics,
  returnValues,
  returnValuesOnConditionCheckFailure,
  tableName,
} from './common-shapes.js';
import { checkParameters, expressionAttributes } from './expression-parameters.js';
import { conditionOf, type ConditionInput } from './item-conditions.js';
import {
  assertCondition,
  checkOldOrNone,
  durably,
  writeFacts,
  type ItemWriteInput,
} from './item-write.js';
import { checkKeyPaths } from './key-paths.js';
import { expected } from './legacy-shapes.js';
import { enveloped, type Operation } from './operation.js';
import { refuseItemWrite } from './refusal.js';
import { body } from './response.js';
import { tableNameOf } from './table-name.js';

interface Input extends ItemWriteInput, ConditionInput {
  Key: Item;
}

const PARAMETERS = {
  expressions: ['ConditionExpression'],
  legacy: ['Expected'],
  namesMissing: false,
};

export const deleteItem: Operation<Input> = {
  shape: field('DeleteItemInput', {
    ReturnConsumedCapacity: returnConsumedCapacity,
    TableName: tableName,
    ReturnItemCollectionMetrics: returnItemCollectionMetrics,
    ReturnValues: returnValues,
    Key: key,
    ConditionalOperator: conditionalOperator,
    Expected: map(member('ExpectedAttributeValue', expected), 'ExpectedAttributeValue'),
    ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
    ConditionExpression: string(),
    ExpressionAttributeValues: expressionAttributeValues,
    ExpressionAttributeNames: expressionAttributeNames,
  }),
  refuse: refuseItemWrite,

  perform(engine, input) {
    const { keys, condition } = enveloped(() => prepare(input));
    const table = engine.catalog.get(tableNameOf(input.TableName));
    checkKey(table, keys);
    checkKeyPaths(table, condition);
    const itemKey = table.itemKey(keys);
    const old = readLatestItem(engine, itemKey);
    assertCondition(condition, old, input);
    const attributes = input.ReturnValues === 'ALL_OLD' ? old?.text : undefined;
    const sizes = { old: old?.size ?? 0, new: 0 };
    const changes = writeItem(engine, table, itemKey, old, undefined);
    return durably(
      engine,
      body([['Attributes', attributes], ...writeFacts(input, table, keys, sizes, changes)]),
    );
  },
};

function prepare(input: Input): { keys: Item; condition: Condition | undefined } {
  checkParameters(input, PARAMETERS);
  const keys = parseItem(input.Key);
  checkOldOrNone(input.ReturnValues);
  const attributes = expressionAttributes(input);
  const condition = conditionOf(input, attributes);
  attributes.assertAllUsed();
  return { keys, condition };
}
