import type { AttributeValue } from '../../lib/attribute-value.js';
import { isAwsError } from '../../lib/aws-error.js';
import { validationError } from '../errors.js';
import {
  attributeValueSize,
  isNameTooLong,
  NAME_TOO_LONG,
  parseAttributeValue,
  type Wording,
} from '../values/index.js';

/** Documented: 255 bytes a placeholder. */
const MAX_PLACEHOLDER_BYTES = 255;
/** Documented: 2 MB for all names, and for all values. */
const MAX_SUBSTITUTION_BYTES = 2 * 1024 * 1024;

/**
 * The level on which a value counts as standing. Recorded: the older check lets a value have one level more
 * than an item may, so that only writing it is refused; how many more is not known.
 */
const DEPTH: Readonly<Record<Wording, number>> = { current: 1, older: 0 };

const NAME_PLACEHOLDER = /^#[A-Za-z0-9_]+$/;
const VALUE_PLACEHOLDER = /^:[A-Za-z0-9_]+$/;

/**
 * `ExpressionAttributeNames` and `ExpressionAttributeValues` of a request, checked; it remembers which of
 * them the request's expressions use.
 */
export class ExpressionAttributes {
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, AttributeValue>();
  readonly #usedNames = new Set<string>();
  readonly #usedValues = new Set<string>();

  /** `names`, `values`: as the request has them, undefined when it has none. Throws ValidationException. */
  constructor(names: unknown, values: unknown, wording: Wording = 'current') {
    if (names !== undefined) this.#takeNames(names as Record<string, string>);
    if (values !== undefined) this.#takeValues(values as Record<string, unknown>, wording);
  }

  #takeNames(names: Readonly<Record<string, string>>): void {
    const parameter = 'ExpressionAttributeNames';
    const placeholders = Object.keys(names);
    if (placeholders.length === 0) throw validationError(`${parameter} must not be empty`);
    let size = 0;
    for (const placeholder of placeholders) {
      checkPlaceholder(parameter, placeholder, NAME_PLACEHOLDER, true);
      const name = names[placeholder]!;
      if (name === '')
        throw validationError(
          `${parameter} contains invalid value: Empty attribute name for key ${placeholder}`,
        );
      if (isNameTooLong(name))
        throw validationError(
          `${parameter} contains invalid value: ${NAME_TOO_LONG} for key ${placeholder}`,
        );
      size += placeholder.length + Buffer.byteLength(name);
      this.#names.set(placeholder, name);
    }
    if (size > MAX_SUBSTITUTION_BYTES) throw validationError(`${parameter} exceeds max size`);
  }

  #takeValues(values: Readonly<Record<string, unknown>>, wording: Wording): void {
    const parameter = 'ExpressionAttributeValues';
    const placeholders = Object.keys(values);
    if (placeholders.length === 0) throw validationError(`${parameter} must not be empty`);
    for (const placeholder of placeholders)
      checkPlaceholder(parameter, placeholder, VALUE_PLACEHOLDER, wording === 'current');
    let size = 0;
    for (const placeholder of placeholders) {
      const value = parseValue(parameter, placeholder, values[placeholder], wording);
      size += placeholder.length + attributeValueSize(value);
      this.#values.set(placeholder, value);
    }
    if (size > MAX_SUBSTITUTION_BYTES) throw validationError(`${parameter} exceeds max size`);
  }

  /** The name that a placeholder stands for, which counts as used; undefined when it is not defined. */
  name(placeholder: string): string | undefined {
    const name = this.#names.get(placeholder);
    if (name !== undefined) this.#usedNames.add(placeholder);
    return name;
  }

  /** The value that a placeholder stands for; see {@link name}. */
  value(placeholder: string): AttributeValue | undefined {
    const value = this.#values.get(placeholder);
    if (value !== undefined) this.#usedValues.add(placeholder);
    return value;
  }

  /** Throws when the expressions parsed so far leave a name or value unused. */
  assertAllUsed(): void {
    assertUsed('ExpressionAttributeNames', this.#names, this.#usedNames);
    assertUsed('ExpressionAttributeValues', this.#values, this.#usedValues);
  }
}

function checkPlaceholder(
  parameter: string,
  placeholder: string,
  pattern: RegExp,
  showsSize: boolean,
): void {
  const size = Buffer.byteLength(placeholder);
  if (size > MAX_PLACEHOLDER_BYTES)
    throw validationError(
      `${parameter} contains invalid key: The expression attribute map contains a key that is too long;` +
        (showsSize ? ` size of key: ${size}` : ''),
    );
  if (!pattern.test(placeholder))
    throw validationError(`${parameter} contains invalid key: Syntax error; key: "${placeholder}"`);
}

/** Recorded: the older check says for which key the value is wrong, the current one does not. */
function parseValue(
  parameter: string,
  placeholder: string,
  value: unknown,
  wording: Wording,
): AttributeValue {
  try {
    return parseAttributeValue(value, wording, DEPTH[wording]);
  } catch (error) {
    if (wording === 'current' || !isAwsError(error, 'ValidationException')) throw error;
    throw validationError(
      `${parameter} contains invalid value: ${error.message} for key ${placeholder}`,
    );
  }
}

function assertUsed(
  parameter: string,
  given: ReadonlyMap<string, unknown>,
  used: ReadonlySet<string>,
): void {
  if (given.size === used.size) return;
  const unused = [...given.keys()].filter((placeholder) => !used.has(placeholder));
  throw validationError(
    `Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`,
  );
}
