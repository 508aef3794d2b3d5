import { AwsError } from '../lib/aws-error.js';
import { invalidParameter } from './errors.js';

/** The input of an operation as it came: nothing of it is checked. */
export type Input = Readonly<Record<string, unknown>>;

const wrongType = (name: string, wanted: string): AwsError =>
  new AwsError('SerializationException', `The parameter ${name} must be ${wanted}.`);

export function text(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'a string');
}

/** A name that must be there, and be of the service's form. */
export function requiredName(input: Input, name: string, form: RegExp): string {
  const value = text(input, name);
  if (value === undefined)
    throw invalidParameter(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  if (!form.test(value))
    throw invalidParameter(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${form.source.slice(1, -1)}`,
    );
  return value;
}

/** A whole number, from `min` to `max`. */
export function integer(
  input: Input,
  name: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw wrongType(name, 'a whole number');
  if (value < min || value > max)
    throw invalidParameter(`${name} must be from ${String(min)} to ${String(max)}.`);
  return value;
}

export function boolean(input: Input, name: string): boolean {
  const value = input[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw wrongType(name, 'true or false');
}

export function texts(input: Input, name: string): string[] | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value;
  throw wrongType(name, 'a list of strings');
}

export function structures(input: Input, name: string): Input[] {
  const value = input[name] ?? [];
  const isStructure = (member: unknown): member is Input =>
    typeof member === 'object' && member !== null && !Array.isArray(member);
  if (Array.isArray(value) && value.every(isStructure)) return value;
  throw wrongType(name, 'a list of structures');
}
