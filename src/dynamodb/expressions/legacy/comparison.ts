import type { AttributeType, AttributeValue } from '../../../lib/attribute-value.js';
import { INVALID_PARAMETER, validationError } from '../../errors.js';
import { compareValues, parseAttributeValue, typeOf, type Wording } from '../../values/index.js';
import type { ConditionNode, Operand } from '../condition.js';
import type { Path } from '../path.js';

export type ComparisonOperator =
  | 'EQ'
  | 'NE'
  | 'LE'
  | 'LT'
  | 'GE'
  | 'GT'
  | 'IN'
  | 'BETWEEN'
  | 'BEGINS_WITH'
  | 'CONTAINS'
  | 'NOT_CONTAINS'
  | 'NULL'
  | 'NOT_NULL';

/** What one of the parameters from before expressions says of an attribute. */
export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly values: readonly AttributeValue[];
}

interface Rule {
  /** How many values it takes. */
  readonly min: number;
  readonly max: number;
  readonly types: readonly AttributeType[];
}

const ANY: readonly AttributeType[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];
const SCALAR: readonly AttributeType[] = ['S', 'N', 'B', 'BOOL', 'NULL'];
const ORDERED: readonly AttributeType[] = ['S', 'N', 'B'];

const NO_VALUE: Rule = { min: 0, max: 0, types: [] };
const ANY_VALUE: Rule = { min: 1, max: 1, types: ANY };
const SCALAR_VALUE: Rule = { min: 1, max: 1, types: SCALAR };
const ORDERED_VALUE: Rule = { min: 1, max: 1, types: ORDERED };

/** Documented; the types are recorded. */
const RULES: Readonly<Record<ComparisonOperator, Rule>> = {
  EQ: ANY_VALUE,
  NE: ANY_VALUE,
  LE: ORDERED_VALUE,
  LT: ORDERED_VALUE,
  GE: ORDERED_VALUE,
  GT: ORDERED_VALUE,
  IN: { min: 1, max: Infinity, types: ORDERED },
  BETWEEN: { min: 2, max: 2, types: ORDERED },
  BEGINS_WITH: { min: 1, max: 1, types: ['S', 'B'] },
  CONTAINS: SCALAR_VALUE,
  NOT_CONTAINS: SCALAR_VALUE,
  NULL: NO_VALUE,
  NOT_NULL: NO_VALUE,
};

/** Checks an operator with its values. Throws ValidationException in the service's words and order. */
export function parseComparison(
  operator: ComparisonOperator,
  list: readonly unknown[],
  wording: Wording,
): Comparison {
  const values = list.map((value) => parseAttributeValue(value, wording));
  const { min, max, types } = RULES[operator];
  if (values.length < min || values.length > max)
    throw validationError(
      `${INVALID_PARAMETER}Invalid number of argument(s) for the ${operator} ComparisonOperator`,
    );
  const [first, second] = values;
  if (values.some((value) => typeOf(value) !== typeOf(first!)))
    throw validationError(
      `${INVALID_PARAMETER}AttributeValues inside AttributeValueList must be of same type`,
    );
  if (first && !types.includes(typeOf(first)))
    throw validationError(
      `${INVALID_PARAMETER}ComparisonOperator ${operator} is not valid for ${typeOf(first)} AttributeValue type`,
    );
  if (operator === 'BETWEEN' && compareValues(first!, second!)! > 0)
    throw validationError(
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    );
  return { operator, values };
}

const COMPARATORS = { EQ: '=', NE: '<>', LE: '<=', LT: '<', GE: '>=', GT: '>' } as const;

/** The same as a condition. The name stands for itself, dots and brackets included. */
export function comparisonNode(name: string, { operator, values }: Comparison): ConditionNode {
  const path: Path = [name];
  const operand: Operand = { kind: 'path', path };
  const list = values.map((value): Operand => ({ kind: 'value', value }));
  const [first, second] = list;
  switch (operator) {
    case 'NULL':
    case 'NOT_NULL':
      return { kind: 'exists', path, wanted: operator === 'NOT_NULL' };
    case 'IN':
      return { kind: 'in', operand, list };
    case 'BETWEEN':
      return { kind: 'between', operand, lower: first!, upper: second! };
    case 'BEGINS_WITH':
      return { kind: 'begins_with', operand, prefix: first! };
    case 'CONTAINS':
      return { kind: 'contains', operand, member: first! };
    case 'NOT_CONTAINS':
      // Recorded: unlike NE, it does not hold for an attribute that is missing.
      return {
        kind: 'and',
        operands: [
          { kind: 'exists', path, wanted: true },
          { kind: 'not', operand: { kind: 'contains', operand, member: first! } },
        ],
      };
    default:
      return { kind: 'compare', comparator: COMPARATORS[operator], left: operand, right: first! };
  }
}
