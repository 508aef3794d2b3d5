import type { Alternative } from './alternatives.js';
import { asLeaf } from './leaf.js';
import type { FieldTest } from './match-list.js';

/**
 * Reads one field straight from an event and tests it. `unsure`: the field lies inside an array, or
 * could be in more than one place, so that only a match of the whole event can tell.
 */
export type FieldReader = (event: object) => 'yes' | 'no' | 'unsure';

/** Paths of more names are left to the match of the whole event. */
const MAX_NAMES = 16;

/** One step of the way to a field. */
interface Step {
  name: string;
  /** `__proto__` would give what is not in the JSON. */
  ownOnly: boolean;
  /** Names with dots that would lead on from here too: `a.b`, `a.b.c` … */
  joined: readonly string[];
}

/**
 * Readers for all fields of an alternative, nearest fields first. Undefined when its paths are
 * too unusual to be read this way.
 */
export function compileFieldReaders(alternative: Alternative): FieldReader[] | undefined {
  const paths = Array.from(alternative, ([path, test]) => ({ names: path.split('.'), test }));
  if (paths.some(({ names }) => names.length > MAX_NAMES || names.includes(''))) return undefined;
  return paths
    .sort((a, b) => a.names.length - b.names.length)
    .map(({ names, test }) => compileReader(names, test));
}

function compileReader(names: readonly string[], { test, absent }: FieldTest): FieldReader {
  const steps = names.map((name, from): Step => ({
    name,
    ownOnly: name === '__proto__',
    joined: names.slice(from + 1).map((_, more) => names.slice(from, from + more + 2).join('.')),
  }));
  const missing = absent ? 'yes' : 'no';
  return (event) => {
    let value: unknown = event;
    for (const { name, ownOnly, joined } of steps) {
      if (typeof value !== 'object' || value === null) return missing;
      if (Array.isArray(value)) return 'unsure';
      const object = value as Record<string, unknown>;
      for (const other of joined) if (object[other] !== undefined) return 'unsure';
      value = ownOnly && !Object.hasOwn(object, name) ? undefined : object[name];
    }
    if (Array.isArray(value)) return readArray(value);
    const leaf = asLeaf(value);
    if (leaf === undefined) return missing;
    return test(leaf) ? 'yes' : 'no';
  };

  /** Any element may match: values that are no objects do not bind other fields to their place. */
  function readArray(elements: readonly unknown[]): 'yes' | 'no' | 'unsure' {
    let empty = true;
    for (const element of elements) {
      if (Array.isArray(element)) return 'unsure';
      const leaf = asLeaf(element);
      if (leaf === undefined) continue;
      if (test(leaf)) return 'yes';
      empty = false;
    }
    return empty ? missing : 'no';
  }
}
