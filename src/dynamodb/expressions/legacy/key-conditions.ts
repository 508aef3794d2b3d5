import { validationError } from '../../errors.js';
import type { Wording } from '../../values/index.js';
import type { KeyPredicate } from '../key-condition.js';
import { parseComparison, type ComparisonOperator } from './comparison.js';
import type { FilterCondition } from './conditions.js';

const OPERATORS: Readonly<Record<ComparisonOperator, KeyPredicate['operator']>> = {
  EQ: '=',
  LE: '<=',
  LT: '<',
  GE: '>=',
  GT: '>',
  BETWEEN: 'BETWEEN',
  BEGINS_WITH: 'begins_with',
  NE: undefined,
  IN: undefined,
  CONTAINS: undefined,
  NOT_CONTAINS: undefined,
  NULL: undefined,
  NOT_NULL: undefined,
};

/**
 * What `KeyConditions` says of each attribute, for `matchKey`. The JSON types and the operators' names have
 * been checked. Throws ValidationException in the service's words.
 */
export function parseKeyConditions(
  conditions: Readonly<Record<string, FilterCondition>>,
  wording: Wording = 'current',
): KeyPredicate[] {
  const predicates = Object.entries(conditions).map(([attribute, condition]): KeyPredicate => {
    const { ComparisonOperator: operator, AttributeValueList: list } = condition;
    const { values } = parseComparison(operator, list ?? [], wording);
    return { attribute, operator: OPERATORS[operator], values };
  });
  if (predicates.length !== 1 && predicates.length !== 2)
    throw validationError('Conditions can be of length 1 or 2 only');
  return predicates;
}
