import { AwsError, isAwsError } from '../lib/aws-error.js';
import { Checker, type Members } from './checker.js';

/** Runs the checks of a request; their ValidationException gets Pipes' own `fieldList` beside the message. */
export function checked<T>(checks: (checker: Checker) => T): T {
  const checker = new Checker();
  try {
    const result = checks(checker);
    checker.finish();
    return result;
  } catch (error) {
    const isOurs = isAwsError(error, 'ValidationException') && !('fieldList' in error.members);
    if (!isOurs) throw error;
    throw validation(
      error.message,
      checker.violations.map(({ at, constraint }) => ({ name: at, message: constraint })),
    );
  }
}

/** A ValidationException as Pipes has it; `fieldList` names the members that are wrong. */
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

/** What would be accepted and ignored is refused instead, with its name. */
export function refuseOthers(
  given: Members,
  supported: string[],
  where: string,
  what: string,
): void {
  const other = Object.keys(given).find(
    (name) => !supported.includes(name) && (given[name] ?? undefined) !== undefined,
  );
  if (other !== undefined)
    throw validation(
      `${where}.${other} is not supported: ${what} takes ${supported.join(' and ')}.`,
      [{ name: `${where}.${other}`, message: 'Not supported.' }],
    );
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
