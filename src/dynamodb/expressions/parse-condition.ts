import type { ExpressionAttributes } from './attributes.js';
import { bindCondition } from './bind-condition.js';
import { Binding } from './binding.js';
import { Condition } from './condition.js';
import { parseConditionSyntax } from './condition-parser.js';
import { SyntaxCache } from './syntax-cache.js';

const conditions = new SyntaxCache((text) => parseConditionSyntax('ConditionExpression', text));
const filters = new SyntaxCache((text) => parseConditionSyntax('FilterExpression', text));

/** Parses a condition or filter. Throws ValidationException in the service's words. */
export function parseCondition(
  text: string,
  kind: 'ConditionExpression' | 'FilterExpression',
  attributes: ExpressionAttributes,
): Condition {
  const syntax = (kind === 'ConditionExpression' ? conditions : filters).get(text);
  return new Condition(bindCondition(new Binding(kind, attributes), syntax));
}
