import type { Item } from '../../lib/attribute-value.js';
import type { Condition } from '../expressions/index.js';
import { checkItemKeys } from '../items/item-keys.js';
import { readLatestItem, writeItem } from '../items/item-writer.js';
import { StoredItem } from '../items/stored-item.js';
import { field, item, map, member, string } from '../validation/shape.js';
import { parseItem } from '../values/index.js';
import {
  conditionalOperator,
  expressionAttributeNames,
  expressionAttributeValues,
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
  checkSize,
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
  Item: Item;
}

const PARAMETERS = {
  expressions: ['ConditionExpression'],
  legacy: ['Expected'],
  namesMissing: false,
};

export const putItem: Operation<Input> = {
  shape: field('PutItemInput', {
    ReturnConsumedCapacity: returnConsumedCapacity,
    TableName: tableName,
    Item: item({ required: true }),
    ConditionalOperator: conditionalOperator,
    Expected: map(member('ExpectedAttributeValue', expected), 'ExpectedAttributeValue'),
    ReturnValues: returnValues,
    ReturnItemCollectionMetrics: returnItemCollectionMetrics,
    ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
    ConditionExpression: string(),
    ExpressionAttributeValues: expressionAttributeValues,
    ExpressionAttributeNames: expressionAttributeNames,
  }),
  refuse: refuseItemWrite,

  perform(engine, input) {
    const { stored, condition } = enveloped(() => prepare(input));
    const table = engine.catalog.get(tableNameOf(input.TableName));
    checkItemKeys(table, stored.item);
    checkKeyPaths(table, condition);
    const itemKey = table.itemKey(stored.item);
    const old = readLatestItem(engine, itemKey);
    assertCondition(condition, old, input);
    const attributes = input.ReturnValues === 'ALL_OLD' ? old?.text : undefined;
    const sizes = { old: old?.size ?? 0, new: stored.size };
    const changes = writeItem(engine, table, itemKey, old, stored);
    return durably(
      engine,
      body([['Attributes', attributes], ...writeFacts(input, table, stored.item, sizes, changes)]),
    );
  },
};

/** What can be checked and made without looking at the table. */
function prepare(input: Input): {
  stored: StoredItem;
  condition: Condition | undefined;
} {
  checkParameters(input, PARAMETERS);
  const stored = StoredItem.of(parseItem(input.Item));
  checkOldOrNone(input.ReturnValues);
  checkSize(stored.size);
  const attributes = expressionAttributes(input);
  const condition = conditionOf(input, attributes);
  attributes.assertAllUsed();
  return { stored, condition };
}
