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
    const shown = rule.secret ? undefined : value;
    if (rule.values && !rule.values.includes(value))
      this.#add(shown, at, `Member must satisfy enum value set: [${rule.values.join(', ')}]`);
    if (rule.min !== undefined && value.length < rule.min)
      this.#add(shown, at, `Member must have length greater than or equal to ${String(rule.min)}`);
    const isTooLong = rule.max !== undefined && value.length > rule.max;
    if (isTooLong)
      this.#add(shown, at, `Member must have length less than or equal to ${String(rule.max)}`);
    else if (rule.pattern !== undefined && !(rule.matcher ?? wholeMatch(rule.pattern)).test(value))
      this.#add(shown, at, `Member must satisfy regular expression pattern: ${rule.pattern}`);
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
    if (max !== undefined && value.length > max)
      this.#add('[…]', at, `Member must have length less than or equal to ${String(max)}`);
    return value as unknown[];
  }

  /** How many entries a map may have; they are not shown. */
  size(map: Members, at: string, min: number, max: number): void {
    const count = Object.keys(map).length;
    if (count < min)
      this.#add(undefined, at, `Member must have length greater than or equal to ${String(min)}`);
    if (count > max)
      this.#add(undefined, at, `Member must have length less than or equal to ${String(max)}`);
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

  /** `value` is null for a missing member, undefined for one that must not be shown. */
  #add(value: string | null | undefined, at: string, constraint: string): void {
    const shown = value === undefined ? '' : value === null ? ' null' : ` '${value}'`;
    this.#violations.push({ at, constraint });
    this.#texts.push(`Value${shown} at '${at}' failed to satisfy constraint: ${constraint}`);
  }
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
