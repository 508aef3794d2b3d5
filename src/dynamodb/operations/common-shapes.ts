import {
  integer,
  item,
  map,
  oneOf,
  string,
  type ItemShape,
  type MapShape,
  type StringShape,
} from '../validation/shape.js';

export const NAME_PATTERN = { text: '[a-zA-Z0-9_.-]+', expression: /^[a-zA-Z0-9_.-]+$/ };

/** Documented: names of tables and indexes have 3 to 255 characters. */
export const MIN_NAME_LENGTH = 3;
export const MAX_NAME_LENGTH = 255;

/** The table of a data operation, by name or ARN. */
export const tableName: StringShape = string({
  required: true,
  pattern: NAME_PATTERN,
  min: 1,
  max: MAX_NAME_LENGTH,
  orArn: true,
});

export const indexName: StringShape = string({
  pattern: NAME_PATTERN,
  min: MIN_NAME_LENGTH,
  max: MAX_NAME_LENGTH,
});

export const requiredIndexName: StringShape = { ...indexName, required: true };

export const returnConsumedCapacity = oneOf('INDEXES', 'TOTAL', 'NONE');
export const returnItemCollectionMetrics = oneOf('SIZE', 'NONE');
export const returnValues = oneOf('ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW');
export const returnValuesOnConditionCheckFailure = oneOf('ALL_OLD', 'NONE');
export const conditionalOperator = oneOf('OR', 'AND');
export const comparisonOperator = oneOf(
  'IN',
  'NULL',
  'BETWEEN',
  'LT',
  'NOT_CONTAINS',
  'EQ',
  'GT',
  'NOT_NULL',
  'NE',
  'LE',
  'BEGINS_WITH',
  'GE',
  'CONTAINS',
);
export const select = oneOf(
  'SPECIFIC_ATTRIBUTES',
  'COUNT',
  'ALL_ATTRIBUTES',
  'ALL_PROJECTED_ATTRIBUTES',
);

export const key: ItemShape = item({ required: true });
export const expressionAttributeNames: MapShape = map(string(), 'java.lang.String');
export const expressionAttributeValues: ItemShape = item();
export const limit = integer({ min: 1 });
