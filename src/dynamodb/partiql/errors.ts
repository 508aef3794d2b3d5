import type { AwsError } from '../../lib/aws-error.js';
import { validationError } from '../errors.js';
import type { Token } from './token.js';

/** A statement that cannot be parsed. `detail` is empty where the service says no more (recorded). */
export function notWellFormed(detail: string): AwsError {
  return validationError(`Statement wasn't well formed, can't be processed: ${detail}`);
}

/** A complaint about what stands at a token, which the service points to as `line:column:length` (recorded). */
export function errorAt(message: string, { line, column, length }: Token): AwsError {
  return validationError(`${message} at ${String(line)}:${String(column)}:${String(length)}`);
}
