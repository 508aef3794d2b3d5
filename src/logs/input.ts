import { text, wrongType, type Input } from '../lib/aws-input.js';
import { invalidParameter } from './errors.js';

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

/** One of the values of the service model. */
export function oneOf(input: Input, name: string, values: readonly string[]): string | undefined {
  const value = text(input, name);
  if (value === undefined || values.includes(value)) return value;
  throw invalidParameter(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}

export function boolean(input: Input, name: string): boolean {
  const value = input[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw wrongType(name, 'true or false');
}
