import type { AttributeValue } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import {
  matchKey,
  parseCondition,
  parseFilter,
  parseKeyConditions,
  parseKeyPredicates,
  type Condition,
  type FilterCondition,
  type KeyCondition,
  type KeyNames,
} from '../expressions/index.js';
import { continueAfter, entryKeyOf, isWithin, queryRange } from '../items/key-range.js';
import type { KeyAttribute, KeySchema } from '../tables/table.js';
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
import { expressionAttributes } from './expression-parameters.js';
import { condition } from './legacy-shapes.js';
import { projectionOf } from './item-projections.js';
import type { Operation } from './operation.js';
import {
  answerPage,
  checkKeyPaths,
  checkSelect,
  checkStartKey,
  indexOf,
  parseStartKey,
  type ReadInput,
} from './read-parameters.js';
import { refuseRead } from './refusal.js';
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
  refuse: refuseRead,

  perform(engine, input) {
    const attributes = expressionAttributes(input, parametersOf(input));
    const startKey = parseStartKey(input.ExclusiveStartKey, 'current');
    if (input.KeyConditionExpression === undefined && input.KeyConditions === undefined)
      throw validationError(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      );
    checkSelect(input);
    const predicates =
      input.KeyConditionExpression === undefined
        ? parseKeyConditions(input.KeyConditions ?? {})
        : parseKeyPredicates(input.KeyConditionExpression, attributes);
    const filter =
      input.FilterExpression === undefined
        ? parseFilter(input.QueryFilter, input.ConditionalOperator)
        : parseCondition(input.FilterExpression, 'FilterExpression', attributes);
    const projection = projectionOf(input, attributes);
    attributes.assertAllUsed();
    const table = engine.catalog.get(tableNameOf(input.TableName));
    const index = indexOf(table, input);
    const source = index ?? table;
    const keyCondition = matchKey(predicates, schemaNames(source));
    checkConditionTypes(source, keyCondition);
    if (filter)
      refuseKeysInFilter(source, filter, input.QueryFilter ? 'QueryFilter' : 'Filter Expression');
    checkKeyPaths(table, filter, projection);

    let range = queryRange(source, keyCondition);
    if (input.ScanIndexForward === false) range = { ...range, reverse: true };
    if (startKey) {
      checkStartKey(table, index, startKey);
      const entryKey = entryKeyOf(table, index, startKey);
      if (!isWithin(range, entryKey)) throw outsideRange(keyCondition);
      range = continueAfter(range, entryKey);
    }
    return answerPage(engine, input, { table, index, range }, filter, projection);
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

function checkConditionTypes(source: KeySchema, { hashes, equals, range }: KeyCondition): void {
  const mismatch = (value: AttributeValue, { type }: KeyAttribute): boolean =>
    value[type] === undefined;
  if (
    hashes.some((value, at) => mismatch(value, source.hashes[at]!)) ||
    equals.some((value, at) => mismatch(value, source.ranges[at]!)) ||
    range?.values.some((value) => mismatch(value, source.ranges[equals.length]!))
  )
    throw validationError(
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    );
}

function refuseKeysInFilter(source: KeySchema, filter: Condition, parameter: string): void {
  for (const { name } of [...source.hashes, ...source.ranges])
    if (filter.attributes.has(name))
      throw validationError(
        `${parameter} can only contain non-primary key attributes: Primary key attribute: ${name}`,
      );
}

function outsideRange({ range }: KeyCondition): Error {
  return validationError(
    range
      ? 'The provided starting key does not match the range key predicate'
      : 'The provided starting key is outside query boundaries based on provided conditions',
  );
}
