import { validationError } from '../errors.js';
import {
  isOfConditions,
  UPDATE_FUNCTIONS,
  type ActionSyntax,
  type ArithmeticSyntax,
  type OperandSyntax,
  type ValueSyntax,
} from '../expressions/index.js';
import { pathSyntax, unrecognized } from './condition-syntax.js';
import { errorAt } from './errors.js';
import type { Expression, ManipulationOperation } from './expression.js';
import { isLiteral, literalValue } from './literal.js';
import { isPath, pathElements } from './path-syntax.js';
import { parameter, type Constants } from './substitutions.js';

const SET_FUNCTIONS: ReadonlyMap<string, 'ADD' | 'DELETE'> = new Map([
  ['set_add', 'ADD'],
  ['set_delete', 'DELETE'],
]);

type Call = Extract<Expression, { kind: 'call' }>;
type Assignment = Extract<ManipulationOperation, { kind: 'set' }>;

/** A parameter that must be a set, and what is wrong when it is not. */
export interface SetParameter {
  readonly value: ValueSyntax;
  readonly error: Error;
}

export interface UpdateActions {
  readonly actions: readonly ActionSyntax[];
  readonly setParameters: readonly SetParameter[];
}

/** What SET and REMOVE do. Throws ValidationException. */
export function updateSyntax(
  operations: readonly ManipulationOperation[],
  constants: Constants,
): UpdateActions {
  const setParameters: SetParameter[] = [];
  const actions = operations.map((operation): ActionSyntax => {
    switch (operation.kind) {
      case 'set':
        return assignmentSyntax(operation, constants, setParameters);
      case 'remove':
        return { kind: 'REMOVE', path: pathSyntax(operation.target) };
      default:
        throw validationError(
          'Only SET and REMOVE are supported in update expressions at this time',
        );
    }
  });
  return { actions, setParameters };
}

function assignmentSyntax(
  assignment: Assignment,
  constants: Constants,
  setParameters: SetParameter[],
): ActionSyntax {
  const { target, value } = assignment;
  const path = pathSyntax(target);
  if (value.kind === 'call') {
    const kind = SET_FUNCTIONS.get(value.name);
    if (kind) {
      const members = setOperand(value, target, constants, setParameters);
      return { kind, path, value: members };
    }
  }
  return { kind: 'SET', path, value: operandSyntax(value, constants) };
}

/** `a = set_add(a, …)` adds to the set. Positions of errors are recorded. */
function setOperand(
  call: Call,
  target: Expression,
  constants: Constants,
  setParameters: SetParameter[],
): ValueSyntax {
  const name = call.name.toUpperCase();
  const [first, second] = call.operands;
  if (!first || !second || call.operands.length !== 2)
    throw errorAt(`${name} must have exactly two arguments`, call.token);
  if (!isPath(first) || !isSamePath(first, target))
    throw errorAt(`The first argument to ${name} must equal the assignment value`, call.token);
  const error = errorAt(
    `The second argument to ${name} must be a value with type SET`,
    first.token,
  );
  if (second.kind === 'bag') return constants.add(literalValue(second));
  if (second.kind !== 'parameter') throw error;
  const value = parameter(second.index);
  setParameters.push({ value, error });
  return value;
}

function isSamePath(one: Expression, other: Expression): boolean {
  const [a, b] = [pathElements(one), pathElements(other)];
  return a.length === b.length && a.every((element, at) => element === b[at]);
}

function operandSyntax(
  expression: Expression,
  constants: Constants,
): OperandSyntax | ArithmeticSyntax {
  if (isPath(expression)) return pathSyntax(expression);
  if (isLiteral(expression)) return constants.add(literalValue(expression));
  switch (expression.kind) {
    case 'parameter':
      return parameter(expression.index);
    case 'missing':
      throw validationError('MISSING must be compared using IS operator');
    case 'is':
      throw validationError('IS operator is not supported in update expressions');
    case 'call':
      return functionSyntax(expression, constants);
    case 'binary':
      return arithmeticSyntax(expression, constants);
    case 'unary':
      if (expression.operator === 'not') throw unsupportedOperator('not');
      throw validationError(
        'Incorrect number of operands for operator or function; ' +
          `operator or function: ${expression.operator}, number of operands: 1`,
      );
    case 'between':
      throw unsupportedOperator('between');
    default:
      throw errorAt(
        `Unsupported token in expression: ${expression.token.text.toUpperCase()}`,
        expression.token,
      );
  }
}

function functionSyntax(call: Call, constants: Constants): OperandSyntax {
  const { name, operands } = call;
  if (isOfConditions(name))
    throw validationError(`The function is not allowed in an update expression; function: ${name}`);
  if (!UPDATE_FUNCTIONS.has(name)) throw unrecognized(call);
  return {
    kind: 'function',
    name,
    operands: operands.map((operand) => {
      const syntax = operandSyntax(operand, constants);
      if (syntax.kind === 'arithmetic') throw unsupportedOperator(syntax.operator); // inferred
      return syntax;
    }),
  };
}

function arithmeticSyntax(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  constants: Constants,
): ArithmeticSyntax {
  if (operator !== '+' && operator !== '-') throw unsupportedOperator(operator);
  return {
    kind: 'arithmetic',
    operator,
    left: operandSyntax(left, constants),
    right: operandSyntax(right, constants),
  };
}

const unsupportedOperator = (operator: string): Error =>
  validationError(`Unsupported operator in Update Expression. Operator: ${operator}`);
