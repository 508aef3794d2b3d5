import type { Item } from '../../lib/attribute-value.js';
import {
  applyUpdate,
  parseAttributeUpdates,
  parseUpdate,
  project,
  type AttributeValueUpdate,
  type Condition,
  type ExpressionAttributes,
  type Update,
} from '../expressions/index.js';
import { checkKey, checkKnownIndexKeys, checkUpdatedIndexKeys } from '../items/item-keys.js';
import { readLatestItem, writeItem } from '../items/item-writer.js';
import { StoredItem } from '../items/stored-item.js';
import { field, map, member, string } from '../validation/shape.js';
import { itemToText, parseItem } from '../values/index.js';
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
  assertNoKeyChange,
  durably,
  checkUpdateSize,
  writeFacts,
  type ItemWriteInput,
} from './item-write.js';
import { checkKeyPaths } from './key-paths.js';
import { attributeUpdate, expected } from './legacy-shapes.js';
import { enveloped, type Operation } from './operation.js';
import { refuseUpdate } from './refusal.js';
import { body } from './response.js';
import { tableNameOf } from './table-name.js';

interface Input extends ItemWriteInput, ConditionInput {
  Key: Item;
  AttributeUpdates?: Record<string, AttributeValueUpdate>;
}

const PARAMETERS = {
  expressions: ['UpdateExpression', 'ConditionExpression'],
  legacy: ['AttributeUpdates', 'Expected'],
  namesMissing: false,
};

export const updateItem: Operation<Input> = {
  shape: field('UpdateItemInput', {
    ReturnConsumedCapacity: returnConsumedCapacity,
    TableName: tableName,
    ReturnItemCollectionMetrics: returnItemCollectionMetrics,
    ReturnValues: returnValues,
    ConditionalOperator: conditionalOperator,
    Key: key,
    Expected: map(member('ExpectedAttributeValue', expected), 'ExpectedAttributeValue'),
    AttributeUpdates: map(member('AttributeValueUpdate', attributeUpdate), 'AttributeValueUpdate'),
    ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
    ConditionExpression: string(),
    UpdateExpression: string(),
    ExpressionAttributeValues: expressionAttributeValues,
    ExpressionAttributeNames: expressionAttributeNames,
  }),
  refuse: refuseUpdate,

  perform(engine, input) {
    const { keys, update, condition } = enveloped(() => prepare(input));
    const table = engine.catalog.get(tableNameOf(input.TableName));
    checkKey(table, keys);
    if (update) {
      assertNoKeyChange(table, update.attributes);
      checkKnownIndexKeys(table, update);
    }
    checkKeyPaths(table, update, condition);
    if (update) checkUpdateSize(update.charge);
    const itemKey = table.itemKey(keys);
    const old = readLatestItem(engine, itemKey);
    assertCondition(condition, old, input);
    const base = old?.item ?? keys;
    const next = update ? applyUpdate(update, base) : base;
    checkUpdatedIndexKeys(table, next);
    const stored = !old && update?.onlyTakesAway ? undefined : StoredItem.of(next);
    if (stored) checkUpdateSize(stored.size);
    const attributes = returned(input, update, old, stored);
    const sizes = { old: old?.size ?? 0, new: stored?.size ?? 0 };
    const changes = writeItem(engine, table, itemKey, old, stored);
    return durably(
      engine,
      body([['Attributes', attributes], ...writeFacts(input, table, keys, sizes, changes)]),
    );
  },
};

function prepare(input: Input): {
  keys: Item;
  update: Update | undefined;
  condition: Condition | undefined;
} {
  checkParameters(input, PARAMETERS);
  const keys = parseItem(input.Key);
  const attributes = expressionAttributes(input);
  const update = updateOf(input, attributes);
  const condition = conditionOf(input, attributes);
  attributes.assertAllUsed();
  return { keys, update, condition };
}

function updateOf(input: Input, attributes: ExpressionAttributes): Update | undefined {
  if (input.UpdateExpression !== undefined) return parseUpdate(input.UpdateExpression, attributes);
  return input.AttributeUpdates && parseAttributeUpdates(input.AttributeUpdates);
}

/** `Attributes` of the answer; undefined when there are none. */
function returned(
  input: Input,
  update: Update | undefined,
  old: StoredItem | undefined,
  next: StoredItem | undefined,
): string | undefined {
  switch (input.ReturnValues) {
    case 'ALL_OLD':
      return old?.text;
    case 'ALL_NEW':
      return next?.text;
    case 'UPDATED_OLD':
      return old && update && textOf(project(update.projection, old.item));
    case 'UPDATED_NEW':
      return update && next && textOf(project(update.projection, next.item));
    default:
      return undefined;
  }
}

const textOf = (item: Item): string | undefined =>
  Object.keys(item).length === 0 ? undefined : itemToText(item);
