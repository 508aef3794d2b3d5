import { validationError } from '../errors.js';
import type {
  ListShape,
  MapShape,
  NumberShape,
  Shape,
  StringShape,
  StructureShape,
} from './shape.js';

/** The service names at most so many violations. */
const MAX_VIOLATIONS = 10;

/**
 * The violations of a request's constraints, in the service's words, in the order of the shape's members.
 * Values whose types were not checked before must not be given.
 */
export function violationsOf(shape: StructureShape, value: object): string[] {
  const violations: string[] = [];
  checkMembers(shape, value as Record<string, unknown>, '', violations);
  return violations.slice(0, MAX_VIOLATIONS);
}

/** Throws the violations as the service does; nothing when there are none. */
export function refuse(violations: readonly string[]): void {
  if (violations.length === 0) return;
  const plural = violations.length > 1 ? 's' : '';
  throw validationError(
    `${violations.length} validation error${plural} detected: ${violations.join('; ')}`,
  );
}

function checkMembers(
  shape: StructureShape,
  value: Record<string, unknown>,
  path: string,
  violations: string[],
): void {
  for (const member of shape.members)
    check(member.shape, value[member.name], path, member.label, violations);
}

function check(
  shape: Shape,
  value: unknown,
  parent: string,
  label: string,
  violations: string[],
): void {
  if (value === undefined || value === null) {
    if (shape.required)
      violations.push(violation(shape, value, parent + label, 'Member must not be null'));
    return;
  }
  const path = parent + label;
  switch (shape.kind) {
    case 'string':
      checkString(shape, value as string, path, violations);
      return;
    case 'number':
      checkNumber(shape, value as number, path, violations);
      return;
    case 'list':
      checkList(shape, value as unknown[], path, violations);
      return;
    case 'map':
      checkMap(shape, value as Record<string, unknown>, path, violations);
      return;
    case 'structure':
      checkMembers(shape, value as Record<string, unknown>, `${path}.`, violations);
      return;
    default:
      return;
  }
}

function checkString(shape: StringShape, value: string, path: string, violations: string[]): void {
  const { pattern, min, max, values } = shape;
  if (shape.orArn && value.startsWith('arn:')) return;
  // An empty value is mostly reported for its length alone (recorded).
  if (pattern && (value !== '' || pattern.emptyToo) && !pattern.expression.test(value))
    violations.push(
      violation(
        shape,
        value,
        path,
        `Member must satisfy regular expression pattern: ${pattern.text}`,
      ),
    );
  checkLength(shape, value, value.length, { min, max }, path, violations);
  if (values && !values.includes(value))
    violations.push(
      violation(shape, value, path, `Member must satisfy enum value set: [${values.join(', ')}]`),
    );
}

function checkNumber(shape: NumberShape, value: number, path: string, violations: string[]): void {
  if (shape.min !== undefined && value < shape.min)
    violations.push(
      violation(shape, value, path, `Member must have value greater than or equal to ${shape.min}`),
    );
  if (shape.max !== undefined && value > shape.max)
    violations.push(
      violation(shape, value, path, `Member must have value less than or equal to ${shape.max}`),
    );
}

function checkList(shape: ListShape, value: unknown[], path: string, violations: string[]): void {
  checkLength(shape, value, value.length, shape, path, violations);
  value.forEach((member, at) =>
    check(shape.member, member, `${path}.${at + 1}.`, 'member', violations),
  );
}

function checkMap(
  shape: MapShape,
  value: Record<string, unknown>,
  path: string,
  violations: string[],
): void {
  const { keys, memberLength } = shape;
  checkLength(
    shape,
    value,
    Object.keys(value).length,
    { min: shape.min, max: undefined },
    path,
    violations,
  );
  if (
    keys &&
    !Object.keys(value).every(
      (key) => key.length >= keys.min && key.length <= keys.max && keys.expression.test(key),
    )
  )
    violations.push(
      violation(
        shape,
        value,
        path,
        `Map keys must satisfy constraint: [Member must have length less than or equal to ${keys.max}, ` +
          `Member must have length greater than or equal to ${keys.min}, ` +
          `Member must satisfy regular expression pattern: ${keys.pattern}]`,
      ),
    );
  if (
    memberLength &&
    !Object.values(value).every((list) => {
      const { length } = list as unknown[];
      return length >= memberLength.min && length <= memberLength.max;
    })
  )
    violations.push(
      violation(
        shape,
        value,
        path,
        `Map value must satisfy constraint: [Member must have length less than or equal to ${memberLength.max}, ` +
          `Member must have length greater than or equal to ${memberLength.min}]`,
      ),
    );
  for (const [key, member] of Object.entries(value))
    check(shape.member, member, `${path}.${key}.`, 'member', violations);
}

function checkLength(
  shape: Shape,
  value: unknown,
  length: number,
  { min, max }: { min?: number | undefined; max?: number | undefined },
  path: string,
  violations: string[],
): void {
  if (min !== undefined && length < min)
    violations.push(
      violation(shape, value, path, `Member must have length greater than or equal to ${min}`),
    );
  if (max !== undefined && length > max)
    violations.push(
      violation(shape, value, path, `Member must have length less than or equal to ${max}`),
    );
}

function violation(shape: Shape, value: unknown, path: string, constraint: string): string {
  const shown = value === undefined || value === null ? 'null' : `'${render(shape, value)}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

/** As Java prints it: `[Name(member=value, …)]`, `{key=value}`. */
function render(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case 'list':
      return `[${(value as unknown[]).map((member) => render(shape.member, member)).join(', ')}]`;
    case 'structure': {
      const given = value as Record<string, unknown>;
      const members = shape.members
        .filter(({ name }) => given[name] !== undefined)
        .map((member) => `${member.label}=${render(member.shape, given[member.name])}`);
      return `${shape.name}(${members.join(', ')})`;
    }
    case 'map':
      return renderMap(value as object, (member) => render(shape.member, member));
    case 'item':
      return renderMap(value as object, renderAttributeValue);
    case 'attributeValue':
      return renderAttributeValue(value);
    default:
      return String(value);
  }
}

const renderMap = (value: object, renderMember: (member: unknown) => string): string =>
  `{${Object.entries(value)
    .map(([key, member]) => `${key}=${renderMember(member)}`)
    .join(', ')}}`;

function renderAttributeValue(value: unknown): string {
  const members = Object.entries(value as object).map(
    ([type, content]) =>
      `${type.toLowerCase()}=${typeof content === 'string' ? content : JSON.stringify(content)}`,
  );
  return `AttributeValue(${members.join(', ')})`;
}
