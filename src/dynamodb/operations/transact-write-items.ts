import { AwsError, isAwsError } from '../../lib/aws-error.js';
import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import { applyUpdate, evaluateCondition, type Update } from '../expressions/index.js';
import {
  checkItemKeys,
  checkKey,
  checkKnownIndexKeys,
  checkUpdatedIndexKeys,
} from '../items/item-keys.js';
import { readLatestItem, writeItem } from '../items/item-writer.js';
import { StoredItem } from '../items/stored-item.js';
import type { Table } from '../tables/table.js';
import { field, list, string } from '../validation/shape.js';
import { itemSize } from '../values/index.js';
import { returnConsumedCapacity, returnItemCollectionMetrics } from './common-shapes.js';
import {
  addConsumed,
  capacitiesText,
  nothingConsumed,
  readUnits,
  twice,
  writeConsumption,
  type Consumed,
  type ReturnConsumedCapacity,
} from './consumed-capacity.js';
import {
  assertNoKeyChange,
  checkUpdateSize,
  durably,
  itemCollectionMetrics,
} from './item-write.js';
import { checkKeyPaths } from './key-paths.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import {
  prepareAction,
  transactWriteItem,
  type Action,
  type ActionEntry,
} from './transaction-action.js';
import { isRepeated, keepToken } from './transaction-tokens.js';

/** Documented: actions in one transaction. */
export const MAX_ACTIONS = 100;
/** Documented: all items of one transaction together. */
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
const SAME_ITEM_TWICE = 'Transaction request cannot include multiple operations on one item';

interface Input {
  TransactItems: ActionEntry[];
  ClientRequestToken?: string;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
  ReturnItemCollectionMetrics?: 'SIZE' | 'NONE';
}

/** An action where it applies. */
export interface Target {
  action: Action;
  table: Table;
  /** Undefined when the key does not fit the table. */
  itemKey: Buffer | undefined;
  old: StoredItem | undefined;
  next: StoredItem | undefined;
  reason: Reason;
}

export interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

export const NO_REASON: Reason = { Code: 'None' };

export const transactWriteItems: Operation<Input> = {
  shape: field('TransactWriteItemsInput', {
    ClientRequestToken: string({ min: 1, max: 36 }),
    ReturnConsumedCapacity: returnConsumedCapacity,
    ReturnItemCollectionMetrics: returnItemCollectionMetrics,
    TransactItems: list(transactWriteItem, { required: true, min: 1, max: MAX_ACTIONS }),
  }),

  perform(engine, input) {
    const actions = input.TransactItems.map(prepareAction);
    checkTransactionSize(actions);
    const repeated = isRepeated(engine, input.ClientRequestToken, input.TransactItems);
    const targets = actions.map((action) => locate(engine, action));
    assertDifferentItems(targets);
    if (repeated) return durably(engine, answerRepeated(engine, input, targets));
    for (const target of targets) if (target.itemKey) decide(engine, target, target.itemKey);
    if (targets.some(({ reason }) => reason.Code !== 'None'))
      throw cancelled(targets.map(({ reason }) => reason));
    const consumed = write(engine, targets);
    keepToken(engine, input.ClientRequestToken, input.TransactItems);
    return durably(engine, answer(input, targets, consumed));
  },
};

/** Throws ValidationException when the actions are too large together. */
export function checkTransactionSize(actions: readonly Action[]): void {
  const size = actions.reduce(
    (sum, { put, keysOrItem }) => sum + (put?.size ?? itemSize(keysOrItem)),
    0,
  );
  if (size > MAX_TRANSACTION_BYTES)
    throw validationError(
      `Transaction size has exceeded the maximum allowed size of ${MAX_TRANSACTION_BYTES} bytes`,
    );
}

/** Finds the table and the place of the item. A key that does not fit cancels the transaction. */
export function locate({ catalog }: Engine, action: Action): Target {
  const table = catalog.get(action.tableName);
  const target: Target = {
    action,
    table,
    itemKey: undefined,
    old: undefined,
    next: undefined,
    reason: NO_REASON,
  };
  try {
    if (action.put) checkItemKeys(table, action.keysOrItem);
    else checkKey(table, action.keysOrItem);
    target.itemKey = table.itemKey(action.keysOrItem);
  } catch (error) {
    if (!isReason(error)) throw error;
    target.reason = { Code: 'ValidationError', Message: error.message };
  }
  return target;
}

