import { AwsError } from './aws-error.js';

/** The input of an operation in a JSON protocol as it came: nothing of it is checked. */
export type Input = Readonly<Record<string, unknown>>;

/** A member of a type that the protocol cannot read. */
export const wrongType = (name: string, wanted: string): AwsError =>
  new AwsError('SerializationException', `The parameter ${name} must be ${wanted}.`);

/** Checks the input itself. Throws SerializationException. */
export function checkedInput(input: unknown): Input {
  if (isStructure(input)) return input;
  throw new AwsError('SerializationException', 'The request body must be a JSON object.');
}

// Members that are missing or null are undefined; those of another type throw SerializationException.

export function text(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'a string');
}

/** Empty when there are none. */
export function texts(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value;
  throw wrongType(name, 'a list of strings');
}

/** Empty when there are none. */
export function structures(input: Input, name: string): Input[] {
  const value = input[name] ?? [];
  if (Array.isArray(value) && value.every(isStructure)) return value;
  throw wrongType(name, 'a list of structures');
}

export function isStructure(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
