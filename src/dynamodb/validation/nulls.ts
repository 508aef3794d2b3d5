import { refuse } from './constraints.js';
import type { Shape, StructureShape } from './shape.js';

/**
 * The input as if its null members had not been given: that is what null means in this protocol. Numbers lose
 * their fractions, as in the service, which reads them into Java's whole numbers (inferred: fractions are not refused). Elements of
 * lists and maps must not be null: throws ValidationException (inferred: the service's words for a null
 * where something must be). Types must have been checked. The input itself is left as it is.
 */
export function withoutNulls(shape: StructureShape, input: object): object {
  const violations: string[] = [];
  const clean = cleaned(shape, input, '', violations) as object;
  refuse(violations);
  return clean;
}

/** The same value when there is nothing to leave out. */
function cleaned(shape: Shape, value: unknown, path: string, violations: string[]): unknown {
  if (value === null || value === undefined) return value;
  switch (shape.kind) {
    case 'structure':
      return cleanedMembers(shape, value as Record<string, unknown>, path, violations);
    case 'list': {
      const list = value as unknown[];
      const members = list.map((member, at) =>
        cleanedElement(shape.member, member, `${path}.${at + 1}.member`, violations),
      );
      return members.every((member, at) => member === list[at]) ? list : members;
    }
    case 'map': {
      const map = value as Record<string, unknown>;
      let clean = map;
      for (const name of Object.keys(map)) {
        const member = cleanedElement(
          shape.member,
          map[name],
          `${path}.${name}.member`,
          violations,
        );
        if (member === map[name]) continue;
        if (clean === map) clean = Object.assign(Object.create(null) as typeof map, map);
        clean[name] = member;
      }
      return clean;
    }
    case 'number':
      return Math.trunc(value as number);
    default:
      return value;
  }
}

function cleanedElement(shape: Shape, value: unknown, path: string, violations: string[]): unknown {
  if (value === null)
    violations.push(
      `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
    );
  return cleaned(shape, value, path, violations);
}

function cleanedMembers(
  shape: StructureShape,
  value: Record<string, unknown>,
  path: string,
  violations: string[],
): Record<string, unknown> {
  let clean = value;
  for (const { name, label, shape: memberShape } of shape.members) {
    const before = value[name];
    if (before === undefined) continue;
    const after = cleaned(
      memberShape,
      before,
      path === '' ? label : `${path}.${label}`,
      violations,
    );
    if (after === before && before !== null) continue;
    if (clean === value) clean = { ...value };
    if (after === null) Reflect.deleteProperty(clean, name);
    else clean[name] = after;
  }
  return clean;
}
