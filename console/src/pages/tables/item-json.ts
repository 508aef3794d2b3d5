import type { AttributeValue, Item } from '../../api/dynamodb';
import type { Texts } from '../../i18n/texts';

/** Thrown with words for the person who typed. */
export class ItemTextError extends Error {}

/** Types that plain JSON has no form of. */
const NOT_PLAIN = new Set(['B', 'SS', 'NS', 'BS']);
const TYPES = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

/** Whether all of the item can be said in plain JSON and read back. */
export function isPlain(item: Item): boolean {
  return Object.values(item).every(isPlainValue);
}

function isPlainValue(value: AttributeValue): boolean {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  if (type === 'M') return isPlain(content as Item);
  if (type === 'L') return (content as AttributeValue[]).every(isPlainValue);
  return !NOT_PLAIN.has(type);
}

/** An item as plain JSON; numbers keep all their digits, which is why this is text and no object. */
export function plainText(item: Item, indent = ''): string {
  const entries = Object.entries(item).map(
    ([name, value]) => `${JSON.stringify(name)}: ${valueText(value, indent && `${indent}  `)}`,
  );
  return wrap('{', entries, '}', indent);
}

/** As {@link plainText} over several lines. */
export function prettyText(item: Item): string {
  return plainText(item, '\n');
}

/** A value as plain JSON; sets as lists, binary as its base64. */
export function valueText(value: AttributeValue, indent = ''): string {
  const [type, content] = Object.entries(value)[0] ?? [];
  if (type === 'N') return content as string;
  if (type === 'NULL') return 'null';
  if (type === 'M') return plainText(content as Item, indent);
  if (type === 'L')
    return wrap(
      '[',
      (content as AttributeValue[]).map((one) => valueText(one, indent && `${indent}  `)),
      ']',
      indent,
    );
  if (type === 'NS') return `[${(content as string[]).join(', ')}]`;
  return JSON.stringify(content);
}

function wrap(open: string, parts: string[], close: string, indent: string): string {
  if (parts.length === 0) return open + close;
  if (indent === '') return open + parts.join(', ') + close;
  const inner = `${indent}  `;
  return `${open}${inner}${parts.join(`,${inner}`)}${indent}${close}`;
}

/** Reads plain JSON: numbers with the digits that were typed where the browser tells them. */
export function itemOfPlain(text: string, texts: Texts['tables']): Item {
  const parsed = parseJson(text, texts, (_key, value, context) =>
    typeof value === 'number' ? new TypedNumber(context?.source ?? String(value)) : value,
  );
  if (!isObject(parsed)) throw new ItemTextError(texts.notAnObject);
  return mapOf(parsed);
}

/** A number as it was typed, until it is an attribute value. */
class TypedNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function mapOf(object: object): Item {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (value instanceof TypedNumber) return { N: value.text };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(valueOf) };
  if (typeof value === 'object') return { M: mapOf(value) };
  return { S: value };
}

/** Reads DynamoDB JSON, and says which attribute is none. */
export function itemOfDynamodbJson(text: string, texts: Texts['tables']): Item {
  const parsed = parseJson(text, texts);
  if (!isObject(parsed)) throw new ItemTextError(texts.notAnObject);
  for (const [name, value] of Object.entries(parsed)) checkValue(value, name, texts);
  return parsed as Item;
}

function checkValue(value: unknown, path: string, texts: Texts['tables']): void {
  const entries = isObject(value) ? Object.entries(value) : [];
  const [type = '', content] = entries[0] ?? [];
  if (entries.length !== 1 || !TYPES.has(type))
    throw new ItemTextError(texts.notDynamodbJson(path));
  if (type === 'M' && isObject(content))
    for (const [name, inner] of Object.entries(content))
      checkValue(inner, `${path}.${name}`, texts);
  if (type === 'L' && Array.isArray(content))
    content.forEach((inner, index) => checkValue(inner, `${path}[${String(index)}]`, texts));
}

/** JSON.parse with the source text of primitives, which newer browsers give. */
type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

function parseJson(text: string, texts: Texts['tables'], reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ItemTextError(texts.badJson(error.message));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
