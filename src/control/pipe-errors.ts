import { AwsError } from '../lib/aws-error.js';
import { Checker } from './checker.js';

/** Runs the checks of a request; their ValidationException gets Pipes' own `fieldList` beside the message. */
export function checked<T>(checks: (checker: Checker) => T): T {
  const checker = new Checker();
  const result = checks(checker);
  try {
    checker.finish();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validation(error.message, fieldsOf(error.message));
  }
  return result;
}

export function validation(
  message: string,
  fieldList: { name: string; message: string }[] = [],
): AwsError {
  return new AwsError('ValidationException', message, { members: { fieldList } });
}

/** The form in which the service names a missing block: a JSON document as the message (reported). */
export function missingParameter(name: string): AwsError {
  const fields = [{ Name: name, Message: 'Missing required parameter.' }];
  return validation(JSON.stringify({ ValidationErrorFields: fields }), [
    { name, message: 'Missing required parameter.' },
  ]);
}

/** A number out of range, in the service's JSON-schema wording (the lower bound reported, the upper inferred). */
export function outOfRange(name: string, value: number, min: number, max: number): AwsError {
  const message =
    value < min
      ? `numeric instance is lower than the required minimum (minimum: ${String(min)}, found: ${String(value)})`
      : `numeric instance is greater than the required maximum (maximum: ${String(max)}, found: ${String(value)})`;
  return validation(`[${message}]`, [{ name, message }]);
}

export function pipeNotFound(name: string): AwsError {
  return new AwsError('NotFoundException', `Pipe ${name} does not exist.`, { status: 404 });
}

export function conflict(name: string, message: string): AwsError {
  return new AwsError('ConflictException', message, {
    status: 409,
    members: { resourceId: name, resourceType: 'Pipe' },
  });
}

function fieldsOf(message: string): { name: string; message: string }[] {
  return [
    ...message.matchAll(
      /Value (?:null|'.*?') at '([^']+)' failed to satisfy constraint: ([^;]+)/gs,
    ),
  ].map(([, name, text]) => ({ name: name!, message: text! }));
}
