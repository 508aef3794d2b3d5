import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '../../lib/json-text.js';

/** Whether two bodies say the same: the same text, or JSON that differs in the order of members and in white space only. */
export function sameContent(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [parsed(a), parsed(b)];
  return left !== undefined && right !== undefined && isDeepStrictEqual(left, right);
}

/** Undefined when it is not JSON. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
