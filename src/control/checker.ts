import { AwsError } from '../lib/aws-error.js';

/**
 * What a string member must be. `secret` keeps its value out of the message: AWS then says only
 * "Value at 'password' failed …" (recorded of other services).
 */
export interface StringRule {
  required?: boolean;
  min?: number;
  max?: number;
  /** Source of a regular expression that must match the whole value, as the message names it. Linear in time. */
  pattern?: string;
  /** What to match with instead, where the pattern itself could take exponential time. */
  matcher?: RegExp;
  /** Allowed values, in the order in which the message names them. */
  values?: readonly string[];
  secret?: boolean;
}

export interface NumberRule {
  required?: boolean;
  min?: number;
  max?: number;
}

export type Members = Record<string, unknown>;

/** One thing that is wrong with one member. */
export interface Violation {
  /** Path of the member in lower camel case, e.g. `tags.1.member.key`. */
  at: string;
  constraint: string;
}

/**
 * Checks the members of a request as the AWS services do: all violations are collected and reported in one
 * ValidationException (texts recorded from AWS: "2 validation errors detected: Value … at 'name' failed to
 * satisfy constraint: …; Value …"). A member of the wrong JSON type is a SerializationException at once.
 */
export class Checker {
  readonly #violations: Violation[] = [];
  readonly #texts: string[] = [];
  #refusal: AwsError | undefined;

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  string(owner: Members, name: string, at: string, rule: StringRule): string | undefined {
    const value = owner[name] ?? undefined;
    if (value === undefined) {
      if (rule.required) this.#add(null, at, 'Member must not be null');
      return undefined;
    }
    if (typeof value !== 'string') throw wrongType(at, 'a string');
    for (const constraint of broken(rule, value))
      this.#add(rule.secret ? undefined : value, at, constraint);
    return value;
  }

  integer(owner: Members, name: string, at: string, rule: NumberRule): number | undefined {
    const value = owner[name] ?? undefined;
    if (value === undefined) {
      if (rule.required) this.#add(null, at, 'Member must not be null');
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(at, 'an integer');
    if (rule.min !== undefined && value < rule.min)
      this.#add(
        String(value),
        at,
        `Member must have value greater than or equal to ${String(rule.min)}`,
      );
    if (rule.max !== undefined && value > rule.max)
      this.#add(
        String(value),
        at,
        `Member must have value less than or equal to ${String(rule.max)}`,
      );
    return value;
  }

  boolean(owner: Members, name: string, at: string): boolean | undefined {
    const value = owner[name] ?? undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrongType(at, 'a boolean');
  }

  structure(owner: Members, name: string, at: string, required = false): Members | undefined {
    const value = owner[name] ?? undefined;
    if (value === undefined) {
      if (required) this.#add(null, at, 'Member must not be null');
      return undefined;
    }
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(at, 'a structure');
    return value as Members;
  }

  list(
    owner: Members,
    name: string,
    at: string,
    { required, max }: { required?: boolean; max?: number } = {},
  ): unknown[] | undefined {
    const value = owner[name] ?? undefined;
    if (value === undefined) {
      if (required) this.#add(null, at, 'Member must not be null');
      return undefined;
    }
    if (!Array.isArray(value)) throw wrongType(at, 'a list');
    if (max !== undefined && value.length > max) this.#add('[…]', at, lengthAtMost(max));
    return value as unknown[];
  }

  /**
   * A map of texts. What is wrong with an entry is said of the map, with all that keys or values must be
   * (recorded of DynamoDB); what is in it is not shown.
   */
  textMap(
    owner: Members,
    name: string,
    at: string,
    rule: { required?: boolean; min?: number; max?: number; key: StringRule; value: StringRule },
  ): Record<string, string> | undefined {
    const map = this.structure(owner, name, at, rule.required);
    if (!map) return undefined;
    const keys = Object.keys(map);
    for (const constraint of brokenLength(rule, keys.length)) this.#add(undefined, at, constraint);
    for (const key of keys) this.string(map, key, `${at}.${key}`, { required: true });
    const badKey = keys.find((key) => broken(rule.key, key).length > 0);
    if (badKey !== undefined)
      this.#add(undefined, at, `Map keys must satisfy constraint: [${allOf(rule.key)}]`, badKey);
    const badValue = keys.find((key) => {
      const value = map[key];
      return typeof value === 'string' && broken(rule.value, value).length > 0;
    });
    if (badValue !== undefined)
      this.#add(
        undefined,
        at,
        `Map value must satisfy constraint: [${allOf(rule.value)}]`,
        badValue,
      );
    return map as Record<string, string>;
  }

  /**
   * Notes what is wrong with members that each for itself are right. Only the first is reported, and only
   * where no member violates its own constraint: those are checked at the service's door (inferred).
   */
  refuse(error: AwsError): void {
    this.#refusal ??= error;
  }

  /** Throws the ValidationException of all that was found, if anything was. */
  finish(): void {
    const count = this.#violations.length;
    if (count === 0) {
      if (this.#refusal) throw this.#refusal;
      return;
    }
    const head = `${String(count)} validation error${count === 1 ? '' : 's'} detected: `;
    throw new AwsError('ValidationException', head + this.#texts.join('; '));
  }

  /**
   * `value` is null for a missing member, undefined for one that must not be shown. `entry` names the entry of
   * a map: only for the list of violations, the message has no place for it.
   */
  #add(value: string | null | undefined, at: string, constraint: string, entry?: string): void {
    const shown = value === undefined ? '' : value === null ? ' null' : ` '${value}'`;
    this.#violations.push({ at: entry === undefined ? at : `${at}.${entry}`, constraint });
    this.#texts.push(`Value${shown} at '${at}' failed to satisfy constraint: ${constraint}`);
  }
}

