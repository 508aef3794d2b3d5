import type { Item } from '../../lib/attribute-value.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import { project, type Projection } from '../expressions/index.js';
import { checkKey } from '../items/item-keys.js';
import { StoredItem } from '../items/stored-item.js';
import type { Table } from '../tables/table.js';
import { refuse } from '../validation/constraints.js';
import { boolean, field, item, list, map, member, string } from '../validation/shape.js';
import { itemToText, parseItem } from '../values/index.js';
import {
  expressionAttributeNames,
  MAX_NAME_LENGTH,
  MIN_NAME_LENGTH,
  NAME_PATTERN,
  returnConsumedCapacity,
} from './common-shapes.js';
import {
  capacitiesText,
  nothingConsumed,
  readUnits,
  type Consumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { checkParameters, expressionAttributes } from './expression-parameters.js';
import { projectionOf, type ProjectionInput } from './item-projections.js';
import { checkKeyPaths } from './key-paths.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import { tableNameOf } from './table-name.js';

/** Documented: keys in one call, over all tables; bytes in one answer. */
const MAX_KEYS = 100;
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

interface KeysAndAttributes extends ProjectionInput {
  Keys: Item[];
  ConsistentRead?: boolean;
}

interface Input {
  RequestItems: Record<string, KeysAndAttributes>;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface TableRequest {
  nameOrArn: string;
  block: KeysAndAttributes;
  keys: Item[];
  projection: Projection | undefined;
}

const PARAMETERS = {
  expressions: ['ProjectionExpression'],
  legacy: ['AttributesToGet'],
  namesMissing: true,
};

const KEYS_CONSTRAINT =
  'Map keys must satisfy constraint: [Member must have length less than or equal to 255, ' +
  'Member must have length greater than or equal to 3, ' +
  `Member must satisfy regular expression pattern: ${NAME_PATTERN.text}]`;

export const batchGetItem: Operation<Input> = {
  shape: field('BatchGetItemInput', {
    RequestItems: map(
      member('KeysAndAttributes', {
        Keys: list(item({ parameterized: true }), { required: true }),
        AttributesToGet: list(string(), { min: 1, max: 255 }),
        ConsistentRead: boolean(),
        ProjectionExpression: string(),
        ExpressionAttributeNames: expressionAttributeNames,
      }),
      'KeysAndAttributes',
      { required: true },
    ),
    ReturnConsumedCapacity: returnConsumedCapacity,
  }),

  refuse(input, violations) {
    // Here the service shows the map as JSON, and names some members without their values (recorded).
    const { RequestItems } = input as Partial<Input>;
    refuse([...(RequestItems ? requestItemsViolations(RequestItems) : []), ...violations]);
  },

  perform({ catalog, store }, input) {
    const requests = prepare(input);
    const found = requests.map((request) => {
      const table = catalog.get(tableNameOf(request.nameOrArn));
      for (const key of request.keys) checkKey(table, key);
      checkKeyPaths(table, request.projection);
      return { ...request, table, itemKeys: request.keys.map((key) => table.itemKey(key)) };
    });
    let bytes = 0;
    const responses: string[] = [];
    const unprocessed: string[] = [];
    const consumed = new Map<Table, Consumed>();
    for (const { nameOrArn, block, table, itemKeys, projection } of found) {
      const texts: string[] = [];
      const left: Item[] = [];
      const sum = nothingConsumed();
      itemKeys.forEach((itemKey, at) => {
        if (bytes > MAX_RESPONSE_BYTES) {
          left.push(block.Keys[at]!);
          return;
        }
        const value = store.read(itemKey);
        const stored = value && new StoredItem(value);
        bytes += stored?.size ?? 0;
        if (bytes > MAX_RESPONSE_BYTES) {
          left.push(block.Keys[at]!);
          return;
        }
        sum.table += readUnits(stored?.size ?? 0, block.ConsistentRead ?? false);
        if (stored)
          texts.push(projection ? itemToText(project(projection, stored.item)) : stored.text);
      });
      const name = JSON.stringify(nameOrArn);
      responses.push(`${name}:[${texts.join(',')}]`);
      if (left.length > 0) unprocessed.push(`${name}:${JSON.stringify({ ...block, Keys: left })}`);
      consumed.set(table, sum);
    }
    return body([
      ['Responses', `{${responses.join(',')}}`],
      ['UnprocessedKeys', `{${unprocessed.join(',')}}`],
      ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed)],
    ]);
  },
};

function requestItemsViolations(requestItems: Record<string, KeysAndAttributes>): string[] {
  const names = Object.keys(requestItems);
  const failed = 'failed to satisfy constraint';
  if (names.length === 0)
    return [
      `Value at 'RequestItems' ${failed}: Member must have length greater than or equal to 1`,
    ];
  const isName = (name: string): boolean =>
    name.startsWith('arn:') ||
    (name.length >= MIN_NAME_LENGTH &&
      name.length <= MAX_NAME_LENGTH &&
      NAME_PATTERN.expression.test(name));
  const violations = names.every(isName)
    ? []
    : [`Value '${JSON.stringify(requestItems)}' at 'requestItems' ${failed}: ${KEYS_CONSTRAINT}`];
  for (const [name, block] of Object.entries(requestItems)) {
    const { length } = (block as Partial<KeysAndAttributes>).Keys ?? { length: 1 };
    const path = `RequestItems.${name}.member.Keys`;
    if (length < 1)
      violations.push(
        `Value at '${path}' ${failed}: Member must have length greater than or equal to 1`,
      );
    if (length > MAX_KEYS)
      violations.push(
        `Value at '${path}' ${failed}: Member must have length less than or equal to ${MAX_KEYS}`,
      );
  }
  return violations;
}

function prepare({ RequestItems }: Input): TableRequest[] {
  const blocks = Object.entries(RequestItems);
  checkNotMixed(blocks.map(([, block]) => block));
  const requests = blocks.map(([nameOrArn, block]): TableRequest => {
    checkParameters(block, PARAMETERS);
    const attributes = expressionAttributes(block);
    const projection = projectionOf(block, attributes);
    attributes.assertAllUsed();
    const keys = block.Keys.map((key) => parseItem(key));
    if (new Set(keys.map(identityOf)).size < keys.length)
      throw validationError('Provided list of item keys contains duplicates');
    return { nameOrArn, block, keys, projection };
  });
  if (requests.reduce((sum, { keys }) => sum + keys.length, 0) > MAX_KEYS)
    throw validationError('Too many items requested for the BatchGetItem call');
  if (new Set(blocks.map(([name]) => tableNameOf(name))).size < blocks.length)
    throw validationError(`${INVALID_PARAMETER}a table is named twice, by name and by ARN`);
  return requests;
}

/** The same text for keys that are equal; whether they fit the table is seen later (recorded). */
const identityOf = (key: Item): string =>
  JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Expressions in one table's block and AttributesToGet in another's do not go together (recorded). */
function checkNotMixed(blocks: readonly KeysAndAttributes[]): void {
  if (
    blocks.some((block) => block.ProjectionExpression !== undefined) &&
    blocks.some((block) => block.AttributesToGet !== undefined)
  )
    throw validationError(
      'Can not use both expression and non-expression parameters in the same request: ' +
        'Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}',
    );
}
