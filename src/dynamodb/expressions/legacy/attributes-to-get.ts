import { INVALID_PARAMETER, validationError } from '../../errors.js';
import { isNameTooLong, NAME_TOO_LONG } from '../../values/index.js';
import { projectionOf, type Projection } from '../projection.js';

/** The projection to whole attributes that `AttributesToGet` names. Throws when it names one twice. */
export function parseAttributesToGet(names: readonly string[]): Projection {
  const seen = new Set<string>();
  for (const name of names) {
    if (isNameTooLong(name)) throw validationError(`${INVALID_PARAMETER}${NAME_TOO_LONG}`);
    if (seen.has(name))
      throw validationError(`${INVALID_PARAMETER}Duplicate value in attribute name: ${name}`);
    seen.add(name);
  }
  return projectionOf(names.map((name) => [name]));
}
