import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import { evaluateCondition, type Condition } from '../expressions/index.js';
import type { IndexChange } from '../items/item-writer.js';
import type { StoredItem } from '../items/stored-item.js';
import type { Table } from '../tables/table.js';
import { itemToText } from '../values/index.js';
import {
  capacityText,
  writeConsumption,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import { conditionFailed } from './operation.js';

/** Documented: the largest item, names and values together. */
const MAX_ITEM_BYTES = 400 * 1024;

export type ReturnValues = 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';

/** What the operations that write one item have in common. */
export interface ItemWriteInput {
  TableName: string;
  ReturnValues?: ReturnValues;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
  ReturnItemCollectionMetrics?: 'SIZE' | 'NONE';
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
  UpdateExpression?: string;
}

/** PutItem and DeleteItem know two of the five. */
export const isOldOrNone = (returnValues: ReturnValues | undefined): boolean =>
  returnValues === undefined || returnValues === 'ALL_OLD' || returnValues === 'NONE';

export function checkOldOrNone(returnValues: ReturnValues | undefined): void {
  if (!isOldOrNone(returnValues)) throw validationError('ReturnValues can only be ALL_OLD or NONE');
}

export function checkSize(size: number): void {
  if (size > MAX_ITEM_BYTES)
    throw validationError('Item size has exceeded the maximum allowed size');
}

/** The same limit for what an update makes, in words of its own. */
export function checkUpdateSize(size: number): void {
  if (size > MAX_ITEM_BYTES)
    throw validationError('Item size to update has exceeded the maximum allowed size');
}

/** Throws ConditionalCheckFailedException, with the item when the request asked for it. */
export function assertCondition(
  condition: Condition | undefined,
  old: StoredItem | undefined,
  input: Pick<ItemWriteInput, 'ReturnValuesOnConditionCheckFailure'>,
): void {
  if (!condition || evaluateCondition(condition, old?.item)) return;
  throw conditionFailed(
    input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? old?.text : undefined,
  );
}

/** The parts of the answer besides the attributes. */
export function writeFacts(
  input: ItemWriteInput,
  table: Table,
  keys: Item,
  sizes: { old: number; new: number },
  changes: readonly IndexChange[],
): [string, string | undefined][] {
  return [
    [
      'ConsumedCapacity',
      input.ReturnConsumedCapacity === undefined
        ? undefined
        : capacityText(
            input.ReturnConsumedCapacity,
            table.name,
            writeConsumption(sizes.old, sizes.new, changes),
          ),
    ],
    [
      'ItemCollectionMetrics',
      input.ReturnItemCollectionMetrics === 'SIZE' ? itemCollectionMetrics(table, keys) : undefined,
    ],
  ];
}

/** Only tables with local indexes have item collections. The size is the service's rough estimate. */
export function itemCollectionMetrics(table: Table, keys: Item): string | undefined {
  if (table.indexes.every((index) => index.isGlobal)) return undefined;
  const key = itemToText({ [table.hash.name]: keys[table.hash.name]! });
  return `{"ItemCollectionKey":${key},"SizeEstimateRangeGB":[0,1]}`;
}

/** Waits until what was written is durable; the answer says that it is. */
export async function durably(engine: Engine, answer: string): Promise<string> {
  await engine.store.whenDurable();
  return answer;
}

/** Refuses an update of the table's own key attributes. */
export function assertNoKeyChange(table: Table, attributeNames: Iterable<string>): void {
  for (const name of attributeNames)
    if (name === table.hash.name || name === table.range?.name)
      throw validationError(
        `${INVALID_PARAMETER}Cannot update attribute ${name}. This attribute is part of the key`,
      );
}
