import { validationError } from '../errors.js';
import { ExpressionAttributes } from '../expressions/index.js';
import type { Wording } from '../values/index.js';

/** The parameters that an operation has of one kind, in the order in which the service names them. */
export interface ExpressionParameters {
  expressions: readonly string[];
  /** Those of the time before expressions. */
  legacy: readonly string[];
  /** Whether the message names the missing expressions; the item writes do not. */
  namesMissing: boolean;
}

/** Shared by all requests without: there is nothing in it that could be used. */
const NONE = new ExpressionAttributes(undefined, undefined);

/**
 * Refuses expressions beside legacy parameters, and names or values without an expression. The service
 * does so before it looks at anything else in the request (recorded).
 */
export function checkParameters(
  input: object,
  { expressions, legacy, namesMissing }: ExpressionParameters,
): void {
  const given = input as Record<string, unknown>;
  if (
    given.ExpressionAttributeNames === undefined &&
    given.ExpressionAttributeValues === undefined &&
    !expressions.some((name) => given[name] !== undefined)
  )
    return;
  const isGiven = (name: string): boolean => given[name] !== undefined && given[name] !== null;
  const used = expressions.filter(isGiven);
  if (used.length > 0) {
    const old = legacy.filter(isGiven);
    if (old.length > 0)
      throw validationError(
        'Can not use both expression and non-expression parameters in the same request: ' +
          `Non-expression parameters: {${old.join(', ')}} Expression parameters: {${used.join(', ')}}`,
      );
  }
  if (isGiven('ExpressionAttributeNames') && used.length === 0)
    throw validationError('ExpressionAttributeNames can only be specified when using expressions');
  const withValues = expressions.filter((name) => name !== 'ProjectionExpression');
  const takesValues = withValues.length > 0; // GetItem does not know the parameter
  if (takesValues && isGiven('ExpressionAttributeValues') && !withValues.some(isGiven)) {
    const missing = `: ${withValues.join(' and ')} ${withValues.length > 1 ? 'are' : 'is'} null`;
    throw validationError(
      `ExpressionAttributeValues can only be specified when using expressions${namesMissing ? missing : ''}`,
    );
  }
}

/**
 * The names and values, ready for the expressions to use. They are looked at after the keys or the item
 * and before the expressions (recorded).
 */
export function expressionAttributes(
  input: object,
  wording: Wording = 'current',
): ExpressionAttributes {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input as Record<
    string,
    unknown
  >;
  if ((names ?? values ?? undefined) === undefined) return NONE;
  return new ExpressionAttributes(names ?? undefined, values ?? undefined, wording);
}
