import type { MessageAttribute } from '../state/index.js';
import { isStructure, text, wrongType, type Input } from '../lib/aws-input.js';
import { invalidValue, missingParameter } from './errors.js';

export function requiredText(input: Input, name: string): string {
  const value = text(input, name);
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

/** Throws MissingParameter where a member is not there, not even empty. */
export function requireMember(input: Input, name: string): void {
  if ((input[name] ?? undefined) === undefined) throw missingParameter(name);
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

export function textMap(input: Input, name: string): Record<string, string> {
  const value = input[name] ?? {};
  if (isStructure(value) && Object.values(value).every((member) => typeof member === 'string'))
    return value as Record<string, string>;
  throw wrongType(name, 'a map of strings');
}

export function attributeMap(
  input: Input,
  name: string,
): Record<string, MessageAttribute> | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (!isStructure(value)) throw wrongType(name, 'a map');
  const attributes = Object.entries(value).map(([key, attribute]) => {
    if (!isStructure(attribute)) throw wrongType(name, 'a map of structures');
    return [key, attributeOf(attribute)] as const;
  });
  return attributes.length === 0 ? undefined : Object.fromEntries(attributes);
}

/** Members that are null are not there. */
function attributeOf(attribute: Input): MessageAttribute {
  const [StringValue, BinaryValue] = [
    text(attribute, 'StringValue'),
    text(attribute, 'BinaryValue'),
  ];
  return {
    DataType: text(attribute, 'DataType') ?? '',
    ...(StringValue !== undefined && { StringValue }),
    ...(BinaryValue !== undefined && { BinaryValue }),
  };
}
