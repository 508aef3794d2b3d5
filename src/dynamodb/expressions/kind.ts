import type { AwsError } from '../../lib/aws-error.js';
import { validationError } from '../errors.js';

/** The request parameters that hold expressions; errors name them. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'UpdateExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression';

/** What is wrong with an expression, in the service's words; PartiQL's have no kind. */
export function expressionError(kind: ExpressionKind | undefined, message: string): AwsError {
  return validationError(kind === undefined ? message : `Invalid ${kind}: ${message}`);
}
