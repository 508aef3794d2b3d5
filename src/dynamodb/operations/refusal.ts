import { validationError } from '../errors.js';
import { refuse } from '../validation/constraints.js';
import { checkOldOrNone, isOldOrNone, type ItemWriteInput } from './item-write.js';

/**
 * The service is changing over to another way of checking members; where the two differ, these follow
 * the newer one as it answers in eu-west-2 (recorded, June to October 2026).
 */
const EMPTY_TABLE_NAME =
  "Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1";
const RETURN_VALUES =
  'Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]';
const CONDITIONAL_OPERATOR =
  'Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]';

/** PutItem and DeleteItem: an empty table name is reported alone, everything else together. */
export function refuseItemWrite(input: ItemWriteInput, violations: readonly string[]): void {
  if (violations.length > 0) refuse(isReadAsBefore(input) ? violations : reworded(violations));
  else if (!isOldOrNone(input.ReturnValues) && isReadAsBefore(input))
    checkOldOrNone(input.ReturnValues);
}

/** UpdateItem stops at the first violation; ReturnValues come before the others. */
export function refuseUpdate(input: ItemWriteInput, violations: readonly string[]): void {
  if (violations.length === 0) return;
  if (isIncomplete(violations) || isReadAsBefore(input)) {
    refuse(violations);
    return;
  }
  const newer = reworded(violations);
  const first = newer.find((violation) => violation === RETURN_VALUES) ?? newer[0];
  refuse(first === undefined ? [] : [first]);
}

/** Query names a wrong number without its value, and ConditionalOperator alone; Scan does neither. */
export function refuseQuery(_input: unknown, violations: readonly string[]): void {
  if (violations.some(isAt('conditionalOperator')) && !isIncomplete(violations))
    throw validationError(CONDITIONAL_OPERATOR);
  refuse(
    violations.map((violation) => violation.replace(/^Value '.*' at 'limit'/, "Value at 'Limit'")),
  );
}

/**
 * Levels of JSON; a value of 62 maps in each other is the deepest that the newer check reads (recorded).
 * Requests that go beyond are checked in the older way.
 */
const MAX_JSON_DEPTH = 128;

const isReadAsBefore = (input: object): boolean => isDeeper(input, MAX_JSON_DEPTH);

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

function reworded(violations: readonly string[]): readonly string[] {
  if (isIncomplete(violations)) return violations;
  if (violations.some((violation) => violation.startsWith("Value '' at 'tableName'")))
    return [EMPTY_TABLE_NAME];
  return violations.map((violation) => {
    if (isAt('returnValues')(violation)) return RETURN_VALUES;
    return isAt('conditionalOperator')(violation) ? CONDITIONAL_OPERATOR : violation;
  });
}

/** A required member is missing: then the older check answers, with all violations. */
const isIncomplete = (violations: readonly string[]): boolean =>
  violations.some((violation) => violation.endsWith('Member must not be null'));

const isAt =
  (member: string) =>
  (violation: string): boolean =>
    violation.includes(` at '${member}' `);
