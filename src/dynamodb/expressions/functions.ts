/** The functions that are conditions, and how many operands they take. */
export const CONDITION_FUNCTIONS: ReadonlyMap<string, number> = new Map([
  ['attribute_exists', 1],
  ['attribute_not_exists', 1],
  ['attribute_type', 2],
  ['begins_with', 2],
  ['contains', 2],
]);

/** The functions that are operands of conditions, and how many operands they take themselves. */
export const OPERAND_FUNCTIONS: ReadonlyMap<string, number> = new Map([['size', 1]]);

/** The functions of updates, and how many operands they take. */
export const UPDATE_FUNCTIONS: ReadonlyMap<string, number> = new Map([
  ['if_not_exists', 2],
  ['list_append', 2],
]);

/** Whether a function is one of conditions, as a condition or as an operand. */
export const isOfConditions = (name: string): boolean =>
  CONDITION_FUNCTIONS.has(name) || OPERAND_FUNCTIONS.has(name);
