import type { AttributeType, AttributeValue } from '../../lib/attribute-value.js';
import { compareValues, isAttributeType, typeOf } from '../values/index.js';
import type { Binding } from './binding.js';
import type { ConditionNode, Operand } from './condition.js';
import { CONDITION_FUNCTIONS } from './functions.js';
import { pathText, samePath, type Path } from './path.js';
import type { ComparedSyntax, ConditionSyntax, FunctionSyntax } from './syntax.js';

/** Documented: up to 100 values behind IN. */
const MAX_LIST = 100;

const ORDERED: ReadonlySet<AttributeType> = new Set(['S', 'N', 'B']);
const WITH_PREFIX: ReadonlySet<AttributeType> = new Set(['S', 'B']);
const WITH_SIZE: ReadonlySet<AttributeType> = new Set(['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);

/** Recorded, as the service lists them. */
const ANY_TYPE = '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}';
const TYPE_NAMES = '{B,NULL,SS,BOOL,L,BS,N,NS,S,M}';

/**
 * Puts names and values into a condition and checks its operands. Like the service, it goes through the
 * condition as it is written and throws the first problem it meets.
 */
export function bindCondition(binding: Binding, syntax: ConditionSyntax): ConditionNode {
  switch (syntax.kind) {
    case 'and':
    case 'or':
      return {
        kind: syntax.kind,
        operands: syntax.operands.map((operand) => bindCondition(binding, operand)),
      };
    case 'not':
      return { kind: 'not', operand: bindCondition(binding, syntax.operand) };
    case 'compare':
      return bindComparison(binding, syntax);
    case 'between':
      return bindBetween(binding, syntax);
    case 'in':
      return bindIn(binding, syntax);
    case 'function':
      return bindFunction(binding, syntax);
  }
}

function bindComparison(
  binding: Binding,
  { comparator, left, right }: Extract<ConditionSyntax, { kind: 'compare' }>,
): ConditionNode {
  const node = {
    kind: 'compare',
    comparator,
    left: bindOperand(binding, left),
    right: bindOperand(binding, right),
  } as const;
  checkDistinct(binding, comparator, node.left, [node.right]);
  if (comparator !== '=' && comparator !== '<>')
    checkTypes(binding, comparator, [node.left, node.right], ORDERED);
  return node;
}

function bindBetween(
  binding: Binding,
  syntax: Extract<ConditionSyntax, { kind: 'between' }>,
): ConditionNode {
  const operand = bindOperand(binding, syntax.operand);
  const lower = bindOperand(binding, syntax.lower);
  const upper = bindOperand(binding, syntax.upper);
  checkDistinct(binding, 'BETWEEN', operand, [lower, upper]);
  checkTypes(binding, 'BETWEEN', [operand, lower, upper], ORDERED);
  if (lower.kind === 'value' && upper.kind === 'value')
    checkBounds(binding, lower.value, upper.value);
  return { kind: 'between', operand, lower, upper };
}

function checkBounds(binding: Binding, lower: AttributeValue, upper: AttributeValue): void {
  const order = compareValues(lower, upper);
  if (order !== undefined && order <= 0) return;
  const wanted =
    order === undefined
      ? 'same data type for lower and upper bounds'
      : 'upper bound to be greater than or equal to lower bound';
  throw binding.error(
    `The BETWEEN operator requires ${wanted}; ` +
      `lower bound operand: ${boundText(lower)}, upper bound operand: ${boundText(upper)}`,
  );
}

/** As Java prints it. Bounds of other types have been refused before. */
function boundText({ S, N, B = '' }: AttributeValue): string {
  if (S !== undefined) return `AttributeValue: {S:${S}}`;
  if (N !== undefined) return `AttributeValue: {N:${N}}`;
  const size = Buffer.byteLength(B, 'base64');
  return `AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=${size} cap=${size}]}`;
}

function bindIn(binding: Binding, syntax: Extract<ConditionSyntax, { kind: 'in' }>): ConditionNode {
  const operand = bindOperand(binding, syntax.operand);
  const list = syntax.list.map((member) => bindOperand(binding, member));
  if (list.length > MAX_LIST)
    throw binding.error(
      `The IN operator is provided with too many operands; number of operands: ${list.length}`,
    );
  checkDistinct(binding, 'IN', operand, list);
  return { kind: 'in', operand, list };
}

function bindFunction(binding: Binding, syntax: FunctionSyntax): ConditionNode {
  const { name, operands } = syntax;
  const bound = operands.map((operand) => bindOperand(binding, operand));
  binding.checkOperandCount(syntax, CONDITION_FUNCTIONS.get(name));
  const first = bound[0]!;
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      return {
        kind: 'exists',
        path: requirePath(binding, name, first),
        wanted: name === 'attribute_exists',
      };
    case 'attribute_type': {
      const path = requirePath(binding, name, first);
      checkDistinct(binding, name, first, bound.slice(1));
      return { kind: 'type', path, type: bindTypeName(binding, bound[1]!) };
    }
    case 'begins_with':
      checkDistinct(binding, name, first, bound.slice(1));
      checkTypes(binding, name, bound, WITH_PREFIX);
      return { kind: 'begins_with', operand: first, prefix: bound[1]! };
    case 'contains':
      checkDistinct(binding, name, first, bound.slice(1));
      return { kind: 'contains', operand: first, member: bound[1]! };
    default:
      throw new TypeError(`the parser let the function ${name} through`);
  }
}

function bindTypeName(binding: Binding, operand: Operand): AttributeType {
  if (operand.kind !== 'value')
    throw binding.wrongType('attribute_type', knownType(operand) ?? ANY_TYPE);
  const type = operand.value.S;
  if (type === undefined) throw binding.wrongType('attribute_type', typeOf(operand.value));
  if (!isAttributeType(type))
    throw binding.error(
      `Invalid attribute type name found; type: ${type}, valid types: ${TYPE_NAMES}`,
    );
  return type;
}

function bindOperand(binding: Binding, syntax: ComparedSyntax): Operand {
  switch (syntax.kind) {
    case 'path':
      return { kind: 'path', path: binding.path(syntax) };
    case 'value':
      return { kind: 'value', value: binding.value(syntax) };
    case 'function': {
      // The parser lets no other function than size be an operand.
      const [operand] = syntax.operands.map((one) => bindOperand(binding, one)) as [Operand];
      binding.checkOperandCount(syntax, 1);
      checkTypes(binding, 'size', [operand], WITH_SIZE);
      return { kind: 'size', operand };
    }
    case 'condition':
      return { kind: 'condition', condition: bindCondition(binding, syntax.condition) };
  }
}

/** The type of an operand that is the same for all items; a path's is not. */
function knownType(operand: Operand): AttributeType | undefined {
  switch (operand.kind) {
    case 'path':
      return undefined;
    case 'value':
      return typeOf(operand.value);
    case 'size':
      return 'N';
    case 'condition':
      return 'BOOL';
  }
}

function checkTypes(
  binding: Binding,
  operator: string,
  operands: readonly Operand[],
  allowed: ReadonlySet<AttributeType>,
): void {
  for (const operand of operands) {
    const type = knownType(operand);
    if (type !== undefined && !allowed.has(type)) throw binding.wrongType(operator, type);
  }
}

function requirePath(binding: Binding, operator: string, operand: Operand): Path {
  if (operand.kind === 'path') return operand.path;
  throw binding.error(
    `Operator or function requires a document path; operator or function: ${operator}`,
  );
}

function checkDistinct(
  binding: Binding,
  operator: string,
  first: Operand,
  others: readonly Operand[],
): void {
  if (first.kind !== 'path') return;
  const { path } = first;
  if (others.some((other) => other.kind === 'path' && samePath(path, other.path)))
    throw binding.error(
      'The first operand must be distinct from the remaining operands for this operator or function; ' +
        `operator: ${operator}, first operand: ${pathText(path)}`,
    );
}
