import { AwsError, isAwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { serializationError, validationError } from '../errors.js';
import { refuse, violationsOf } from '../validation/constraints.js';
import { withoutNulls } from '../validation/nulls.js';
import type { StructureShape } from '../validation/shape.js';
import { checkTypes } from '../validation/types.js';
import type { ResponseBody } from './response.js';

/** One operation of the API. `Input` is what its shape lets through. */
export interface Operation<Input = never> {
  readonly shape: StructureShape;
  /** Checks what the service checks before the shape's constraints. */
  readonly checkFirst?: (input: Input) => void;
  /** In the place of reporting all violations: which of them, or none. */
  readonly refuse?: (input: Input, violations: readonly string[]) => void;
  readonly perform: (engine: Engine, input: Input) => ResponseBody | Promise<ResponseBody>;
}

/** The envelope in which PutItem, UpdateItem and DeleteItem report what is wrong with the request itself. */
const ENVELOPE = '1 validation error detected: ';

/** Refusals that rest on what the table holds. */
const CONDITION_FAILURES = [
  'ConditionalCheckFailedException',
  'DuplicateItemException',
  'TransactionCanceledException',
];

/** Checks the input as the service does, in its order, and performs the operation. */
export async function run(
  operation: Operation,
  engine: Engine,
  input: unknown,
): Promise<ResponseBody> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw serializationError('Start of structure or map expected');
  checkTypes(operation.shape, input, false);
  try {
    const checked = withoutNulls(operation.shape, input) as never;
    operation.checkFirst?.(checked);
    const violations = violationsOf(operation.shape, checked);
    (operation.refuse ?? refuseAll)(checked, violations);
    return await operation.perform(engine, checked);
  } catch (error) {
    // Wrong types inside attribute values come before any other complaint.
    if (isAwsError(error, 'ValidationException') || isAwsError(error, 'SerializationException'))
      checkTypes(operation.shape, input, true);
    // The item that failed the condition may not be durable yet: the answer must not be ahead of what a
    // read would show, nor rest on a write that then fails.
    if (CONDITION_FAILURES.some((code) => isAwsError(error, code)))
      await engine.store.whenDurable();
    throw error;
  }
}

function refuseAll(_input: never, violations: readonly string[]): void {
  refuse(violations);
}

/**
 * Runs checks of the request alone (values, expressions, parameters that exclude each other) and puts
 * their complaints into the envelope. What is wrong with respect to the table comes without
 * (recorded, four regions, October 2026).
 */
export function enveloped<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isAwsError(error, 'ValidationException') || /^\d+ validation error/.test(error.message))
      throw error;
    throw validationError(ENVELOPE + error.message);
  }
}

export function conditionFailed(item: string | undefined): AwsError {
  return new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
    members: item === undefined ? {} : { Item: JSON.parse(item) as unknown },
  });
}
