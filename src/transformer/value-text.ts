import type { JsonNumber } from '../lib/json-number.js';
import { stringifyJson } from '../lib/json-text.js';
import { RenderError } from './errors.js';
import { isContainer } from './path.js';
import { isJson } from './placement.js';
import type { Place } from './placement.js';
import type { Placeholder } from './placeholder.js';

// How values are written (reference: input transformer, section 3). All as recorded from EventBridge,
// except that values are escaped for where they stand.

/** Writes the value of one placeholder. */
export type ValueWriter = (value: unknown) => string;

/** What becomes of objects and arrays where text is wanted: a fault, or JSON with its quotes or without. */
export type ContainersInText = 'refused' | 'as-json' | 'without-quotes';

/** The writer for a placeholder at its place. */
export function valueWriter(
  placeholder: Placeholder,
  { kind, depth }: Place,
  containers: ContainersInText,
): ValueWriter {
  const text = textWriter(placeholder, kind, containers);
  switch (kind) {
    case 'text':
      return escaped(text, depth);
    case 'name':
      return escaped((value) => JSON.stringify(text(value)), depth);
    case 'value':
      return depth === 0 ? jsonValue : escaped(nestedValue, depth);
  }
}

function textWriter(
  placeholder: Placeholder,
  kind: Place['kind'],
  containers: ContainersInText,
): ValueWriter {
  if (containers === 'without-quotes') return looseText;
  if (kind === 'name') {
    return (value) => scalarText(value, placeholder, 'cannot be a name: name one of its members');
  }
  if (containers === 'as-json') return parameterText;
  return (value) =>
    scalarText(
      value,
      placeholder,
      'cannot stand inside quotes: remove the quotes around it, or name one of its members',
    );
}

/** JSON where a document of its own wants a value. A missing value is an empty string, as on AWS. */
function jsonValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return value === undefined ? '""' : stringifyJson(value);
}

/**
 * JSON where a document inside a string wants a value: the bytes that AWS puts there when they are
 * JSON (a DynamoDB number, `{\"age\":<$.…N>}`, becomes a number), else the value as JSON.
 */
function nestedValue(value: unknown): string {
  return typeof value === 'string' && isJsonText(value) ? value : jsonValue(value);
}

const PLAIN_TOKEN = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

function isJsonText(text: string): boolean {
  if (PLAIN_TOKEN.test(text)) return true;
  return /^[{["]/.test(text) && isJson(text);
}

/** Text of a value; objects and arrays as JSON with all quotes removed, as on AWS. */
function looseText(value: unknown): string {
  return isContainer(value) ? stringifyJson(value).replaceAll('"', '') : plainText(value);
}

/** Text of a value that is no object or array; `otherwise` says what of such a one. */
function scalarText(value: unknown, { source, position }: Placeholder, otherwise: string): string {
  if (!isContainer(value)) return plainText(value);
  const what = Array.isArray(value) ? 'an array' : 'an object';
  throw new RenderError(
    `${source} at character ${position} of the template is ${what} here and ${otherwise}`,
    source,
  );
}

/** Strings as they are, numbers digit for digit, null as `null`, a missing value as nothing. */
function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  return (value as number | boolean | JsonNumber | null)?.toString() ?? 'null';
}

/** Text for a header, a query parameter or a path, and inside quotes on AWS: objects and arrays as JSON. */
export function parameterText(value: unknown): string {
  return isContainer(value) ? stringifyJson(value) : plainText(value);
}

function escaped(write: ValueWriter, depth: number): ValueWriter {
  return depth === 0 ? write : (value) => escape(write(value), depth);
}

function escape(text: string, depth: number): string {
  if (text.length <= SHORT && isPlain(text)) return text;
  let result = text;
  for (let level = 0; level < depth; level += 1) {
    const quoted = JSON.stringify(result);
    // Nothing to escape on this level: nothing on those above.
    if (quoted.length === result.length + 2) return result;
    result = quoted.slice(1, -1);
  }
  return result;
}

function quote(text: string): string {
  return text.length <= SHORT && isPlain(text) ? `"${text}"` : JSON.stringify(text);
}

/** Up to so many characters looking at each costs less than a call of JSON.stringify. */
const SHORT = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether a JSON string holds the text as it is. Half surrogates it does not, so all are looked into. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === QUOTE || code === BACKSLASH || (code & 0xf800) === 0xd800) {
      return false;
    }
  }
  return true;
}
