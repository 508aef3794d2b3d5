import { validationError } from '../errors.js';
import {
  parseAttributesToGet,
  parseCondition,
  parseFilter,
  type FilterCondition,
} from '../expressions/index.js';
import { continueAfter, entryKeyOf, isWithin, scanRange } from '../items/key-range.js';
import { boolean, field, integer, item, list, map, member, string } from '../validation/shape.js';
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
import { checkStartHash, checkStartRange, checkStartTable, parseStartKey } from './start-key.js';
import { tableNameOf } from './table-name.js';

/** Documented. */
const MAX_SEGMENTS = 1_000_000;

interface Input extends ReadInput {
  Segment?: number;
  TotalSegments?: number;
  ScanFilter?: Record<string, FilterCondition>;
}

const PARAMETERS = {
  expressions: ['ProjectionExpression', 'FilterExpression'],
  legacy: ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
  namesMissing: true,
};

export const scan: Operation<Input> = {
  shape: field('ScanInput', {
    Limit: limit,
    ReturnConsumedCapacity: returnConsumedCapacity,
    AttributesToGet: list(string(), { min: 1, max: 255 }),
    Segment: integer({ min: 0, max: MAX_SEGMENTS - 1 }),
    Select: select,
    ScanFilter: map(member('Condition', condition), 'Condition'),
    ConditionalOperator: conditionalOperator,
    TotalSegments: integer({ min: 1, max: MAX_SEGMENTS }),
    TableName: tableName,
    ExclusiveStartKey: item(),
    IndexName: indexName,
    ConsistentRead: boolean(),
    FilterExpression: string(),
    ProjectionExpression: string(),
    ExpressionAttributeValues: expressionAttributeValues,
    ExpressionAttributeNames: expressionAttributeNames,
  }),
  perform(engine, input) {
    checkParameters(input, PARAMETERS);
    const named = input.AttributesToGet && parseAttributesToGet(input.AttributesToGet);
    const scanFilter = parseFilter(input.ScanFilter, input.ConditionalOperator, 'older');
    const startKey = parseStartKey(input.ExclusiveStartKey, 'older');
    checkSegments(input);
    checkSelect(input, refuseBare);
    const attributes = expressionAttributes(input, 'older');
    const filter =
      input.FilterExpression === undefined
        ? scanFilter
        : parseCondition(input.FilterExpression, 'FilterExpression', attributes);
    const projection = named ?? projectionOf(input, attributes);
    attributes.assertAllUsed();
    const table = engine.catalog.get(tableNameOf(input.TableName));
    const index = indexOf(table, input);
    if (startKey && index) {
      checkStartHash(index, startKey);
      checkStartRange(index, startKey);
    }
    const fetch = needsFetch(index, input, filter, projection);

    let range = scanRange(index ?? table, input.Segment, input.TotalSegments);
    if (startKey) {
      checkStartTable(table, index, startKey);
      const entryKey = entryKeyOf(table, index, startKey);
      if (!isWithin(range, entryKey))
        throw validationError(
          'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey ' +
            `with correct Segment. TotalSegments: ${input.TotalSegments} Segment: ${input.Segment}`,
        );
      range = continueAfter(range, entryKey);
    }
    checkKeyPaths(table, filter, projection);
    return answerPage(engine, input, { table, index, range, fetch }, filter, projection);
  },
};

/** What is wrong with `Select` Scan says as it is; Query puts it into the envelope (recorded). */
function refuseBare(message: string): never {
  throw validationError(message);
}

function checkSegments({ Segment, TotalSegments }: Input): void {
  if (Segment !== undefined && TotalSegments === undefined)
    throw validationError(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  if (TotalSegments !== undefined && Segment === undefined)
    throw validationError(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  if (Segment !== undefined && TotalSegments !== undefined && Segment >= TotalSegments)
    throw validationError(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
}
