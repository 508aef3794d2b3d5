import type { AttributeType, AttributeValue } from '../../lib/attribute-value.js';
import { typeOf } from '../values/index.js';
import type { ExpressionAttributes } from './attributes.js';
import { Binding } from './binding.js';
import { UPDATE_FUNCTIONS } from './functions.js';
import { pathText, samePath } from './path.js';
import { joinPaths } from './path-tree.js';
import { SyntaxCache } from './syntax-cache.js';
import type {
  ActionSyntax,
  ArithmeticSyntax,
  FunctionSyntax,
  OperandSyntax,
  UpdateSyntax,
} from './syntax.js';
import { Update, type UpdateAction, type UpdateOperand } from './update.js';
import { parseUpdateSyntax } from './update-parser.js';

const KIND = 'UpdateExpression';
const syntaxes = new SyntaxCache(parseUpdateSyntax);

/** As the service names them where ADD and DELETE refuse them. */
const LONG_NAMES: Readonly<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
};
const SETS: readonly AttributeType[] = ['SS', 'NS', 'BS'];

/**
 * Parses an update. Throws ValidationException in the service's words and order: what it writes must be
 * named and apart from each other, then all names must be defined, then values and types must be right,
 * where the service begins with the last action (recorded).
 */
export function parseUpdate(text: string, attributes: ExpressionAttributes): Update {
  return bindUpdate(new Binding(KIND, attributes), syntaxes.get(text));
}

/** {@link parseUpdate} without the parsing. */
export function bindUpdate(binding: Binding, syntax: UpdateSyntax): Update {
  const paths = syntax.map(({ path }) => binding.path(path));
  const tree = joinPaths(binding.kind, paths, (at) => at);
  for (let at = syntax.length - 1; at >= 0; at -= 1) checkNames(binding, syntax[at]!);
  const actions: UpdateAction[] = [];
  for (let at = syntax.length - 1; at >= 0; at -= 1)
    actions[at] = bindAction(binding, syntax[at]!, paths[at]!);
  return new Update(actions, tree);
}

function checkNames(binding: Binding, action: ActionSyntax): void {
  if (action.kind === 'SET') checkOperandNames(binding, action.value);
}

function checkOperandNames(binding: Binding, operand: OperandSyntax | ArithmeticSyntax): void {
  switch (operand.kind) {
    case 'path':
      binding.checkNames(operand);
      return;
    case 'value':
      return;
    case 'arithmetic':
      checkOperandNames(binding, operand.left);
      checkOperandNames(binding, operand.right);
      return;
    case 'function':
      for (const member of operand.operands) checkOperandNames(binding, member);
  }
}

function bindAction(
  binding: Binding,
  action: ActionSyntax,
  path: UpdateAction['path'],
): UpdateAction {
  switch (action.kind) {
    case 'SET':
      return { kind: 'SET', path, value: bindOperand(binding, action.value) };
    case 'REMOVE':
      return { kind: 'REMOVE', path };
    case 'ADD':
    case 'DELETE': {
      const value = binding.value(action.value);
      checkOperandType(binding, action.kind, value);
      return { kind: action.kind, path, value };
    }
  }
}

function checkOperandType(binding: Binding, kind: 'ADD' | 'DELETE', value: AttributeValue): void {
  const type = typeOf(value);
  if (SETS.includes(type) || (kind === 'ADD' && type === 'N')) return;
  throw binding.error(
    `Incorrect operand type for operator or function; operator: ${kind}, ` +
      // Recorded: the service names ADD's types for DELETE too.
      `operand type: ${LONG_NAMES[type]}, typeSet: ALLOWED_FOR_ADD_OPERAND`,
  );
}

function bindOperand(binding: Binding, syntax: OperandSyntax | ArithmeticSyntax): UpdateOperand {
  switch (syntax.kind) {
    case 'path':
      return { kind: 'path', path: binding.path(syntax) };
    case 'value':
      return { kind: 'value', value: binding.value(syntax) };
    case 'arithmetic': {
      const left = bindOperand(binding, syntax.left);
      const right = bindOperand(binding, syntax.right);
      checkTypes(binding, syntax.operator, 'N', [left, right]);
      return { kind: syntax.operator, left, right };
    }
    case 'function':
      return bindFunction(binding, syntax);
  }
}

function bindFunction(binding: Binding, syntax: FunctionSyntax): UpdateOperand {
  const { name, operands } = syntax;
  const bound = operands.map((operand) => bindOperand(binding, operand));
  binding.checkOperandCount(syntax, UPDATE_FUNCTIONS.get(name));
  const [first, second] = bound as [UpdateOperand, UpdateOperand];
  if (name === 'list_append') {
    checkTypes(binding, name, 'L', bound);
    return { kind: 'list_append', left: first, right: second };
  }
  if (first.kind !== 'path')
    throw binding.error(
      `Operator or function requires a document path; operator or function: ${name}`,
    );
  if (second.kind === 'path' && samePath(first.path, second.path))
    throw binding.error(
      'The first operand must be distinct from the remaining operands for this operator or function; ' +
        `operator: ${name}, first operand: ${pathText(first.path)}`,
    );
  return { kind: 'if_not_exists', path: first.path, otherwise: second };
}

/** Checks the operands that are values; what others give is seen when the update is applied. */
function checkTypes(
  binding: Binding,
  operator: string,
  wanted: AttributeType,
  operands: readonly UpdateOperand[],
): void {
  for (const operand of operands)
    if (operand.kind === 'value' && operand.value[wanted] === undefined)
      throw binding.wrongType(operator, typeOf(operand.value));
}
