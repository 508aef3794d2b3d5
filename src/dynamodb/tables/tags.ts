import { validationError } from '../errors.js';

/** Documented. */
const MAX_TAGS = 50;

/** The tags of a request by key. Throws when a key comes twice or begins with `aws:`. */
export function parseTags(tags: readonly { Key: string; Value: string }[]): Record<string, string> {
  const keys = tags.map(({ Key }) => Key);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined)
    throw validationError(`Duplicate tag keys were found in the request: ${twice}`);
  if (keys.some((key) => key.toLowerCase().startsWith('aws:')))
    throw validationError('Tag keys starting with "aws:" are reserved for system use');
  checkTagCount(tags.length);
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

export function checkTagCount(count: number): void {
  if (count > MAX_TAGS)
    throw validationError(`Number of tags exceeds the limit of ${MAX_TAGS} tags per resource`);
}
