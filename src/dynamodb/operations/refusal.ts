import { refuse } from '../validation/constraints.js';

const EMPTY_TABLE_NAME = "Value '' at 'tableName'";
const IS_NULL = 'Member must not be null';

/**
 * The item writes report an empty table name alone, unless a required member is missing: then
 * everything is reported together (recorded, October 2026).
 */
export function refuseTableNameAlone(_input: unknown, violations: readonly string[]): void {
  const empty = violations.find((violation) => violation.startsWith(EMPTY_TABLE_NAME));
  const missing = violations.some((violation) => violation.endsWith(IS_NULL));
  refuse(empty !== undefined && !missing ? [empty] : violations);
}

/**
 * UpdateItem stops at the first violation, its ReturnValues before all, unless a required member is
 * missing (recorded, eu-west-2, June 2026; other regions report all).
 */
export function refuseFirst(_input: unknown, violations: readonly string[]): void {
  if (violations.some((violation) => violation.endsWith(IS_NULL))) {
    refuse(violations);
    return;
  }
  const first =
    violations.find((violation) => violation.startsWith(EMPTY_TABLE_NAME)) ??
    violations.find((violation) => violation.includes(" at 'returnValues' ")) ??
    violations[0];
  refuse(first === undefined ? [] : [first]);
}

/** Query names a wrong Limit without its value (recorded, eu-west-2). */
export function refuseWithoutLimitValue(_input: unknown, violations: readonly string[]): void {
  refuse(
    violations.map((violation) => violation.replace(/^Value '.*' at 'limit'/, "Value at 'Limit'")),
  );
}
