import { JsonNumber } from '../lib/json-number.js';

/** AWS's JSONPath subset (documented): names of letters, digits, `_`, `-` and `/`; `[n]`; `[*]`. */
export const PATH = /\$(?:\.[\w/-]+(?:\[(?:\d+|\*)\])*)*/;
const WHOLE_PATH = new RegExp(`^${PATH.source}$`);

/** Whether a text is a path and nothing else. */
export function isPath(text: string): boolean {
  return WHOLE_PATH.test(text);
}

/** The value at a path of an event; undefined when there is none. */
export type PathReader = (event: unknown) => unknown;

interface Step {
  /** Undefined for an index in brackets. */
  name: string | undefined;
  /** A name of digits is an index too: `$.roles.L.0`. */
  index: number | undefined;
}

/**
 * Compiles a path of the form {@link PATH}. `[*]` gives the values that all elements have at the rest of
 * the path, as one flat array; elements without one are left out.
 */
export function compilePath(path: string): PathReader {
  const [first, ...others] = path.split('[*]').map(stepsOf);
  const steps = first!;
  if (others.length === 0) return (event) => walk(steps, event);
  return (event) => {
    const found = walk(steps, event);
    if (!Array.isArray(found)) return undefined;
    return others.reduce<unknown[]>(
      (arrays, rest) =>
        arrays
          .flatMap((array): unknown[] => (Array.isArray(array) ? array : []))
          .map((element) => walk(rest, element))
          .filter((value) => value !== undefined),
      [found],
    );
  };
}

function stepsOf(part: string): Step[] {
  return Array.from(part.matchAll(/\.([\w/-]+)|\[(\d+)\]/g), ([, name, index]): Step => {
    if (name === undefined) return { name, index: Number(index) };
    return { name, index: /^\d+$/.test(name) ? Number(name) : undefined };
  });
}

function walk(steps: readonly Step[], start: unknown): unknown {
  let value = start;
  for (const { name, index } of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) {
      if (index === undefined) return undefined;
      value = value[index];
    } else {
      if (name === undefined) return undefined;
      // `__proto__` would give what is not in the JSON; what else objects inherit are functions.
      if (name === '__proto__' && !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
  }
  return typeof value === 'function' ? undefined : value;
}

/** Whether a value has parts, so that it cannot stand as text. */
export function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof JsonNumber);
}
