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

/**
 * The form in which the service names blocks of parameters that are missing or do not belong there: a JSON
 * document as the message (reported).
 */
function blockError(name: string, message: string): AwsError {
  const fields = [{ Name: name, Message: message }];
  return validation(JSON.stringify({ ValidationErrorFields: fields }), [{ name, message }]);
}

/** A block that the source needs (text reported). */
export function missingParameter(name: string): AwsError {
  return blockError(name, 'Missing required parameter.');
}

/** Numbers out of range, in the service's JSON-schema wording (the lower bound reported, the upper inferred). */
export function outOfRange(
  violations: readonly { name: string; value: number; min: number; max: number }[],
): AwsError {
  const fieldList = violations.map(({ name, value, min, max }) => ({
    name,
    message:
      value < min
        ? `numeric instance is lower than the required minimum (minimum: ${String(min)}, found: ${String(value)})`
        : `numeric instance is greater than the required maximum (maximum: ${String(max)}, found: ${String(value)})`,
  }));
  return validation(`[${fieldList.map(({ message }) => message).join(', ')}]`, fieldList);
}

/**
 * A block that belongs to another kind of source or target: what would be accepted and ignored is refused
 * (the text of a target reported, that of a source by analogy).
 */
export function refuseOthers(
  checker: Checker,
  given: Members,
  supported: readonly string[],
  what: 'source' | 'target' | 'enrichment',
): void {
  const other = Object.keys(given).find(
    (name) => !supported.includes(name) && (given[name] ?? undefined) !== undefined,
  );
  if (other !== undefined)
    checker.refuse(blockError(other, `Invalid ${what} parameter provided for ${what}.`));
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

/** One pipe more than the quota allows. The code of the quota is not known. */
export function tooManyPipes(name: string, quota: number): AwsError {
  return new AwsError(
    'ServiceQuotaExceededException',
    `The account already has ${String(quota)} pipes, which is the most that it may have; delete one first.`,
    {
      status: 402,
      members: {
        resourceId: name,
        resourceType: 'Pipe',
        serviceCode: 'pipes',
        quotaCode: 'PipesPerAccount',
      },
    },
  );
}
