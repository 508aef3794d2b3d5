import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import {
  addNumbers,
  attributeOf,
  compareBinaries,
  compareNumbers,
  compareStrings,
  MAX_DEPTH,
  setAttribute,
  subtractNumbers,
  TOO_DEEP,
} from '../values/index.js';
import { resolvePath } from './path.js';
import type { PathTree } from './path-tree.js';
import type { Update, UpdateAction, UpdateOperand, UpdateOrigin } from './update.js';

const INVALID_PATH = 'The document path provided in the update expression is invalid for update';
const MISSING = 'The provided expression refers to an attribute that does not exist in the item';
const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';
/** When ADD or DELETE meets a value of another type. */
const MISMATCH: Readonly<Record<UpdateOrigin, string>> = {
  UpdateExpression: WRONG_TYPE,
  AttributeUpdates: 'Type mismatch for attribute to update',
};

/** The value that an action leaves at its path; undefined when it leaves none. */
type Change = AttributeValue | undefined;

/**
 * The item after an update; `item` itself stays as it is, and unchanged parts are shared. All operands
 * are read from the item as it was.
 *
 * Throws ValidationException when the item does not have what the update needs.
 */
export function applyUpdate(update: Update, item: Item): Item {
  const changes = update.actions.map((action) => changeOf(action, item, update.origin));
  return applyToMembers(update.tree, item, changes, 1);
}

function changeOf(action: UpdateAction, item: Item, origin: UpdateOrigin): Change {
  switch (action.kind) {
    case 'SET':
      return evaluate(action.value, item);
    case 'REMOVE':
      return undefined;
    case 'ADD':
      return add(resolvePath(action.path, item), action.value, origin);
    case 'DELETE':
      return remove(resolvePath(action.path, item), action.value, origin);
  }
}

function evaluate(operand: UpdateOperand, item: Item): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = resolvePath(operand.path, item);
      if (value === undefined) throw validationError(MISSING);
      return value;
    }
    case 'if_not_exists':
      return resolvePath(operand.path, item) ?? evaluate(operand.otherwise, item);
    case 'list_append': {
      const left = evaluate(operand.left, item).L;
      const right = evaluate(operand.right, item).L;
      if (!left || !right) throw validationError(WRONG_TYPE);
      return { L: [...left, ...right] };
    }
    case '+':
    case '-': {
      const left = evaluate(operand.left, item).N;
      const right = evaluate(operand.right, item).N;
      if (left === undefined || right === undefined) throw validationError(WRONG_TYPE);
      return { N: (operand.kind === '+' ? addNumbers : subtractNumbers)(left, right) };
    }
  }
}

function add(
  old: AttributeValue | undefined,
  value: AttributeValue,
  origin: UpdateOrigin,
): AttributeValue {
  if (old === undefined) return value;
  if (value.N !== undefined && old.N !== undefined) return { N: addNumbers(old.N, value.N) };
  if (value.SS && old.SS) return { SS: union(old.SS, value.SS, compareStrings) };
  if (value.NS && old.NS) return { NS: union(old.NS, value.NS, compareNumbers) };
  if (value.BS && old.BS) return { BS: union(old.BS, value.BS, compareBinaries) };
  if (value.L && old.L) return { L: [...old.L, ...value.L] };
  throw validationError(MISMATCH[origin]);
}

/** In order, as the service returns sets. */
function union(
  a: readonly string[],
  b: readonly string[],
  compare: (a: string, b: string) => number,
): string[] {
  return [...new Set([...a, ...b])].sort(compare);
}

function remove(
  old: AttributeValue | undefined,
  value: AttributeValue,
  origin: UpdateOrigin,
): Change {
  if (old === undefined) return undefined;
  if (value.SS && old.SS) return setOf('SS', difference(old.SS, value.SS));
  if (value.NS && old.NS) return setOf('NS', difference(old.NS, value.NS));
  if (value.BS && old.BS) return setOf('BS', difference(old.BS, value.BS));
  throw validationError(MISMATCH[origin]);
}

function difference(a: readonly string[], b: readonly string[]): string[] {
  const removed = new Set(b);
  return a.filter((member) => !removed.has(member));
}

/** There are no empty sets: the attribute goes with the last member. */
const setOf = (type: 'SS' | 'NS' | 'BS', members: string[]): Change =>
  members.length === 0 ? undefined : { [type]: members };

/** `depth`: levels of the item down to these members. */
function applyToMembers(
  { children }: PathTree<number>,
  members: Item,
  changes: readonly Change[],
  depth: number,
): Item {
  const result = { ...members };
  for (const [key, child] of children) {
    if (typeof key === 'number') throw validationError(INVALID_PATH);
    const value = changed(child, attributeOf(members, key), changes, depth);
    if (value !== undefined) setAttribute(result, key, value);
    else Reflect.deleteProperty(result, key);
  }
  return result;
}

function applyToList(
  { children }: PathTree<number>,
  members: readonly AttributeValue[],
  changes: readonly Change[],
  depth: number,
): AttributeValue[] {
  // All indexes mean the list as it was. What lies behind its end is appended, in order of the indexes.
  const result: Change[] = [...members];
  const appended: { index: number; value: AttributeValue }[] = [];
  for (const [key, child] of children) {
    if (typeof key === 'string') throw validationError(INVALID_PATH);
    const value = changed(child, members[key], changes, depth);
    if (key < members.length) result[key] = value;
    else if (value !== undefined) appended.push({ index: key, value });
  }
  appended.sort((a, b) => a.index - b.index);
  return [...result, ...appended.map(({ value }) => value)].filter((value) => value !== undefined);
}

/** What stands at one place after the update. Throws when the update steps into what is not there. */
function changed(
  tree: PathTree<number>,
  value: AttributeValue | undefined,
  changes: readonly Change[],
  depth: number,
): Change {
  if (tree.leaf !== undefined) {
    const change = changes[tree.leaf];
    if (change && isDeeper(change, MAX_DEPTH - depth + 1)) throw validationError(TOO_DEEP);
    return change;
  }
  if (value?.M) return { M: applyToMembers(tree, value.M, changes, depth + 1) };
  if (value?.L) return { L: applyToList(tree, value.L, changes, depth + 1) };
  throw validationError(INVALID_PATH);
}

/** Whether a value has more levels than this. */
function isDeeper(value: AttributeValue, levels: number): boolean {
  if (levels === 0) return true;
  const members = value.L ?? (value.M && Object.values(value.M));
  return members?.some((member) => isDeeper(member, levels - 1)) ?? false;
}
