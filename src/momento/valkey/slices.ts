import type { Slice } from '../backend.js';

/** A function for scripts: the first and the last place, both inclusive, of a half-open slice. */
export const SLICE = `
local function slice(length, first, last)
  first = tonumber(first) or 0
  last = tonumber(last) or length
  if first < 0 then first = length + first end
  if last < 0 then last = length + last end
  return math.min(math.max(first, 0), length), math.min(math.max(last, 0), length) - 1
end`;

/** Its arguments; what is not bounded is empty. */
export function sliceArguments({ start, end }: Slice): [string, string] {
  return [start === undefined ? '' : String(start), end === undefined ? '' : String(end)];
}
