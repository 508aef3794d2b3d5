import { AwsError } from '../lib/aws-error.js';

/** The head of many of the service's messages. */
export const INVALID_PARAMETER = 'One or more parameter values were invalid: ';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** A request whose JSON does not have the types of the operation's shape. */
export function serializationError(message: string): AwsError {
  return new AwsError('SerializationException', message);
}

/** `message` as the data operations say it; the table operations add which table. */
export function resourceNotFound(message = 'Requested resource not found'): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

/** A position before the oldest record that is kept (reported from the service; documented with a full stop). */
export function trimmedDataAccess(): AwsError {
  return new AwsError(
    'TrimmedDataAccessException',
    'The data you are trying to access has been trimmed',
  );
}

export function tableNotFound(name: string): AwsError {
  return resourceNotFound(`Requested resource not found: Table: ${name} not found`);
}

/** Throws for members that the service has and this engine has not: refused, never ignored. */
export function refuseUnsupported(input: object, members: readonly string[]): void {
  const given = input as Readonly<Record<string, unknown>>;
  const found = members.find((name) => given[name] !== undefined && given[name] !== null);
  if (found !== undefined)
    throw validationError(`${found} is not supported by Freshet: remove it from the request`);
}