const lengthAtLeast = (min: number): string =>
  `Member must have length greater than or equal to ${String(min)}`;
const lengthAtMost = (max: number): string =>
  `Member must have length less than or equal to ${String(max)}`;
const match = (pattern: string): string =>
  `Member must satisfy regular expression pattern: ${pattern}`;

/** The constraints that a text breaks, in the order in which the services name them (recorded of DynamoDB). */
function broken(rule: StringRule, value: string): string[] {
  const { pattern, matcher, values } = rule;
  // A text that must not be empty is then reported for its length alone (recorded).
  const isEmpty = value === '' && rule.min !== undefined && rule.min > 0;
  return [
    ...(pattern !== undefined && !isEmpty && !(matcher ?? wholeMatch(pattern)).test(value)
      ? [match(pattern)]
      : []),
    ...brokenLength(rule, value.length),
    ...(values && !values.includes(value)
      ? [`Member must satisfy enum value set: [${values.join(', ')}]`]
      : []),
  ];
}

function brokenLength({ min, max }: { min?: number; max?: number }, length: number): string[] {
  if (min !== undefined && length < min) return [lengthAtLeast(min)];
  return max !== undefined && length > max ? [lengthAtMost(max)] : [];
}

/** All constraints of a rule for texts in a map, as the services list them. */
function allOf({ min, max, pattern }: StringRule): string {
  return [
    ...(max === undefined ? [] : [lengthAtMost(max)]),
    ...(min === undefined ? [] : [lengthAtLeast(min)]),
    ...(pattern === undefined ? [] : [match(pattern)]),
  ].join(', ');
}

/** The members of a request; SerializationException when it is no JSON object. */
export function requestMembers(input: unknown): Members {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new AwsError('SerializationException', 'The request body must be a JSON object.');
  return input as Members;
}

const compiled = new Map<string, RegExp>();

function wholeMatch(pattern: string): RegExp {
  let regExp = compiled.get(pattern);
  if (!regExp) compiled.set(pattern, (regExp = new RegExp(`^(?:${pattern})$`)));
  return regExp;
}

/** Without the members that are undefined. */
export function given<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** `ApiKeyName` → `apiKeyName`: how error texts name members. */
export function lowerCamel(name: string): string {
  return name[0]!.toLowerCase() + name.slice(1);
}

function wrongType(at: string, what: string): AwsError {
  return new AwsError('SerializationException', `The value at '${at}' must be ${what}.`);
}
