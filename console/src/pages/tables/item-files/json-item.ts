import { JsonNumber } from '../../../../../src/lib/json-number.js';
import { parseJson } from '../../../../../src/lib/json-text.js';
import { ItemError, type AttributeValue, type Item } from './item.js';

const TYPES = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

/** An item of a line of plain JSON; numbers keep all their digits. Throws ItemError. */
export function itemOfPlainLine(line: string): Item {
  const parsed = parsedObject(line);
  return mapOf(parsed);
}

/** An item of a line of DynamoDB JSON, with or without `{"Item": …}` around it as in AWS's exports. Throws ItemError. */
export function itemOfDynamodbLine(line: string): Item {
  const parsed = parsedObject(line);
  const item = isExported(parsed) ? parsed.Item : parsed;
  for (const [name, value] of Object.entries(item)) checkValue(value, name);
  return item as Item;
}

/** Whether a line of JSON is DynamoDB JSON: all its values name their type. */
export function isDynamodbLine(line: string): boolean {
  try {
    const parsed = parsedObject(line);
    if (isExported(parsed)) return true;
    const values = Object.values(parsed);
    return values.length > 0 && values.every((value) => typeOf(value) !== undefined);
  } catch (error) {
    if (error instanceof ItemError) return false;
    throw error;
  }
}

/** A value of plain JSON as DynamoDB has it. */
export function valueOf(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (value instanceof JsonNumber) return { N: value.toString() };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(valueOf) };
  if (typeof value === 'object') return { M: mapOf(value) };
  return { S: value };
}

function mapOf(object: object): Item {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, valueOf(value)]));
}

function parsedObject(line: string): object {
  let parsed: unknown;
  try {
    parsed = parseJson(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ItemError('notJson', error.message);
  }
  if (!isObject(parsed)) throw new ItemError('notObject', line.slice(0, 40));
  return parsed;
}

function isExported(object: object): object is { Item: object } {
  const entries = Object.entries(object);
  return entries.length === 1 && entries[0]![0] === 'Item' && isObject(entries[0]![1]);
}

function checkValue(value: unknown, path: string): void {
  const type = typeOf(value);
  if (type === undefined) throw new ItemError('notDynamodbJson', path);
  const content = (value as AttributeValue)[type];
  if (type === 'M') {
    if (!isObject(content)) throw new ItemError('notDynamodbJson', path);
    for (const [name, inner] of Object.entries(content)) checkValue(inner, `${path}.${name}`);
  }
  if (type === 'L') {
    if (!Array.isArray(content)) throw new ItemError('notDynamodbJson', path);
    content.forEach((inner, index) => checkValue(inner, `${path}[${String(index)}]`));
  }
}

/** The type that a value in DynamoDB JSON names; undefined when it is none. */
function typeOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const [type, ...others] = Object.keys(value);
  return type !== undefined && others.length === 0 && TYPES.has(type) ? type : undefined;
}

function isObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber)
  );
}
