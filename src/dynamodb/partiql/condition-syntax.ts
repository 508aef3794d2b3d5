import { validationError } from '../errors.js';
import {
  CONDITION_FUNCTIONS,
  type Comparator,
  type ComparedSyntax,
  type ConditionSyntax,
  type OperandSyntax,
  type PathSyntax,
} from '../expressions/index.js';
import { errorAt } from './errors.js';
import type { Expression } from './expression.js';
import { TYPES } from './keywords.js';
import { isLiteral, literalValue } from './literal.js';
import { isPath, pathElements } from './path-syntax.js';
import { parameter, type Constants } from './substitutions.js';

const COMPARATORS: ReadonlySet<string> = new Set<Comparator>(['=', '<>', '<', '<=', '>', '>=']);

type Binary = Extract<Expression, { kind: 'binary' }>;
type Call = Extract<Expression, { kind: 'call' }>;

/** The condition of a WHERE. Throws ValidationException, in the order in which it is written. */
export function whereSyntax(expression: Expression, constants: Constants): ConditionSyntax {
  if (!isCondition(expression) && !isUnsupported(expression))
    throw validationError('WHERE clause must contain an expression that resolves to a boolean');
  return conditionSyntax(expression, constants);
}

function conditionSyntax(expression: Expression, constants: Constants): ConditionSyntax {
  switch (expression.kind) {
    case 'unary':
      if (expression.operator !== 'not') break;
      if (!isCondition(expression.operand) && !isUnsupported(expression.operand))
        throw validationError('The argument to NOT must be a Type or Expression');
      return { kind: 'not', operand: conditionSyntax(expression.operand, constants) };
    case 'binary':
      if (expression.operator === 'and' || expression.operator === 'or')
        return joinedSyntax(expression, expression.operator, constants);
      return comparisonSyntax(expression, constants);
    case 'between':
      return {
        kind: 'between',
        operand: comparedSyntax(expression.operand, constants),
        lower: comparedSyntax(expression.lower, constants),
        upper: comparedSyntax(expression.upper, constants),
      };
    case 'is':
      return isSyntax(expression, constants);
    case 'call':
      return predicateSyntax(expression, constants);
    default:
      break;
  }
  throw unsupported(expression);
}

/** Chains of the same operator become one list: they may be thousands long. */
function joinedSyntax(
  expression: Binary,
  kind: 'and' | 'or',
  constants: Constants,
): ConditionSyntax {
  const operands: Expression[] = [];
  let left: Expression = expression;
  while (left.kind === 'binary' && left.operator === kind) {
    operands.unshift(left.right);
    left = left.left;
  }
  operands.unshift(left);
  return {
    kind,
    operands: operands.map((operand) => {
      if (operand.kind === 'call' && operand.name === 'size')
        throw validationError(
          'Incorrect operand type for operator or function; ' +
            `operator or function: ${kind.toUpperCase()}, operand type: N`,
        );
      if (!isCondition(operand) && !isUnsupported(operand))
        throw validationError('The arguments to AND/OR must be Expressions');
      return conditionSyntax(operand, constants);
    }),
  };
}

function comparisonSyntax(expression: Binary, constants: Constants): ConditionSyntax {
  const { operator, left, right } = expression;
  if (operator === 'in') {
    if ((right.kind !== 'list' && right.kind !== 'bag') || right.members.length === 0)
      throw validationError(
        'IN operator must have a left hand argument of type Variable Reference and right hand ' +
          'argument of type Seq with at least one member',
      );
    return {
      kind: 'in',
      operand: comparedSyntax(left, constants),
      list: right.members.map((member) => comparedSyntax(member, constants)),
    };
  }
  if (!isComparator(operator)) throw unsupported(expression);
  return {
    kind: 'compare',
    comparator: operator,
    left: comparedSyntax(left, constants),
    right: comparedSyntax(right, constants),
  };
}

const isComparator = (operator: string): operator is Comparator => COMPARATORS.has(operator);

