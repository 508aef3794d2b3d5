import type { Item } from '../../lib/attribute-value.js';
import { AwsError, isAwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import {
  applyUpdate,
  Condition,
  project,
  type ConditionNode,
  type Update,
} from '../expressions/index.js';
import { checkIndexKeys, checkUpdatedIndexKeys } from '../items/item-keys.js';
import { readLatestItem, writeItem, type IndexChange } from '../items/item-writer.js';
import { StoredItem } from '../items/stored-item.js';
import {
  checkKeyType,
  conditionOf,
  splitKey,
  writtenKey,
  type BoundStatement,
  type ReturningClause,
} from '../partiql/index.js';
import type { Table } from '../tables/table.js';
import { attributeOf, itemToText, TOO_DEEP } from '../values/index.js';
import {
  assertCondition,
  assertNoKeyChange,
  checkSize,
  checkUpdateSize,
  type ItemWriteInput,
} from './item-write.js';

type BoundWrite = Extract<BoundStatement, { kind: 'insert' | 'update' | 'delete' }>;
type Bound<Kind> = Extract<BoundStatement, { kind: Kind }>;
type Options = Pick<ItemWriteInput, 'ReturnValuesOnConditionCheckFailure'>;

/** What an INSERT, UPDATE or DELETE did. */
export interface Written {
  readonly oldSize: number;
  readonly newSize: number;
  readonly changes: readonly IndexChange[];
  /** What RETURNING asks for, as JSON text; undefined when there is nothing. */
  readonly returned: string | undefined;
}

/** A write that is checked as far as it can be without reading its item. */
export type StatementWrite = (engine: Engine) => Written;

/** Checks an INSERT, UPDATE or DELETE against its table. Throws ValidationException. */
export function prepareWrite(bound: BoundWrite, table: Table, options: Options): StatementWrite {
  switch (bound.kind) {
    case 'insert':
      return prepareInsert(bound, table);
    case 'update':
      return prepareUpdate(bound, table, options);
    case 'delete':
      return prepareDelete(bound, table, options);
  }
}

function prepareInsert({ stored }: Bound<'insert'>, table: Table): StatementWrite {
  const { hash, range } = table;
  for (const key of range ? [hash, range] : [hash]) {
    const value = attributeOf(stored.item, key.name);
    if (!value)
      throw validationError(`Key attribute should be present in the item: Key ${key.name}`);
    checkKeyType(key, value, key === hash);
  }
  checkIndexKeys(table, stored.item);
  checkSize(stored.size);
  return (engine) => {
    const itemKey = table.itemKey(stored.item);
    if (readLatestItem(engine, itemKey)) throw duplicateItem();
    const changes = writeItem(engine, table, itemKey, undefined, stored);
    return { oldSize: 0, newSize: stored.size, changes, returned: undefined };
  };
}

/** Why an INSERT cancels a transaction; the code is inferred from that of batches. */
export const DUPLICATE_ITEM = {
  Code: 'DuplicateItem',
  Message: 'Duplicate primary key exists in table',
};

const duplicateItem = (): AwsError =>
  new AwsError('DuplicateItemException', DUPLICATE_ITEM.Message);

function prepareUpdate(
  { statement, where, update }: Bound<'update'>,
  table: Table,
  options: Options,
): StatementWrite {
  const { key, condition } = writtenItem(table, where);
  assertNoKeyChange(table, update.attributes);
  const needed = updateCondition(table, condition);
  return (engine) => {
    const itemKey = table.itemKey(key);
    const old = readLatestItem(engine, itemKey);
    assertCondition(needed, old, options);
    const next = appliedUpdate(update, old!.item);
    checkUpdatedIndexKeys(table, next);
    const stored = StoredItem.of(next);
    checkUpdateSize(stored.size);
    const returned = returnedText(update, statement.returning, old!, stored);
    const oldSize = old!.size;
    const changes = writeItem(engine, table, itemKey, old, stored);
    return { oldSize, newSize: stored.size, changes, returned };
  };
}

function prepareDelete(
  { statement, where }: Bound<'delete'>,
  table: Table,
  options: Options,
): StatementWrite {
  const { key, condition } = writtenItem(table, where);
  const needed = deleteCondition(table, condition);
  return (engine) => {
    const itemKey = table.itemKey(key);
    const old = readLatestItem(engine, itemKey);
    assertCondition(needed, old, options);
    const returned = statement.returning && old?.text;
    const oldSize = old?.size ?? 0;
    const changes = writeItem(engine, table, itemKey, old, undefined);
    return { oldSize, newSize: 0, changes, returned };
  };
}

/** The item that a WHERE names, and what else must hold of it. */
function writtenItem(
  table: Table,
  where: ConditionNode | undefined,
): { key: Item; condition: Condition | undefined } {
  const split = splitKey(table, where, false);
  const key = writtenKey(table, split);
  const { hash, range } = table;
  checkKeyType(hash, key[hash.name]!, true);
  if (range) checkKeyType(range, key[range.name]!, false);
  return { key, condition: conditionOf(split.rest) };
}

/** What an UPDATE needs: the item must be there. */
export function updateCondition(table: Table, condition: Condition | undefined): Condition {
  const root = exists(table, true);
  return new Condition(condition ? { kind: 'and', operands: [root, condition.root] } : root);
}

/** What a DELETE needs: where there is no item, its condition does not count (recorded). */
export function deleteCondition(
  table: Table,
  condition: Condition | undefined,
): Condition | undefined {
  return (
    condition && new Condition({ kind: 'or', operands: [exists(table, false), condition.root] })
  );
}

/** What an INSERT needs: there must be no such item. */
export const insertCondition = (table: Table): Condition => new Condition(exists(table, false));

const exists = ({ hash }: Table, wanted: boolean): ConditionNode => ({
  kind: 'exists',
  path: [hash.name],
  wanted,
});

/** The service says less of what is too deep here than elsewhere (recorded). */
export const TOO_DEEP_BY_STATEMENT = 'Nesting Levels have exceeded supported limits';

function appliedUpdate(update: Update, item: Item): Item {
  try {
    return applyUpdate(update, item);
  } catch (error) {
    if (isAwsError(error) && error.message === TOO_DEEP)
      throw validationError(TOO_DEEP_BY_STATEMENT);
    throw error;
  }
}

function returnedText(
  update: Update,
  returning: ReturningClause | undefined,
  old: StoredItem,
  next: StoredItem,
): string | undefined {
  switch (returning) {
    case undefined:
      return undefined;
    case 'ALL OLD':
      return old.text;
    case 'ALL NEW':
      return next.text;
    case 'MODIFIED OLD':
      return modifiedText(update, old);
    case 'MODIFIED NEW':
      return modifiedText(update, next);
  }
}

function modifiedText(update: Update, { item }: StoredItem): string | undefined {
  const modified = project(update.projection, item);
  return Object.keys(modified).length === 0 ? undefined : itemToText(modified);
}
