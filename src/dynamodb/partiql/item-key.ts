import type { Item } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import { Condition, type ConditionNode } from '../expressions/index.js';
import type { Table } from '../tables/table.js';
import { attributeOf, equalValues, setAttribute } from '../values/index.js';

/** The item that a WHERE names, and what else it asks for. */
export interface KeyAndCondition {
  /** Key attributes that are named; not always all of them. */
  readonly key: Item;
  readonly rest: readonly ConditionNode[];
  /** A key attribute that is to have two values; the second is in {@link rest}. */
  readonly conflict: string | undefined;
}

/**
 * Takes a WHERE apart. `takesIn`: IN with a single value names a key attribute, too, as it does where items
 * are read (recorded).
 */
export function splitKey(
  table: Table,
  where: ConditionNode | undefined,
  takesIn: boolean,
): KeyAndCondition {
  const key: Item = {};
  const rest: ConditionNode[] = [];
  let conflict: string | undefined;
  for (const node of conjuncts(where)) {
    const equality = equalityOf(table, node, takesIn);
    if (!equality) {
      rest.push(node);
      continue;
    }
    const { name, value } = equality;
    const before = attributeOf(key, name);
    if (!before) setAttribute(key, name, value);
    else if (!equalValues(before, value)) {
      conflict ??= name;
      rest.push(node);
    }
  }
  return { key, rest, conflict };
}

/** Whether a key names all key attributes. */
export const isWhole = (table: Table, key: Item): boolean =>
  table.keyNames.every((name) => attributeOf(key, name) !== undefined);

function* conjuncts(node: ConditionNode | undefined): Generator<ConditionNode> {
  if (node?.kind === 'and') for (const operand of node.operands) yield* conjuncts(operand);
  else if (node) yield node;
}

function equalityOf(
  { keyNames }: Table,
  node: ConditionNode,
  takesIn: boolean,
): { name: string; value: Item[string] } | undefined {
  let operands: readonly [Operand, Operand];
  if (node.kind === 'compare' && node.comparator === '=') operands = [node.left, node.right];
  else if (takesIn && node.kind === 'in' && node.list.length === 1)
    operands = [node.operand, node.list[0]!];
  else return undefined;
  const [path, value] = operands[0].kind === 'value' ? [operands[1], operands[0]] : operands;
  if (path.kind !== 'path' || path.path.length > 1 || value.kind !== 'value') return undefined;
  const [name] = path.path;
  return keyNames.includes(name) ? { name, value: value.value } : undefined;
}

type Operand = Extract<ConditionNode, { kind: 'compare' }>['left'];

/** The key of the one item that an UPDATE or DELETE writes. Throws ValidationException. */
export function writtenKey(table: Table, { key, conflict }: KeyAndCondition): Item {
  if (conflict !== undefined)
    throw validationError(
      `Multiple conditions on same key ${conflict}. Only single item Update/Insert/Delete are supported`,
    );
  if (!isWhole(table, key))
    throw validationError(
      'Where clause does not contain a mandatory equality on all key attributes',
    );
  return table.keysOf(key);
}

/** Conditions that must all hold; undefined when there are none. */
export const conditionOf = (nodes: readonly ConditionNode[]): Condition | undefined =>
  nodes.length === 0 ? undefined : new Condition({ kind: 'and', operands: nodes });
