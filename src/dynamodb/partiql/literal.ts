import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { isAwsError } from '../../lib/aws-error.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import {
  attributeOf,
  MAX_DEPTH,
  normaliseNumber,
  parseAttributeValue,
  setAttribute,
} from '../values/index.js';
import { errorAt } from './errors.js';
import type { Expression, Field } from './expression.js';
import type { Token } from './token.js';

/** What the messages call the value itself; its members are `root.name` and `root[0]` (recorded). */
const ROOT = 'root';

/** With a point or an exponent; `-0` is 0. */
const NEGATIVE_ZERO = /^-0*(?:\.0*(?:e|$)|e)/i;

/** The value that a literal stands for. Throws ValidationException for what is no literal, or no value. */
export function literalValue(expression: Expression): AttributeValue {
  return valueOf(expression, ROOT, 1);
}

/** Whether an expression can only be a value: what is in it may still be none. */
export function isLiteral({ kind }: Expression): boolean {
  return (
    kind === 'string' ||
    kind === 'number' ||
    kind === 'boolean' ||
    kind === 'null' ||
    kind === 'ion' ||
    kind === 'list' ||
    kind === 'bag' ||
    kind === 'struct'
  );
}

/** `path`: where the value lies; `depth`: on which level, from 1. */
function valueOf(expression: Expression, path: string, depth: number): AttributeValue {
  if (depth > MAX_DEPTH)
    throw validationError(`Nesting Levels have exceeded supported limits under ${path}`);
  const { token } = expression;
  switch (expression.kind) {
    case 'string':
      return { S: token.text };
    case 'number':
      if (NEGATIVE_ZERO.test(expression.text))
        throw errorAt(`Negative zero decimal is not supported under key ${path}`, token);
      return { N: numberOf(expression.text, path) };
    case 'boolean':
      return { BOOL: token.text === 'true' };
    case 'null':
      return { NULL: true };
    case 'list':
      return {
        L: expression.members.map((member, at) =>
          valueOf(member, `${path}[${String(at)}]`, depth + 1),
        ),
      };
    case 'struct':
      return { M: fieldsOf(expression.fields, token, path, depth) };
    case 'bag':
      return setOf(expression.members, path);
    case 'ion':
      throw errorAt(`Ion Literals are not supported: SYMBOL under key ${path}`, token);
    default:
      throw errorAt(`Unsupported data type: ${nameOf(expression)} under key ${path}`, token);
  }
}

/** How the messages name what is not a literal. */
function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case 'parameter':
      return 'Parameter';
    case 'unary':
    case 'binary':
      return expression.operator;
    case 'call':
      return expression.name;
    case 'missing':
      return 'MISSING';
    case 'path':
      return 'Path';
    default:
      return expression.token.text;
  }
}

/** Numbers break the same rules with the same words as elsewhere, and the path behind (recorded). */
function numberOf(text: string, path: string): string {
  try {
    return normaliseNumber(text, 'older');
  } catch (error) {
    if (!isAwsError(error, 'ValidationException')) throw error;
    throw validationError(`${error.message} under ${path}`);
  }
}

function fieldsOf(fields: readonly Field[], token: Token, path: string, depth: number): Item {
  const item: Item = {};
  for (const field of fields) {
    const name = fieldName(item, field, token, path);
    setAttribute(item, name, valueOf(field.value, `${path}.${name}`, depth + 1));
  }
  return item;
}

/**
 * The name of a member that `item` does not have yet. A second one of the same name is reported at `token`:
 * the service points to the map, and in an INSERT to the name.
 */
export function fieldName(item: Item, { key }: Field, token = key.token, path = ROOT): string {
  if (key.kind !== 'string') {
    const type = key.kind === 'number' ? 'INT' : key.kind === 'name' ? 'Id' : key.kind;
    throw errorAt(
      `Tuple keys must be of type String. Actual type: ${type} under ${path}`,
      key.token,
    );
  }
  const name = key.token.text;
  if (name === '') throw validationError('Path component cannot be an empty string');
  if (attributeOf(item, name))
    throw errorAt(`Duplicate keys in tuple. Key: ${name} under ${path}`, token);
  return name;
}

/** Bags of strings or of numbers are sets. */
function setOf(members: readonly Expression[], path: string): AttributeValue {
  const kind = members[0]?.kind;
  if (kind === undefined) throw validationError('Empty bags are not supported');
  const wrong = members.find((member) => member.kind !== kind);
  if (wrong || (kind !== 'string' && kind !== 'number'))
    throw errorAt(
      'Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags',
      (wrong ?? members[0]!).token,
    );
  if (kind === 'string')
    return parseAttributeValue({ SS: members.map(({ token }) => token.text) }, 'older');
  const written = members.map((member) => (member.kind === 'number' ? member.text : ''));
  const numbers = written.map((text) => numberOf(text, path));
  if (new Set(numbers).size < numbers.length)
    throw validationError(
      `${INVALID_PARAMETER}Input collection [${written.join(', ')}] contains duplicates! under ${path}`,
    );
  return parseAttributeValue({ NS: numbers }, 'older');
}
