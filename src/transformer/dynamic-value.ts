import { TemplateError } from './errors.js';
import { compileImage, type ImageSource } from './images.js';
import { compilePath, isPath } from './path.js';
import { parameterText } from './value-text.js';
import { RawEvent } from './variables.js';

/** A value of a pipe's HttpParameters. */
export interface DynamicValue {
  /** The path, or the image variable with its brackets, that it is; undefined for a constant. */
  readonly path: string | undefined;
  /**
   * Its text for an event, and for the record that it came of; undefined when they have nothing there (a constant
   * always has its text).
   */
  readonly resolve: (event: unknown, record?: ImageSource) => string | undefined;
}

/** Freshet's own; no constant that anybody means looks like it. */
const IMAGE = /<freshet\.([^<>]*)>/;

/**
 * Compiles a value of HttpParameters: wholly a path (documented), wholly an image variable (`<freshet.keys.id>`,
 * Freshet's own), or a constant. Strings resolve to themselves, numbers digit for digit, booleans and null to their
 * names, objects and arrays to JSON (inferred). Throws a TemplateError for an image variable that cannot work.
 */
export function compileDynamicValue(text: string): DynamicValue {
  if (isPath(text)) return compiled(text, pathReader(text));
  const image = IMAGE.exec(text);
  if (image === null) return { path: undefined, resolve: () => text };
  if (image[0] !== text)
    throw new TemplateError(
      `${image[0]} must be the whole value, as a path must: remove what stands around it`,
    );
  const read = compileImage(text.slice(1, -1));
  return compiled(text, (_event, record) => record && read(record));
}

type Reader = (event: unknown, record: ImageSource | undefined) => unknown;

function pathReader(path: string): Reader {
  const read = compilePath(path);
  return (event) => (event instanceof RawEvent ? undefined : read(event));
}

function compiled(path: string, read: Reader): DynamicValue {
  return {
    path,
    resolve: (event, record) => {
      const value = read(event, record);
      return value === undefined ? undefined : parameterText(value);
    },
  };
}
