import { INVALID_PARAMETER, validationError } from '../../errors.js';
import type { Wording } from '../../values/index.js';
import { Condition, type ConditionNode } from '../condition.js';
import { comparisonNode, parseComparison, type ComparisonOperator } from './comparison.js';

export type ConditionalOperator = 'AND' | 'OR';

/** A member of `QueryFilter`, `ScanFilter` or `KeyConditions`. */
export interface FilterCondition {
  readonly ComparisonOperator: ComparisonOperator;
  readonly AttributeValueList?: readonly unknown[] | null | undefined;
}

/** A member of `Expected`. */
export interface ExpectedAttributeValue {
  readonly ComparisonOperator?: ComparisonOperator | null | undefined;
  readonly AttributeValueList?: readonly unknown[] | null | undefined;
  readonly Value?: unknown;
  readonly Exists?: boolean | null | undefined;
}

type Given<T> = Readonly<Record<string, T>> | null | undefined;

/**
 * The condition that `QueryFilter` or `ScanFilter` states; undefined when it states none. The JSON types
 * and the operators' names have been checked. Throws ValidationException in the service's words.
 */
export function parseFilter(
  filter: Given<FilterCondition>,
  operator: ConditionalOperator | null | undefined,
  wording: Wording = 'current',
): Condition | undefined {
  return joinConditions(filter ?? {}, operator, wording, filterNode);
}

/** The same for `Expected`. */
export function parseExpected(
  expected: Given<ExpectedAttributeValue>,
  operator: ConditionalOperator | null | undefined,
  wording: Wording = 'current',
): Condition | undefined {
  return joinConditions(expected ?? {}, operator, wording, expectedNode);
}

function joinConditions<T>(
  conditions: Readonly<Record<string, T>>,
  operator: ConditionalOperator | null | undefined,
  wording: Wording,
  nodeOf: (name: string, condition: T, wording: Wording) => ConditionNode,
): Condition | undefined {
  const entries = Object.entries(conditions);
  // Recorded: the older check sees the operator first, the current one the values.
  if (wording === 'older') checkOperator(operator, entries.length);
  const operands = entries.map(([name, condition]) => nodeOf(name, condition, wording));
  checkOperator(operator, entries.length);
  if (operands.length < 2) return operands[0] && new Condition(operands[0]);
  return new Condition({ kind: operator === 'OR' ? 'or' : 'and', operands });
}

function checkOperator(operator: ConditionalOperator | null | undefined, conditions: number): void {
  if (!operator || conditions > 1) return;
  throw validationError(
    conditions === 0
      ? 'ConditionalOperator cannot be used without Filter or Expected'
      : 'ConditionalOperator can only be used when Filter or Expected has two or more elements',
  );
}

function filterNode(name: string, condition: FilterCondition, wording: Wording): ConditionNode {
  const { ComparisonOperator: operator, AttributeValueList: list } = condition;
  return comparisonNode(name, parseComparison(operator, list ?? [], wording));
}

function expectedNode(
  name: string,
  expected: ExpectedAttributeValue | null,
  wording: Wording,
): ConditionNode {
  const refuse = (reason: string): Error =>
    validationError(`${INVALID_PARAMETER}${reason} for Attribute: ${name}`);
  if (!expected) throw refuse('ExpectedAttributeValue must not be null');
  const { ComparisonOperator: operator, AttributeValueList: list, Exists: exists } = expected;
  const values = expected.Value === undefined || expected.Value === null ? [] : [expected.Value];
  if (list && values.length > 0)
    throw refuse('Value and AttributeValueList cannot be used together');
  if (operator) {
    if (typeof exists === 'boolean')
      throw refuse('Exists and ComparisonOperator cannot be used together');
    if (operator !== 'NULL' && operator !== 'NOT_NULL' && !list && values.length === 0)
      throw refuse(`Value or AttributeValueList must be used with ComparisonOperator: ${operator}`);
    return comparisonNode(name, parseComparison(operator, list ?? values, wording));
  }
  if (list) throw refuse('AttributeValueList can only be used with a ComparisonOperator');
  if (exists === false) {
    if (values.length > 0) throw refuse('Value cannot be used when Exists is false');
    return { kind: 'exists', path: [name], wanted: false };
  }
  if (values.length === 0)
    throw refuse(`Value must be provided when Exists is ${exists === true ? 'true' : 'null'}`);
  return comparisonNode(name, parseComparison('EQ', values, wording));
}