function isSyntax(
  { operand, type: typeName, token }: Extract<Expression, { kind: 'is' }>,
  constants: Constants,
): ConditionSyntax {
  if (!isPath(operand) && !isLiteral(operand))
    throw validationError(
      'The left hand side argument to IS must be a Variable Reference, Literal, or Path',
    );
  const { name, type } = TYPES.get(typeName)!;
  const tested = operandSyntax(operand, constants);
  if (name === 'MISSING')
    return { kind: 'function', name: 'attribute_not_exists', operands: [tested] };
  if (type === undefined)
    throw errorAt(
      `Unsupported data type for IS operator: ${name}. Supported data types are [MISSING, NULL, BOOLEAN, ` +
        'BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]',
      token,
    );
  const wanted = constants.add({ S: type });
  return { kind: 'function', name: 'attribute_type', operands: [tested, wanted] };
}

function predicateSyntax(call: Call, constants: Constants): ConditionSyntax {
  const arity = CONDITION_FUNCTIONS.get(call.name);
  if (arity === undefined) throw unsupported(call.operands.find(isStatement) ?? call);
  checkArity(call, arity);
  return {
    kind: 'function',
    name: call.name,
    operands: call.operands.map((operand) => operandSyntax(operand, constants)),
  };
}

function comparedSyntax(expression: Expression, constants: Constants): ComparedSyntax {
  return isCondition(expression)
    ? { kind: 'condition', condition: conditionSyntax(expression, constants) }
    : operandSyntax(expression, constants);
}

function operandSyntax(expression: Expression, constants: Constants): OperandSyntax {
  if (isPath(expression)) return pathSyntax(expression);
  if (isLiteral(expression)) return constants.add(literalValue(expression));
  if (expression.kind === 'parameter') return parameter(expression.index);
  if (expression.kind === 'missing')
    throw validationError('MISSING must be compared using IS operator');
  if (expression.kind !== 'call' || expression.name !== 'size') throw unsupported(expression);
  checkArity(expression, 1);
  const operand = operandSyntax(expression.operands[0]!, constants);
  return { kind: 'function', name: 'size', operands: [operand] };
}

export const pathSyntax = (expression: Expression): PathSyntax => ({
  kind: 'path',
  elements: pathElements(expression),
  hasPlaceholders: false,
});

/** Whether an expression is true or false, and not of a kind that DynamoDB lacks. */
function isCondition(expression: Expression): boolean {
  switch (expression.kind) {
    case 'binary':
      return (
        expression.operator === 'and' ||
        expression.operator === 'or' ||
        expression.operator === 'in' ||
        isComparator(expression.operator)
      );
    case 'unary':
      return expression.operator === 'not';
    case 'call':
      return CONDITION_FUNCTIONS.has(expression.name);
    default:
      return expression.kind === 'between' || expression.kind === 'is';
  }
}

/** Whether it is refused for what it is, wherever it stands. */
function isUnsupported(expression: Expression): boolean {
  switch (expression.kind) {
    case 'binary':
    case 'unary':
      return !isCondition(expression);
    case 'call':
      return expression.name !== 'size' && !CONDITION_FUNCTIONS.has(expression.name);
    default:
      return isStatement(expression);
  }
}

const isStatement = ({ kind }: Expression): boolean => kind === 'select' || kind === 'manipulation';

function unsupported(expression: Expression): Error {
  switch (expression.kind) {
    case 'binary':
    case 'unary':
      return validationError(
        `Unsupported operator in Condition Expression. Operator: ${expression.operator}`,
      );
    case 'call':
      return unrecognized(expression);
    case 'select':
    case 'manipulation':
      return errorAt(
        `Unsupported token in expression: ${expression.token.text.toUpperCase()}`,
        expression.token,
      );
    default:
      return errorAt('Unexpected path component', expression.token);
  }
}

export const unrecognized = ({ name, token }: Call): Error =>
  errorAt(`Unrecognized function: ${name}`, token);

function checkArity({ name, operands }: Call, arity: number): void {
  if (operands.length !== arity)
    throw validationError(
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${name}, number of operands: ${String(operands.length)}`,
    );
}
