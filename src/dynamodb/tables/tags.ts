import { INVALID_PARAMETER, validationError } from '../errors.js';

/** Documented. */
const MAX_TAGS = 50;

/** Letters, digits and white space of any script, and a few signs (documented). */
const ALLOWED = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;

/**
 * The tags of a request by key. Throws when a key comes twice or begins with `aws:`, or when a key or value
 * has other characters than tags may have.
 */
export function parseTags(tags: readonly { Key: string; Value: string }[]): Record<string, string> {
  const keys = tags.map(({ Key }) => Key);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined)
    throw validationError(`Duplicate tag keys were found in the request: ${twice}`);
  if (keys.some((key) => key.toLowerCase().startsWith('aws:')))
    throw validationError('Tag keys starting with "aws:" are reserved for system use');
  for (const { Key, Value } of tags)
    for (const [what, text] of [
      ['key', Key],
      ['value', Value],
    ] as const)
      if (!ALLOWED.test(text))
        // That it is refused is recorded, the text is inferred.
        throw validationError(
          `${INVALID_PARAMETER}The tag ${what} '${text}' has characters that tags cannot have`,
        );
  checkTagCount(tags.length);
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

export function checkTagCount(count: number): void {
  if (count > MAX_TAGS)
    throw validationError(`Number of tags exceeds the limit of ${MAX_TAGS} tags per resource`);
}
