import {
  parseCondition,
  parseExpected,
  type Condition,
  type ConditionalOperator,
  type ExpectedAttributeValue,
  type ExpressionAttributes,
} from '../expressions/index.js';

/** The two ways in which a write states its condition. */
export interface ConditionInput {
  ConditionExpression?: string;
  Expected?: Record<string, ExpectedAttributeValue>;
  ConditionalOperator?: ConditionalOperator;
}

/** The condition of a write; undefined when it has none. */
export function conditionOf(
  input: ConditionInput,
  attributes: ExpressionAttributes,
): Condition | undefined {
  return input.ConditionExpression === undefined
    ? parseExpected(input.Expected, input.ConditionalOperator)
    : parseCondition(input.ConditionExpression, 'ConditionExpression', attributes);
}
