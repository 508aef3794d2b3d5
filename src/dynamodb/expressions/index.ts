export { applyUpdate } from './apply-update.js';
export { bindCondition } from './bind-condition.js';
export { Binding } from './binding.js';
export { ExpressionAttributes } from './attributes.js';
export { Condition } from './condition.js';
export type { ConditionNode, Operand } from './condition.js';
export { evaluateCondition } from './evaluate-condition.js';
export { CONDITION_FUNCTIONS, isOfConditions, UPDATE_FUNCTIONS } from './functions.js';
export {
  bindKeyCondition,
  matchKey,
  parseKeyCondition,
  parseKeyPredicates,
  predicatesOf,
} from './key-condition.js';
export type { KeyCondition, KeyNames, KeyOperator, KeyPredicate } from './key-condition.js';
export type { ExpressionKind } from './kind.js';
export { parseAttributesToGet } from './legacy/attributes-to-get.js';
export { parseAttributeUpdates } from './legacy/attribute-updates.js';
export type { AttributeValueUpdate } from './legacy/attribute-updates.js';
export type { ComparisonOperator } from './legacy/comparison.js';
export { parseExpected, parseFilter } from './legacy/conditions.js';
export type {
  ConditionalOperator,
  ExpectedAttributeValue,
  FilterCondition,
} from './legacy/conditions.js';
export { parseKeyConditions } from './legacy/key-conditions.js';
export { parseCondition } from './parse-condition.js';
export { bindUpdate, parseUpdate } from './parse-update.js';
export type { Path } from './path.js';
export { resolvePath } from './path.js';
export { parseProjection, project, projectionOf } from './projection.js';
export type { Projection } from './projection.js';
export { joinPaths } from './path-tree.js';
export { SyntaxCache } from './syntax-cache.js';
export type {
  ActionSyntax,
  ArithmeticSyntax,
  Comparator,
  ComparedSyntax,
  ConditionSyntax,
  OperandSyntax,
  PathSyntax,
  ValueSyntax,
} from './syntax.js';
export { Update } from './update.js';
export type { UpdateAction, UpdateOperand } from './update.js';
