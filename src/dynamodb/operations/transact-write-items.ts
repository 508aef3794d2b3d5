import { createHash } from 'node:crypto';
import { AwsError, isAwsError } from '../../lib/aws-error.js';
import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import {
  applyUpdate,
  evaluateCondition,
  parseCondition,
  parseUpdate,
  type Condition,
  type Update,
} from '../expressions/index.js';
import {
  checkEmptyIndexKeys,
  checkIndexKeys,
  checkItemKeys,
  checkKey,
} from '../items/item-keys.js';
import { readLatestItem, writeItem } from '../items/item-writer.js';
import { StoredItem } from '../items/stored-item.js';
import { tokenKey, tokenWindow, TOKEN_WINDOW_MS } from '../storage/keyspace.js';
import type { Table } from '../tables/table.js';
import { field, item, list, member, string } from '../validation/shape.js';
import { itemSize, parseItem } from '../values/index.js';
import {
  expressionAttributeNames,
  expressionAttributeValues,
  key,
  returnConsumedCapacity,
  returnItemCollectionMetrics,
  returnValuesOnConditionCheckFailure,
  tableName,
} from './common-shapes.js';
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
import { expressionAttributes } from './expression-parameters.js';
import {
  assertNoKeyChange,
  checkSize,
  checkUpdateSize,
  durably,
  itemCollectionMetrics,
} from './item-write.js';
import type { Operation } from './operation.js';
import { body } from './response.js';
import { tableNameOf } from './table-name.js';

/** Documented: actions in one transaction. */
export const MAX_ACTIONS = 100;
/** Documented: all items of one transaction together. */
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
export const SAME_ITEM_TWICE = 'Transaction request cannot include multiple operations on one item';

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

interface Input {
  TransactItems: Partial<Record<Verb, ActionInput>>[];
  ClientRequestToken?: string;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
  ReturnItemCollectionMetrics?: 'SIZE' | 'NONE';
}

/** One action, its expressions parsed. */
interface Action {
  verb: Verb;
  input: ActionInput;
  tableName: string;
  /** The item of a Put; else the key. */
  keysOrItem: Item;
  put: StoredItem | undefined;
  update: Update | undefined;
  condition: Condition | undefined;
}

/** An action where it applies. */
interface Target {
  action: Action;
  table: Table;
  /** Undefined when the key does not fit the table. */
  itemKey: Buffer | undefined;
  old: StoredItem | undefined;
  next: StoredItem | undefined;
  reason: Reason;
}

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

const NO_REASON: Reason = { Code: 'None' };

const actionMembers = {
  ConditionExpression: string(),
  ExpressionAttributeNames: expressionAttributeNames,
  ExpressionAttributeValues: expressionAttributeValues,
  ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
};

export const transactWriteItems: Operation<Input> = {
  shape: field('TransactWriteItemsInput', {
    ClientRequestToken: string({ min: 1, max: 36 }),
    ReturnConsumedCapacity: returnConsumedCapacity,
    ReturnItemCollectionMetrics: returnItemCollectionMetrics,
    TransactItems: list(
      member('TransactWriteItem', {
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
      }),
      { required: true, min: 1, max: MAX_ACTIONS },
    ),
  }),

  perform(engine, input) {
    const actions = input.TransactItems.map(prepare);
    checkTransactionSize(actions);
    const repeated = findToken(engine, input);
    const targets = actions.map((action) => locate(engine, action));
    assertDifferentItems(targets);
    if (repeated) return durably(engine, answerRepeated(engine, input, targets));
    for (const target of targets) if (target.itemKey) decide(engine, target, target.itemKey);
    if (targets.some(({ reason }) => reason.Code !== 'None'))
      throw cancelled(targets.map(({ reason }) => reason));
    const consumed = write(engine, targets);
    keepToken(engine, input);
    return durably(engine, answer(input, targets, consumed));
  },
};

