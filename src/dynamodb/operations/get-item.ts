import type { Item } from '../../lib/attribute-value.js';
import { project } from '../expressions/index.js';
import { checkKey } from '../items/item-keys.js';
import { StoredItem } from '../items/stored-item.js';
import { boolean, field, list, string } from '../validation/shape.js';
import { itemToText, parseItem } from '../values/index.js';
import {
  expressionAttributeNames,
  key,
  returnConsumedCapacity,
  tableName,
} from './common-shapes.js';
import {
  capacityText,
  readUnits,
  nothingConsumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { checkParameters, expressionAttributes } from './expression-parameters.js';
import { projectionOf, type ProjectionInput } from './item-projections.js';
import { checkKeyPaths } from './key-paths.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import { tableNameOf } from './table-name.js';

interface Input extends ProjectionInput {
  ExpressionAttributeNames?: Record<string, string>;
  TableName: string;
  Key: Item;
  ConsistentRead?: boolean;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

const PARAMETERS = {
  expressions: ['ProjectionExpression'],
  legacy: ['AttributesToGet'],
  namesMissing: true,
};

export const getItem: Operation<Input> = {
  shape: field('GetItemInput', {
    ReturnConsumedCapacity: returnConsumedCapacity,
    AttributesToGet: list(string(), { min: 1, max: 255 }),
    TableName: tableName,
    Key: key,
    ConsistentRead: boolean(),
    ProjectionExpression: string(),
    ExpressionAttributeNames: expressionAttributeNames,
  }),

  perform({ catalog, store }, input) {
    checkParameters(input, PARAMETERS);
    const keys = parseItem(input.Key);
    const { ExpressionAttributeNames } = input;
    const attributes = expressionAttributes({ ExpressionAttributeNames });
    const projection = projectionOf(input, attributes);
    attributes.assertAllUsed();
    const table = catalog.get(tableNameOf(input.TableName));
    checkKey(table, keys);
    checkKeyPaths(table, projection);
    const bytes = store.read(table.itemKey(keys));
    const item = bytes && new StoredItem(bytes);
    const text = item && (projection ? itemToText(project(projection, item.item)) : item.text);
    if (input.ReturnConsumedCapacity === undefined)
      return text === undefined ? '{}' : `{"Item":${text}}`;
    const units = readUnits(item?.size ?? 0, input.ConsistentRead ?? false);
    return body([
      ['Item', text],
      [
        'ConsumedCapacity',
        capacityText(input.ReturnConsumedCapacity, table.name, {
          ...nothingConsumed(),
          table: units,
        }),
      ],
    ]);
  },
};
