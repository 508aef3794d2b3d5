import type { AttributeValue, Item } from '../lib/attribute-value.js';
import { JsonNumber } from '../lib/json-number.js';

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * An attribute as ordinary JSON: numbers digit for digit, sets as arrays, binary as its base64 text, NULL as null, maps and
 * lists the same within.
 */
export function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return plainNumber(value.N);
  if (value.M !== undefined) return plainItem(value.M);
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NS !== undefined) return value.NS.map(plainNumber);
  return value.SS ?? value.B ?? value.BS ?? null;
}

/** An image, a key or a map as an ordinary object. */
export function plainItem(item: Item): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const name of Object.keys(item)) {
    const value = plainValue(item[name]!);
    // Assigned, it would become the prototype.
    if (name === '__proto__') Object.defineProperty(plain, name, { value, enumerable: true });
    else plain[name] = value;
  }
  return plain;
}

/** What is no number by JSON's grammar, which other sources than DynamoDB might have, stays a text. */
function plainNumber(text: string): number | JsonNumber | string {
  const number = Number(text);
  if (String(number) === text && Number.isFinite(number)) return number;
  return JSON_NUMBER.test(text) ? new JsonNumber(text) : text;
}
