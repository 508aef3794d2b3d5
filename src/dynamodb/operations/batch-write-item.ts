import type { Item } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import { checkIndexKeys, checkKey } from '../items/item-keys.js';
import { readLatestItem, writeItem } from '../items/item-writer.js';
import { StoredItem } from '../items/stored-item.js';
import type { Table } from '../tables/table.js';
import { refuse } from '../validation/constraints.js';
import { field, item, list, map, member } from '../validation/shape.js';
import { parseItem } from '../values/index.js';
import {
  MAX_NAME_LENGTH,
  MIN_NAME_LENGTH,
  NAME_PATTERN,
  returnConsumedCapacity,
  returnItemCollectionMetrics,
} from './common-shapes.js';
import {
  addConsumed,
  capacitiesText,
  nothingConsumed,
  writeConsumption,
  type Consumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { checkSize, durably, itemCollectionMetrics } from './item-write.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import { tableNameOf } from './table-name.js';

/** Documented: puts and deletes in one call, over all tables. */
const MAX_REQUESTS = 25;

interface WriteRequest {
  PutRequest?: { Item: Item };
  DeleteRequest?: { Key: Item };
}

interface Input {
  RequestItems: Record<string, WriteRequest[]>;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
  ReturnItemCollectionMetrics?: 'SIZE' | 'NONE';
}

/** One write, checked; `stored` undefined: a deletion. */
interface Write {
  table: Table;
  keys: Item;
  itemKey: Buffer;
  stored: StoredItem | undefined;
}

export const batchWriteItem: Operation<Input> = {
  shape: field('BatchWriteItemInput', {
    ReturnConsumedCapacity: returnConsumedCapacity,
    ReturnItemCollectionMetrics: returnItemCollectionMetrics,
    RequestItems: map(
      list(
        member('WriteRequest', {
          PutRequest: field('PutRequest', { Item: item({ required: true }) }),
          DeleteRequest: field('DeleteRequest', { Key: item({ required: true }) }),
        }),
        { parameterized: true },
      ),
      'java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>',
      {
        required: true,
        keys: {
          min: MIN_NAME_LENGTH,
          max: MAX_NAME_LENGTH,
          pattern: NAME_PATTERN.text,
          expression: /^(?:[a-zA-Z0-9_.-]+|arn:.+)$/,
        },
        memberLength: { min: 1, max: MAX_REQUESTS },
      },
    ),
  }),

  refuse(input, violations) {
    // Unknown enum values are reported alone, before anything about the map (recorded).
    const enums = violations.filter((violation) => violation.includes('enum value set'));
    refuse(enums.length > 0 ? enums : violations);
    // The service's regions go to and fro between these words and the general ones (recorded, October 2026).
    if (Object.keys(input.RequestItems).length === 0)
      throw validationError('The requestItems parameter is required for BatchWriteItem');
  },

  perform(engine, input) {
    checkRequests(input);
    const items = prepare(input);
    const writes: Write[] = [];
    const seen = new Set<string>();
    for (const { tableName, keysOrItem, stored } of items) {
      const table = engine.catalog.get(tableName);
      const write = place(table, keysOrItem, stored);
      const identity = write.itemKey.toString('latin1');
      if (seen.has(identity))
        throw validationError('Provided list of item keys contains duplicates');
      seen.add(identity);
      writes.push(write);
    }
    const consumed = new Map<Table, Consumed>();
    for (const { table, itemKey, stored } of writes) {
      const old = readLatestItem(engine, itemKey);
      const oldSize = old?.size ?? 0;
      const changes = writeItem(engine, table, itemKey, old, stored);
      const sum = consumed.get(table) ?? nothingConsumed();
      addConsumed(sum, writeConsumption(oldSize, stored?.size ?? 0, changes));
      consumed.set(table, sum);
    }
    return durably(
      engine,
      body([
        ['UnprocessedItems', '{}'],
        [
          'ItemCollectionMetrics',
          input.ReturnItemCollectionMetrics === 'SIZE' ? metrics(writes) : undefined,
        ],
        ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed)],
      ]),
    );
  },
};

function checkRequests({ RequestItems }: Input): void {
  let count = 0;
  for (const requests of Object.values(RequestItems)) {
    count += requests.length;
    for (const { PutRequest, DeleteRequest } of requests)
      if (!PutRequest === !DeleteRequest)
        throw validationError(
          'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
        );
  }
  if (count > MAX_REQUESTS)
    throw validationError('Too many items requested for the BatchWriteItem call');
}

function prepare({ RequestItems }: Input): {
  tableName: string;
  keysOrItem: Item;
  stored: StoredItem | undefined;
}[] {
  return Object.entries(RequestItems).flatMap(([nameOrArn, requests]) => {
    const tableName = tableNameOf(nameOrArn);
    return requests.map(({ PutRequest, DeleteRequest }) => {
      if (DeleteRequest) {
        return { tableName, keysOrItem: parseItem(DeleteRequest.Key, 'older'), stored: undefined };
      }
      const stored = StoredItem.of(parseItem(PutRequest!.Item, 'older'));
      checkSize(stored.size);
      return { tableName, keysOrItem: stored.item, stored };
    });
  });
}

/** Wrong keys of items have the words of wrong keys here (recorded). */
function place(table: Table, keysOrItem: Item, stored: StoredItem | undefined): Write {
  const keys = stored ? table.keysOf(keysOrItem) : keysOrItem;
  checkKey(table, keys);
  if (stored) checkIndexKeys(table, keysOrItem);
  return { table, keys, itemKey: table.itemKey(keys), stored };
}

function metrics(writes: readonly Write[]): string {
  const byTable = new Map<string, Set<string>>();
  for (const { table, keys } of writes) {
    const text = itemCollectionMetrics(table, keys);
    if (text !== undefined)
      byTable.set(table.name, (byTable.get(table.name) ?? new Set()).add(text));
  }
  return `{${[...byTable].map(([name, texts]) => `"${name}":[${[...texts].join(',')}]`).join(',')}}`;
}