/** Empty key values are refused as such; what else is wrong with an action cancels (recorded). */
function isReason(error: unknown): error is AwsError {
  return isAwsError(error, 'ValidationException') && !error.message.includes('are not valid.');
}

export function assertDifferentItems(targets: readonly { itemKey: Buffer | undefined }[]): void {
  const keys = targets.flatMap(({ itemKey }) => itemKey?.toString('latin1') ?? []);
  if (new Set(keys).size < keys.length) throw validationError(SAME_ITEM_TWICE);
}

/** Works out what the action does to its item, or why it cannot. */
export function decide(engine: Engine, target: Target, itemKey: Buffer): void {
  const { action, table } = target;
  const old = readLatestItem(engine, itemKey)?.retain();
  target.old = old;
  target.next = action.verb === 'ConditionCheck' ? old : action.put;
  try {
    if (action.update) {
      assertNoKeyChange(table, action.update.attributes);
      checkKnownIndexKeys(table, action.update);
    }
    checkKeyPaths(table, action.update, action.condition);
    if (action.condition && !evaluateCondition(action.condition, old?.item)) {
      target.reason = conditionFailed(action, old);
      return;
    }
    if (action.update) {
      const next = updated(action.update, table, old?.item ?? action.keysOrItem);
      target.next = !old && action.update.onlyTakesAway ? undefined : next;
    }
  } catch (error) {
    if (!isReason(error)) throw error;
    target.reason = { Code: 'ValidationError', Message: error.message };
  }
}

function updated(update: Update, table: Table, base: Item): StoredItem {
  const next = applyUpdate(update, base);
  checkUpdatedIndexKeys(table, next);
  const stored = StoredItem.of(next);
  checkUpdateSize(stored.size);
  return stored;
}

function conditionFailed({ input, failure }: Action, old: StoredItem | undefined): Reason {
  if (failure) return failure;
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(old && input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? { Item: old.item } : {}),
  };
}

/** One reason for each action, in their order; `None` where there is none. */
export function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  );
}

/** Carries out what was decided on. Returns what it costs. */
export function write(engine: Engine, targets: readonly Target[]): Map<Table, Consumed> {
  const consumed = new Map<Table, Consumed>();
  for (const { action, table, itemKey, old, next } of targets) {
    const oldSize = old?.size ?? 0;
    const changes =
      action.verb === 'ConditionCheck' ? [] : writeItem(engine, table, itemKey!, old, next);
    const sum = consumed.get(table) ?? nothingConsumed();
    addConsumed(sum, twice(writeConsumption(oldSize, next?.size ?? 0, changes)));
    consumed.set(table, sum);
  }
  return consumed;
}

function answer(
  input: Input,
  targets: readonly Target[],
  consumed: ReadonlyMap<Table, Consumed>,
): string {
  const metrics = new Map<string, Set<string>>();
  if (input.ReturnItemCollectionMetrics === 'SIZE')
    for (const { action, table } of targets) {
      const text = itemCollectionMetrics(table, action.keysOrItem);
      if (text !== undefined)
        metrics.set(table.name, (metrics.get(table.name) ?? new Set()).add(text));
    }
  const metricsText = [...metrics].map(([name, texts]) => `"${name}":[${[...texts].join(',')}]`);
  return body([
    ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed, 'Write')],
    ['ItemCollectionMetrics', metrics.size === 0 ? undefined : `{${metricsText.join(',')}}`],
  ]);
}

/** A repeated transaction changes nothing; it costs reading its items (documented). */
function answerRepeated(engine: Engine, input: Input, targets: readonly Target[]): string {
  const consumed = repeatConsumption(engine, targets);
  return body([
    ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed, 'Read')],
  ]);
}

export function repeatConsumption(
  engine: Engine,
  targets: readonly Target[],
): Map<Table, Consumed> {
  const consumed = new Map<Table, Consumed>();
  for (const { table, itemKey } of targets) {
    const sum = consumed.get(table) ?? nothingConsumed();
    const size = itemKey && readLatestItem(engine, itemKey)?.size;
    sum.table += 2 * readUnits(size ?? 0, true);
    consumed.set(table, sum);
  }
  return consumed;
}
