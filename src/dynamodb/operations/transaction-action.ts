import type { Item } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import { parseCondition, parseUpdate, type Condition, type Update } from '../expressions/index.js';
import { StoredItem } from '../items/stored-item.js';
import { field, item, member, string } from '../validation/shape.js';
import { parseItem } from '../values/index.js';
import {
  expressionAttributeNames,
  expressionAttributeValues,
  key,
  returnValuesOnConditionCheckFailure,
  tableName,
} from './common-shapes.js';
import { checkParameters, expressionAttributes } from './expression-parameters.js';
import { checkSize } from './item-write.js';
import { tableNameOf } from './table-name.js';

const VERBS = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;
type Verb = (typeof VERBS)[number];

interface ActionInput {
  TableName: string;
  Item?: Item;
  Key?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

/** What the request gives: exactly one of the verbs. */
export type ActionEntry = Partial<Record<Verb, ActionInput>>;

/** One action, its expressions parsed. */
export interface Action {
  verb: Verb;
  input: ActionInput;
  tableName: string;
  /** The item of a Put; else the key. */
  keysOrItem: Item;
  put: StoredItem | undefined;
  update: Update | undefined;
  condition: Condition | undefined;
  /** What the failure of the condition is reported as, where it is not ConditionalCheckFailed. */
  failure?: { Code: string; Message: string };
}

const actionMembers = {
  ConditionExpression: string(),
  ExpressionAttributeNames: expressionAttributeNames,
  ExpressionAttributeValues: expressionAttributeValues,
  ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
};

export const transactWriteItem = member('TransactWriteItem', {
  ConditionCheck: field('ConditionCheck', {
    Key: key,
    TableName: tableName,
    ...actionMembers,
    ConditionExpression: string({ required: true }),
  }),
  Put: field('Put', {
    Item: item({ required: true }),
    TableName: tableName,
    ...actionMembers,
  }),
  Delete: field('Delete', { Key: key, TableName: tableName, ...actionMembers }),
  Update: field('Update', {
    Key: key,
    UpdateExpression: string({ required: true }),
    TableName: tableName,
    ...actionMembers,
  }),
});

const UPDATE_PARAMETERS = {
  expressions: ['UpdateExpression', 'ConditionExpression'],
  legacy: [],
  namesMissing: true,
};
const CONDITION_PARAMETERS = { ...UPDATE_PARAMETERS, expressions: ['ConditionExpression'] };

/** Checks one action in itself. */
export function prepareAction(entry: ActionEntry): Action {
  const given = VERBS.filter((verb) => entry[verb]);
  if (given.length !== 1)
    throw validationError(
      given.length === 0
        ? 'Invalid Request: TransactWriteRequest should contain Delete or Put or Update request'
        : 'TransactItems can only contain one of Check, Put, Update or Delete',
    );
  const verb = given[0]!;
  const input = entry[verb]!;
  checkParameters(input, verb === 'Update' ? UPDATE_PARAMETERS : CONDITION_PARAMETERS);
  const item = input.Item && parseItem(input.Item, 'older');
  const put = item && StoredItem.of(item);
  if (put) checkSize(put.size);
  const attributes = expressionAttributes(input, 'older');
  const update =
    input.UpdateExpression === undefined
      ? undefined
      : parseUpdate(input.UpdateExpression, attributes);
  const condition =
    input.ConditionExpression === undefined
      ? undefined
      : parseCondition(input.ConditionExpression, 'ConditionExpression', attributes);
  // Unlike an item, a key is looked at after the expressions (recorded).
  const keysOrItem = item ?? parseItem(input.Key, 'older');
  attributes.assertAllUsed();
  return {
    verb,
    input,
    tableName: tableNameOf(input.TableName),
    keysOrItem,
    put,
    update,
    condition,
  };
}
