import { createHash } from 'node:crypto';
import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { isAwsError } from '../../lib/aws-error.js';
import { validationError } from '../errors.js';
import { parseItem } from '../values/index.js';

/** Where a SELECT goes on. */
export interface Position {
  /** Which of its reads. */
  readonly read: number;
  /** The key of the last item that was read. */
  readonly key: Item;
}

interface Token extends Position {
  /** Of the statement and its parameters: a token goes with these only. */
  readonly digest: string;
}

/** A token is opaque to clients; its content is ours. */
export function nextToken(
  statement: string,
  parameters: readonly AttributeValue[],
  position: Position,
): string {
  const token: Token = { digest: digestOf(statement, parameters), ...position };
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

/** Throws ValidationException when it is no token, or one of another statement. */
export function parseNextToken(
  text: string,
  statement: string,
  parameters: readonly AttributeValue[],
): Position {
  const { digest, read, key } = decode(text);
  if (digest !== digestOf(statement, parameters))
    throw validationError('NextToken does not match request');
  return { read, key };
}

export const invalidToken = (): Error => validationError('Invalid NextToken');

function decode(text: string): Token {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64').toString());
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidToken();
    throw error;
  }
  if (typeof value !== 'object' || value === null) throw invalidToken();
  const { digest, read, key } = value as Partial<Record<keyof Token, unknown>>;
  if (typeof digest !== 'string' || typeof read !== 'number' || typeof key !== 'object' || !key)
    throw invalidToken();
  try {
    return { digest, read, key: parseItem(key) };
  } catch (error) {
    if (isAwsError(error)) throw invalidToken();
    throw error;
  }
}

function digestOf(statement: string, parameters: readonly AttributeValue[]): string {
  return createHash('sha256')
    .update(JSON.stringify([statement, parameters]))
    .digest('base64');
}
