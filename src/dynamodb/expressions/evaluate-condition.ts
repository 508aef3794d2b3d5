import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { compareValues, equalValues } from '../values/index.js';
import type { Condition, ConditionNode, Operand } from './condition.js';
import { resolvePath } from './path.js';
import type { Comparator } from './syntax.js';

const NO_ITEM: Item = Object.freeze({});

/** Whether a condition holds for an item; undefined stands for an item that does not exist. */
export function evaluateCondition(condition: Condition, item: Item | undefined): boolean {
  return evaluate(condition.root, item ?? NO_ITEM);
}

function evaluate(node: ConditionNode, item: Item): boolean {
  switch (node.kind) {
    case 'and':
      for (const operand of node.operands) if (!evaluate(operand, item)) return false;
      return true;
    case 'or':
      for (const operand of node.operands) if (evaluate(operand, item)) return true;
      return false;
    case 'not':
      return !evaluate(node.operand, item);
    case 'compare':
      return compare(node.comparator, valueOf(node.left, item), valueOf(node.right, item));
    case 'between': {
      const value = valueOf(node.operand, item);
      return (
        compare('>=', value, valueOf(node.lower, item)) &&
        compare('<=', value, valueOf(node.upper, item))
      );
    }
    case 'in': {
      const value = valueOf(node.operand, item);
      return node.list.some((member) => compare('=', value, valueOf(member, item)));
    }
    case 'exists':
      return (resolvePath(node.path, item) !== undefined) === node.wanted;
    case 'type':
      return resolvePath(node.path, item)?.[node.type] !== undefined;
    case 'begins_with':
      return beginsWith(valueOf(node.operand, item), valueOf(node.prefix, item));
    case 'contains':
      return contains(valueOf(node.operand, item), valueOf(node.member, item));
  }
}

function valueOf(operand: Operand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return resolvePath(operand.path, item);
    case 'value':
      return operand.value;
    case 'size':
      return sizeOf(valueOf(operand.operand, item));
    case 'condition':
      return { BOOL: evaluate(operand.condition, item) };
  }
}

/** What `size()` gives: undefined for values that have none, as for missing ones. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  const size =
    value.S?.length ??
    value.L?.length ??
    value.SS?.length ??
    value.NS?.length ??
    value.BS?.length ??
    (value.B === undefined ? undefined : Buffer.byteLength(value.B, 'base64')) ??
    (value.M && Object.keys(value.M).length);
  return size === undefined ? undefined : { N: String(size) };
}

/** A missing operand equals nothing and has no place in any order; so does a value of another type. */
function compare(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return equalValues(left, right);
  if (comparator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function beginsWith(
  value: AttributeValue | undefined,
  prefix: AttributeValue | undefined,
): boolean {
  if (value === undefined || prefix === undefined) return false;
  if (value.S !== undefined) return prefix.S !== undefined && value.S.startsWith(prefix.S);
  if (value.B === undefined || prefix.B === undefined) return false;
  const bytes = Buffer.from(value.B, 'base64');
  const first = Buffer.from(prefix.B, 'base64');
  return (
    bytes.length >= first.length && bytes.compare(first, 0, first.length, 0, first.length) === 0
  );
}

function contains(value: AttributeValue | undefined, member: AttributeValue | undefined): boolean {
  if (value === undefined || member === undefined) return false;
  if (value.L !== undefined) return value.L.some((own) => equalValues(own, member));
  if (member.S !== undefined)
    return value.S?.includes(member.S) ?? value.SS?.includes(member.S) ?? false;
  if (member.N !== undefined) return value.NS?.includes(member.N) ?? false;
  if (member.B === undefined) return false;
  if (value.B !== undefined)
    return Buffer.from(value.B, 'base64').includes(Buffer.from(member.B, 'base64'));
  return value.BS?.includes(member.B) ?? false;
}