/** Checks one action in itself. */
function prepare(entry: Partial<Record<Verb, ActionInput>>): Action {
  const given = VERBS.filter((verb) => entry[verb]);
  if (given.length !== 1)
    throw validationError(
      given.length === 0
        ? 'Invalid Request: TransactWriteRequest should contain Delete or Put or Update request'
        : 'TransactItems can only contain one of Check, Put, Update or Delete',
    );
  const verb = given[0]!;
  const input = entry[verb]!;
  const attributes = expressionAttributes(input, {
    expressions:
      verb === 'Update' ? ['UpdateExpression', 'ConditionExpression'] : ['ConditionExpression'],
    legacy: [],
    namesMissing: true,
    wording: 'older',
  });
  const keysOrItem = parseItem(input.Item ?? input.Key, 'older');
  const put = verb === 'Put' ? StoredItem.of(keysOrItem) : undefined;
  if (put) checkSize(put.size);
  const update =
    input.UpdateExpression === undefined
      ? undefined
      : parseUpdate(input.UpdateExpression, attributes);
  const condition =
    input.ConditionExpression === undefined
      ? undefined
      : parseCondition(input.ConditionExpression, 'ConditionExpression', attributes);
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

function checkTransactionSize(actions: readonly Action[]): void {
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
function locate({ catalog }: Engine, action: Action): Target {
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
function decide(engine: Engine, target: Target, itemKey: Buffer): void {
  const { action, table } = target;
  const old = readLatestItem(engine, itemKey)?.retain();
  target.old = old;
  target.next = action.verb === 'ConditionCheck' ? old : action.put;
  try {
    if (action.update) assertNoKeyChange(table, action.update.attributes);
    if (action.condition && !evaluateCondition(action.condition, old?.item)) {
      target.reason = conditionFailed(action, old);
      return;
    }
    if (action.update) target.next = updated(action.update, table, old?.item ?? action.keysOrItem);
  } catch (error) {
    if (!isReason(error)) throw error;
    target.reason = { Code: 'ValidationError', Message: error.message };
  }
}

function updated(update: Update, table: Table, base: Item): StoredItem {
  const next = applyUpdate(update, base);
  checkEmptyIndexKeys(table, next);
  checkIndexKeys(table, next);
  const stored = StoredItem.of(next);
  checkUpdateSize(stored.size);
  return stored;
}

function conditionFailed({ input }: Action, old: StoredItem | undefined): Reason {
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

function write(engine: Engine, targets: readonly Target[]): Map<Table, Consumed> {
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

/** What is kept of a transaction under its token. */
interface KeptToken {
  digest: string;
  /** Epoch milliseconds. */
  at: number;
}

/**
 * Whether the same request was carried out under the same token within ten minutes. Throws when it was
 * another request.
 */
function findToken({ store, clock }: Engine, input: Input): boolean {
  const token = input.ClientRequestToken;
  if (token === undefined) return false;
  const now = clock.now();
  for (const window of [tokenWindow(now), tokenWindow(now) - 1]) {
    const bytes = store.readLatest(tokenKey(window, token));
    if (!bytes) continue;
    const kept = JSON.parse(bytes.toString()) as KeptToken;
    if (now - kept.at > TOKEN_WINDOW_MS) continue;
    if (kept.digest !== digestOf(input))
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The provided ClientRequestToken was used with different parameters',
      );
    return true;
  }
  return false;
}

function keepToken({ store, clock }: Engine, input: Input): void {
  const token = input.ClientRequestToken;
  if (token === undefined) return;
  const at = clock.now();
  const kept: KeptToken = { digest: digestOf(input), at };
  store.put(tokenKey(tokenWindow(at), token), Buffer.from(JSON.stringify(kept)));
}

const digestOf = ({ TransactItems }: Input): string =>
  createHash('sha256').update(JSON.stringify(TransactItems)).digest('base64');

/** A repeated transaction changes nothing; it costs reading its items (documented). */
function answerRepeated(engine: Engine, input: Input, targets: readonly Target[]): string {
  const consumed = new Map<Table, Consumed>();
  for (const { table, itemKey } of targets) {
    const sum = consumed.get(table) ?? nothingConsumed();
    const size = itemKey && readLatestItem(engine, itemKey)?.size;
    sum.table += 2 * readUnits(size ?? 0, true);
    consumed.set(table, sum);
  }
  return body([
    ['ConsumedCapacity', capacitiesText(input.ReturnConsumedCapacity, consumed, 'Read')],
  ]);
}
