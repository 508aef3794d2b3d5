import type { MessageAttribute } from '../state/index.js';
import { AwsError } from '../lib/aws-error.js';
import { invalidValue, missingParameter } from './errors.js';

/** The input of an operation as it came: nothing of it is checked. */
export type Input = Readonly<Record<string, unknown>>;

const wrongType = (name: string, wanted: string): AwsError =>
  new AwsError('SerializationException', `The parameter ${name} must be ${wanted}.`);

export function text(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'a string');
}

export function requiredText(input: Input, name: string): string {
  const value = text(input, name);
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

/** A whole number within bounds; the reason is the service's when it is not. */
export function integer(
  input: Input,
  name: string,
  [min, max]: readonly [min: number, max: number],
  reason: string,
): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw invalidValue(value, name, reason);
  return value;
}

export function texts(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value;
  throw wrongType(name, 'a list of strings');
}

export function textMap(input: Input, name: string): Record<string, string> {
  const value = input[name] ?? {};
  if (isObject(value) && Object.values(value).every((member) => typeof member === 'string'))
    return value as Record<string, string>;
  throw wrongType(name, 'a map of strings');
}

export function attributeMap(
  input: Input,
  name: string,
): Record<string, MessageAttribute> | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (!isObject(value)) throw wrongType(name, 'a map');
  for (const attribute of Object.values(value)) {
    if (!isObject(attribute)) throw wrongType(name, 'a map of structures');
    for (const member of ['DataType', 'StringValue', 'BinaryValue']) text(attribute, member);
  }
  return Object.keys(value).length === 0 ? undefined : (value as Record<string, MessageAttribute>);
}

export function structures(input: Input, name: string): Input[] {
  const value = input[name] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw wrongType(name, 'a list of structures');
}

function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
