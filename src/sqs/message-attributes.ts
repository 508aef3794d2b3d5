import { createHash } from 'node:crypto';
import type { MessageAttribute } from '../state/index.js';
import { invalidParameter } from './errors.js';

/** Documented. */
const MAX_ATTRIBUTES = 10;
const NAME = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/;
const RESERVED = /^(aws|amazon)\./i;
const TYPE = /^(String|Number|Binary)(\..+)?$/;

type Attributes = Readonly<Record<string, MessageAttribute>>;

/** Checks the attributes of a message. Throws InvalidParameterValue. */
export function checkMessageAttributes(attributes: Attributes): void {
  const names = Object.keys(attributes);
  if (names.length > MAX_ATTRIBUTES)
    throw invalidParameter(
      `Number of message attributes [${String(names.length)}] exceeds the allowed maximum [${String(MAX_ATTRIBUTES)}].`,
    );
  for (const name of names) checkAttribute(name, attributes[name]!);
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute) {
  if (!NAME.test(name) || RESERVED.test(name))
    throw invalidParameter(
      `Message (user) attribute name '${name}' is invalid: it may have letters, digits, '_', '-' and '.', ` +
        "must not begin or end with '.', and must not begin with AWS. or Amazon.",
    );
  if (!DataType)
    throw invalidParameter(
      `The message attribute '${name}' must contain non-empty message attribute type.`,
    );
  const type = TYPE.exec(DataType)?.[1];
  if (type === undefined)
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  const value = type === 'Binary' ? BinaryValue : StringValue;
  if (value === undefined || value === '')
    throw invalidParameter(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  if (type === 'Number' && (value.trim() === '' || !Number.isFinite(Number(value))))
    throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
}

/** Bytes that attributes count for a message: names, types and values (documented). */
export function sizeOfAttributes(attributes: Attributes = {}): number {
  let size = 0;
  for (const [name, { DataType, StringValue = '', BinaryValue = '' }] of Object.entries(attributes))
    size +=
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      Buffer.byteLength(BinaryValue, 'base64');
  return size;
}

export const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');

/**
 * The digest by which clients check attributes (documented): by name, each as length and bytes of its
 * name, its type, a byte for the kind of its value, and its value. Undefined when there are none.
 */
export function md5OfAttributes(attributes: Attributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (names.length === 0) return undefined;
  const parts: Buffer[] = [];
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes![name]!;
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    const isBinary = DataType.startsWith('Binary');
    parts.push(Buffer.from([isBinary ? 2 : 1]));
    add(isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? ''));
  }
  return md5(Buffer.concat(parts));
}

/** The attributes that a receiver asks for: by name, `All`, `.*`, or `prefix.*` (documented). */
export function chosenAttributes(
  attributes: Attributes | undefined,
  wanted: readonly string[],
): Attributes {
  const chosen: Record<string, MessageAttribute> = {};
  for (const [name, attribute] of Object.entries(attributes ?? {}))
    if (wanted.some((pattern) => isChosen(name, pattern))) chosen[name] = attribute;
  return chosen;
}

function isChosen(name: string, pattern: string): boolean {
  if (pattern === 'All' || pattern === '.*' || pattern === name) return true;
  return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1));
}
