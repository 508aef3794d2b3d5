import type { Item } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import {
  bindKeyCondition,
  matchKey,
  parseAttributesToGet,
  parseCondition,
  parseFilter,
  parseKeyConditions,
  predicatesOf,
  type Condition,
  type FilterCondition,
  type KeyCondition,
  type KeyNames,
  type KeyPredicate,
} from '../expressions/index.js';
import { checkNotEmpty } from '../items/item-keys.js';
import { continueAfter, entryKeyOf, isWithin, queryRange } from '../items/key-range.js';
import type { Index, KeySchema, Table } from '../tables/table.js';
import { refuse } from '../validation/constraints.js';
import { boolean, field, item, list, map, member, string } from '../validation/shape.js';
import {
  conditionalOperator,
  expressionAttributeNames,
  expressionAttributeValues,
  indexName,
  limit,
  returnConsumedCapacity,
  select,
  tableName,
} from './common-shapes.js';
import { checkParameters, expressionAttributes } from './expression-parameters.js';
import { condition } from './legacy-shapes.js';
import { projectionOf } from './item-projections.js';
import { checkKeyPaths } from './key-paths.js';
import type { Operation } from './operation.js';
import { answerPage, checkSelect, indexOf, needsFetch, type ReadInput } from './read-parameters.js';
import { refuseQuery } from './refusal.js';
import { checkStartHash, checkStartRange, checkStartTable, parseStartKey } from './start-key.js';
import { tableNameOf } from './table-name.js';

interface Input extends ReadInput {
  KeyConditionExpression?: string;
  ScanIndexForward?: boolean;
  KeyConditions?: Record<string, FilterCondition>;
  QueryFilter?: Record<string, FilterCondition>;
}

const PARAMETERS = {
  expressions: ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
  legacy: ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', 'KeyConditions'],
  namesMissing: true,
};

export const query: Operation<Input> = {
  shape: field('QueryInput', {
    Select: select,
    Limit: limit,
    IndexName: indexName,
    ReturnConsumedCapacity: returnConsumedCapacity,
    QueryFilter: map(member('Condition', condition), 'Condition'),
    ExclusiveStartKey: item(),
    TableName: tableName,
    ConditionalOperator: conditionalOperator,
    AttributesToGet: list(string(), { min: 1, max: 255 }),
    ConsistentRead: boolean(),
    ScanIndexForward: boolean(),
    KeyConditions: map(member('Condition', condition), 'Condition'),
    KeyConditionExpression: string(),
    FilterExpression: string(),
    ProjectionExpression: string(),
    ExpressionAttributeValues: expressionAttributeValues,
    ExpressionAttributeNames: expressionAttributeNames,
  }),
  refuse: refuseQuery,

  perform(engine, input) {
    checkParameters(input, parametersOf(input));
    const queryFilter = parseFilter(input.QueryFilter, input.ConditionalOperator);
    const named = input.AttributesToGet && parseAttributesToGet(input.AttributesToGet);
    const startKey = parseStartKey(input.ExclusiveStartKey, 'current');
    if (input.KeyConditionExpression === undefined && input.KeyConditions === undefined)
      throw validationError(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      );
    checkSelect(input, (problem) => refuse([problem]));
    const keyConditions = input.KeyConditions && parseKeyConditions(input.KeyConditions);
    const attributes = expressionAttributes(input);
    const keyExpression =
      input.KeyConditionExpression === undefined
        ? undefined
        : bindKeyCondition(input.KeyConditionExpression, attributes);
    const filter =
      input.FilterExpression === undefined
        ? queryFilter
        : parseCondition(input.FilterExpression, 'FilterExpression', attributes);
    const projection = named ?? projectionOf(input, attributes);
    attributes.assertAllUsed();
    const predicates = keyExpression ? predicatesOf(keyExpression) : (keyConditions ?? []);
    const table = engine.catalog.get(tableNameOf(input.TableName));
    const index = indexOf(table, input);
    const source = index ?? table;
    if (startKey) checkStartHash(source, startKey);
    const keyCondition = matchKey(predicates, schemaNames(source), (predicate) =>
      checkConditionType(source, predicate, index?.name),
    );
    if (startKey) {
      checkStartRange(source, startKey);
      checkStartTable(table, index, startKey);
    }
    if (filter)
      refuseKeysInFilter(source, filter, input.QueryFilter ? 'QueryFilter' : 'Filter Expression');
    const fetch = needsFetch(index, input, filter, projection);
    checkKeyPaths(table, filter, projection);

    let range = queryRange(source, keyCondition);
    if (input.ScanIndexForward === false) range = { ...range, reverse: true };
    if (startKey) {
      const entryKey = entryKeyOf(table, index, startKey);
      if (!isWithin(range, entryKey)) throw outsideRange(source, keyCondition, startKey, entryKey);
      range = continueAfter(range, entryKey);
    }
    return answerPage(engine, input, { table, index, range, fetch }, filter, projection);
  },
};

/** KeyConditions do go with the other expressions, as long as the key condition is not one itself. */
function parametersOf(input: Input): typeof PARAMETERS {
  return input.KeyConditionExpression === undefined
    ? { ...PARAMETERS, legacy: PARAMETERS.legacy.filter((name) => name !== 'KeyConditions') }
    : PARAMETERS;
}

/** Names of the key attributes, for `matchKey`. */
const schemaNames = ({ hashes, ranges }: KeySchema): KeyNames => ({
  hashes: hashes.map(({ name }) => name),
  ranges: ranges.map(({ name }) => name),
});

function checkConditionType(
  source: KeySchema,
  { attribute, values }: KeyPredicate,
  indexName: string | undefined,
): void {
  const part = [...source.hashes, ...source.ranges].find(({ name }) => name === attribute)!;
  if (values.some((value) => value[part.type] === undefined))
    throw validationError(
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    );
  for (const value of values) checkNotEmpty(part, value, indexName);
}

function refuseKeysInFilter(source: KeySchema, filter: Condition, parameter: string): void {
  for (const { name } of [...source.hashes, ...source.ranges])
    if (filter.attributes.has(name))
      throw validationError(
        `${parameter} can only contain non-primary key attributes: Primary key attribute: ${name}`,
      );
}

/** Why a start key is not in the range (recorded). */
function outsideRange(
  source: Table | Index,
  condition: KeyCondition,
  startKey: Item,
  entryKey: Buffer,
): Error {
  if (!condition.range)
    return validationError(
      'The provided starting key is outside query boundaries based on provided conditions',
    );
  const hashes = source.hashes.map(({ name }) => startKey[name]!);
  return validationError(
    isWithin(queryRange(source, { ...condition, hashes }), entryKey)
      ? 'The query can return at most one row and cannot be restarted'
      : 'The provided starting key does not match the range key predicate',
  );
}
