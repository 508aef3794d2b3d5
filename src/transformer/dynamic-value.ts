import { compilePath, isPath } from './path.js';
import { parameterText } from './value-text.js';

/** A value of a pipe's HttpParameters. */
export interface DynamicValue {
  /** The path that it is; undefined for a constant. */
  readonly path: string | undefined;
  /** Its text for an event; undefined when the event has nothing at the path (a constant always has its text). */
  readonly resolve: (event: unknown) => string | undefined;
}

/**
 * Compiles a value of HttpParameters: wholly a path (documented), or a constant. Strings resolve to themselves, numbers
 * digit for digit, booleans and null to their names, objects and arrays to JSON (inferred).
 */
export function compileDynamicValue(text: string): DynamicValue {
  if (!isPath(text)) return { path: undefined, resolve: () => text };
  const read = compilePath(text);
  return {
    path: text,
    resolve: (event) => {
      const value = read(event);
      return value === undefined ? undefined : parameterText(value);
    },
  };
}
