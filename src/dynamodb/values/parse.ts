import type { AttributeType, AttributeValue, Item } from '../../lib/attribute-value.js';
import { isAwsError } from '../../lib/aws-error.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import { attributeValue } from '../validation/shape.js';
import { booleanWord, checkTypes } from '../validation/types.js';
import { isAttributeType, setAttribute } from './attribute-type.js';
import { compareBinaries, compareStrings } from './compare.js';
import { compareNumbers, normaliseNumber } from './number.js';
import { isNameTooLong, NAME_TOO_LONG } from './name.js';
import type { Wording } from './wording.js';

/** Documented: attributes can be nested up to 32 levels deep; the attribute itself is the first. */
export const MAX_DEPTH = 32;

export const TOO_DEEP =
  'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond ' +
  'supported limit';
const EMPTY_NAME = 'Empty attribute name';
const NO_TYPE =
  'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes';
const SEVERAL_TYPES =
  'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported ' +
  'datatypes';

const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

/**
 * Checks and normalises one typed value from a request: numbers become canonical, sets are sorted (the
 * service returns them so), unknown members are left out. Returns the same object when nothing changes;
 * never alters its argument.
 *
 * Throws ValidationException, and SerializationException where the JSON has the wrong type, in the
 * service's words. `depth`: the level on which the value stands.
 */
export function parseAttributeValue(
  value: unknown,
  wording: Wording = 'current',
  depth = 1,
): AttributeValue {
  return parseValue(value, depth, wording);
}

/** {@link parseAttributeValue} for each attribute of an item, a key, or another map of values. */
export function parseItem(value: unknown, wording: Wording = 'current'): Item {
  const item = value as Item;
  // The service looks at the names before it looks into the values (recorded for transactions).
  if (Object.hasOwn(item, '')) throw validationError(EMPTY_NAME);
  try {
    return parseMembers(item, 1, wording);
  } catch (error) {
    // Of an empty name further in it speaks only when nothing in the item is too deep (recorded).
    if (isAwsError(error, 'ValidationException') && error.message === EMPTY_NAME)
      for (const name in item) assertDepth(item[name], 1);
    throw error;
  }
}

function assertDepth(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw validationError(TOO_DEEP);
  const { M, L } = (value ?? {}) as Readonly<Record<string, unknown>>;
  for (const members of [M, L])
    if (typeof members === 'object' && members !== null)
      for (const member of Object.values(members)) assertDepth(member, depth + 1);
}

function parseMembers(members: Item, depth: number, wording: Wording): Item {
  let result = members;
  for (const name in members) {
    if (name === '') throw validationError(EMPTY_NAME); // in a map: inferred
    if (isNameTooLong(name)) throw validationError(`${INVALID_PARAMETER}${NAME_TOO_LONG}`);
    const member = members[name];
    const parsed = parseValue(member, depth, wording);
    if (parsed === member) continue;
    if (result === members) result = { ...members };
    setAttribute(result, name, parsed);
  }
  return result;
}

function parseList(members: AttributeValue[], depth: number, wording: Wording): AttributeValue[] {
  let result = members;
  for (let at = 0; at < members.length; at += 1) {
    const parsed = parseValue(members[at], depth, wording);
    if (parsed === members[at]) continue;
    if (result === members) result = [...members];
    result[at] = parsed;
  }
  return result;
}

function parseValue(value: unknown, depth: number, wording: Wording): AttributeValue {
  if (depth > MAX_DEPTH) throw validationError(TOO_DEEP);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuseType(value);
  const given = value as Readonly<Record<string, unknown>>;
  let type: AttributeType | undefined;
  let content: unknown;
  let parsed: unknown;
  let members = 0;
  let types = 0;
  for (const name in given) {
    members += 1;
    const member = given[name];
    if (member === null || member === undefined || !isAttributeType(name)) continue;
    // Each content is checked before there being several is (recorded).
    types += 1;
    type = name;
    content = member;
    parsed = parseContent(given, name, member, depth, wording);
  }
  if (type === undefined) throw validationError(NO_TYPE);
  if (types > 1) throw validationError(SEVERAL_TYPES);
  return members === 1 && parsed === content ? given : { [type]: parsed };
}

