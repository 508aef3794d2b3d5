import { serializationError } from '../errors.js';
import type { ListShape, MapShape, Shape, StructureShape } from './shape.js';

/**
 * The service's words for values whose JSON type is not that of the shape (recorded: public suites run
 * against the service, dynalite's and others).
 */
const UNEXPECTED_FIELD = 'Unexpected field type';
const UNEXPECTED_VALUE = 'Unexpected value type in payload';
const STRUCTURE_FOUND = 'Start of structure or map found where not expected';
const PARAMETERIZED =
  'class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class ' +
  '(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of ' +
  "loader 'bootstrap')";
const PACKAGE = 'com.amazonaws.dynamodb.v20120810';

/**
 * Throws SerializationException when a value's JSON type is not its shape's. Attribute values are looked
 * into only when `deep`: whoever parses them sees wrong types himself, and a request that is refused
 * for another reason is checked again deeply, because wrong types come first.
 */
export function checkTypes(shape: Shape, value: unknown, deep: boolean): void {
  if (value === undefined || value === null) return;
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') throw wrongScalar(value, 'String');
      return;
    case 'number':
      if (typeof value !== 'number') throw wrongScalar(value, shape.javaType);
      return;
    case 'boolean':
      if (typeof value === 'string')
        throw serializationError('Unexpected token received from parser');
      if (typeof value !== 'boolean') throw wrongScalar(value, 'Boolean');
      return;
    case 'list':
      checkList(shape, value, deep);
      return;
    case 'map':
      checkMap(shape, value, deep);
      return;
    case 'structure':
      checkStructure(shape, value, deep);
      return;
    case 'item':
      checkItem(shape.parameterized ?? false, value, deep);
      return;
    case 'attributeValue':
      checkAttributeValue(shape.position, value, deep);
      return;
  }
}

function wrongScalar(value: unknown, javaType: string): Error {
  if (Array.isArray(value))
    return serializationError(`Unrecognized collection type class java.lang.${javaType}`);
  if (typeof value === 'object') return serializationError(STRUCTURE_FOUND);
  return serializationError(`${tokenOf(value)} cannot be converted to ${javaType}`);
}

function tokenOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  return 'STRING_VALUE';
}

function checkList(shape: ListShape, value: unknown, deep: boolean): void {
  if (!Array.isArray(value)) {
    if (typeof value === 'object') throw serializationError(STRUCTURE_FOUND);
    throw serializationError(shape.parameterized ? PARAMETERIZED : UNEXPECTED_FIELD);
  }
  for (const member of value) checkTypes(shape.member, member, deep);
}

function checkMap(shape: MapShape, value: unknown, deep: boolean): void {
  const javaType = shape.javaType.includes('.') ? shape.javaType : `${PACKAGE}.${shape.javaType}`;
  for (const member of Object.values(assertMap(value, UNEXPECTED_FIELD, javaType)))
    checkTypes(shape.member, member, deep);
}

function checkItem(parameterized: boolean, value: unknown, deep: boolean): void {
  const scalar = parameterized ? PARAMETERIZED : UNEXPECTED_FIELD;
  const members = assertMap(value, scalar, `${PACKAGE}.AttributeValue`);
  if (!deep) return;
  for (const member of Object.values(members)) checkAttributeValue('value', member, true);
}

function assertMap(value: unknown, scalar: string, javaType: string): Record<string, unknown> {
  if (Array.isArray(value))
    throw serializationError(
      `Unrecognized collection type java.util.Map<java.lang.String, ${javaType}>`,
    );
  if (typeof value !== 'object') throw serializationError(scalar);
  return value as Record<string, unknown>;
}

function checkStructure(shape: StructureShape, value: unknown, deep: boolean): void {
  const members = assertStructure(value, shape.position, shape.name);
  for (const member of shape.members) checkTypes(member.shape, members[member.name], deep);
}

function assertStructure(
  value: unknown,
  position: 'field' | 'value',
  name: string,
): Record<string, unknown> {
  if (Array.isArray(value))
    throw serializationError(`Unrecognized collection type class ${PACKAGE}.${name}`);
  if (typeof value !== 'object')
    throw serializationError(position === 'field' ? UNEXPECTED_FIELD : UNEXPECTED_VALUE);
  return value as Record<string, unknown>;
}

function checkAttributeValue(position: 'field' | 'value', value: unknown, deep: boolean): void {
  if (value === null || value === undefined) return;
  const members = assertStructure(value, position, 'AttributeValue');
  if (!deep) return;
  for (const [type, content] of Object.entries(members)) checkTyped(type, content);
}

/** Recorded: an attribute value's boolean may come as one of these words. */
const TRUE_WORDS: readonly unknown[] = ['true', 'yes', '1'];
const FALSE_WORDS: readonly unknown[] = ['false', 'no', '0'];

/** The boolean that a word stands for; undefined for anything else. */
export function booleanWord(value: unknown): boolean | undefined {
  if (TRUE_WORDS.includes(value)) return true;
  return FALSE_WORDS.includes(value) ? false : undefined;
}

function checkTyped(type: string, value: unknown): void {
  if (value === null) return;
  switch (type) {
    case 'S':
    case 'N':
      if (typeof value !== 'string') throw wrongScalar(value, 'String');
      return;
    case 'BOOL':
    case 'NULL':
      if (booleanWord(value) === undefined) checkTypes({ kind: 'boolean' }, value, true);
      return;
    case 'B':
      checkBinary(value);
      return;
    case 'SS':
    case 'NS':
      checkTypes({ kind: 'list', member: { kind: 'string' } }, value, true);
      return;
    case 'BS':
      checkTypes(
        { kind: 'list', member: { kind: 'string' } },
        Array.isArray(value) ? [] : value,
        true,
      );
      for (const member of value as unknown[]) checkBinary(member);
      return;
    case 'L':
      checkTypes(
        { kind: 'list', member: { kind: 'attributeValue', position: 'value' } },
        value,
        true,
      );
      return;
    case 'M':
      checkItem(false, value, true);
      return;
    default:
      return; // unknown members are passed over, as everywhere in the protocol
  }
}

function checkBinary(value: unknown): void {
  if (value === null) return;
  if (Array.isArray(value))
    throw serializationError('Unrecognized collection type class java.nio.ByteBuffer');
  if (typeof value === 'object') throw serializationError(STRUCTURE_FOUND);
  if (typeof value !== 'string')
    throw serializationError('only base-64-encoded strings are convertible to bytes');
  if (value.length % 4 !== 0)
    throw serializationError(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`,
    );
  if (Buffer.from(value, 'base64').toString('base64') !== value)
    throw serializationError('Invalid last non-pad Base64 character dectected');
}