function parseContent(
  value: unknown,
  type: AttributeType,
  content: unknown,
  depth: number,
  wording: Wording,
): unknown {
  switch (type) {
    case 'S':
      return typeof content === 'string' ? content : refuseType(value);
    case 'N':
      return typeof content === 'string' ? normaliseNumber(content, wording) : refuseType(value);
    case 'B':
      return isBinary(content) ? content : refuseType(value);
    case 'BOOL':
      return parseBoolean(value, content);
    case 'NULL':
      if (!parseBoolean(value, content))
        throw validationError(
          `${INVALID_PARAMETER}Null attribute value types must have the value of true`,
        );
      return true;
    case 'SS':
      return isListOf(content, isString)
        ? parseStrings(content, wording)
        : refuseType(
            value,
            `${INVALID_PARAMETER}An string set may not have a null string as a member`,
          );
    case 'NS':
      return isListOf(content, isString) ? parseNumbers(content, wording) : refuseType(value);
    case 'BS':
      return isListOf(content, isBinary)
        ? parseBinaries(content, wording)
        : refuseType(value, `${INVALID_PARAMETER}Binary sets may not contain null or empty values`);
    case 'L':
      return Array.isArray(content)
        ? parseList(content as AttributeValue[], depth + 1, wording)
        : refuseType(value);
    case 'M':
      return typeof content === 'object' && !Array.isArray(content)
        ? parseMembers(content as Item, depth + 1, wording)
        : refuseType(value);
  }
}

function parseBoolean(value: unknown, content: unknown): boolean {
  if (typeof content === 'boolean') return content;
  return booleanWord(content) ?? refuseType(value);
}

/**
 * Throws the SerializationException for a value whose JSON has the wrong type. A null never has; where it
 * takes the place of a value, or of a member of a set, the message is `ofNull`.
 */
function refuseType(value: unknown, ofNull = NO_TYPE): never {
  checkTypes(attributeValue(), value ?? {}, true);
  throw validationError(ofNull);
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isBinary = (value: unknown): value is string =>
  typeof value === 'string' && BASE64.test(value);

function isListOf(value: unknown, isMember: (member: unknown) => boolean): value is string[] {
  return Array.isArray(value) && value.every(isMember);
}

function parseStrings(members: string[], wording: Wording): string[] {
  if (members.length === 0)
    throw validationError(`${INVALID_PARAMETER}An string set  may not be empty`);
  return sortedSet(members, compareStrings, (all) =>
    wording === 'older'
      ? `Input collection [${members.join(', ')}] contains duplicates.`
      : `Input collection [${all.map((member) => `"${member}"`).join(', ')}] contains duplicates.`,
  );
}

function parseBinaries(members: string[], wording: Wording): string[] {
  if (members.length === 0)
    throw validationError(`${INVALID_PARAMETER}Binary sets should not be empty`);
  return sortedSet(members, compareBinaries, (all) =>
    wording === 'older'
      ? `Input collection [${members.join(', ')}]of type BS contains duplicates.`
      : `Input collection ${JSON.stringify(all)}of type BS contains duplicates.`,
  );
}

function parseNumbers(members: string[], wording: Wording): string[] {
  if (members.length === 0)
    throw validationError(`${INVALID_PARAMETER}An number set  may not be empty`);
  const numbers = members.map((member) => normaliseNumber(member, wording));
  const sorted = sortedSet(numbers, compareNumbers, () =>
    // The older check leaves out the usual head and the full stop (recorded).
    wording === 'older' ? undefined : 'Input collection contains duplicates.',
  );
  return sorted.every((number, at) => number === members[at]) ? members : sorted;
}

/** The members in order; the same array when they are. Throws when one comes twice. */
function sortedSet(
  members: string[],
  compare: (a: string, b: string) => number,
  message: (members: string[]) => string | undefined,
): string[] {
  let inOrder = true;
  for (let at = 1; at < members.length && inOrder; at += 1)
    inOrder = compare(members[at - 1]!, members[at]!) < 0;
  if (inOrder) return members;
  const seen = new Set<string>();
  for (const [at, member] of members.entries()) {
    if (seen.has(member)) {
      const found = message([...[...seen].sort(compare), ...members.slice(at)]);
      throw validationError(
        found === undefined ? 'Input collection contains duplicates' : INVALID_PARAMETER + found,
      );
    }
    seen.add(member);
  }
  return [...members].sort(compare);
}
