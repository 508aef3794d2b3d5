import { functionCall } from './functions.js';
import { TemplateProblem } from './template-error.js';
import {
  isObject,
  memberOf,
  scalarText,
  type TemplateObject,
  type TemplateValue,
} from './value.js';

/** What a property's value must be. */
export type Shape =
  { kind: 'text' | 'integer' | 'flag' | 'any' } | { kind: 'list' | 'map'; of: Shape } | ObjectShape;
export interface ObjectShape {
  kind: 'object';
  members: Readonly<Record<string, Member>>;
}
export type Member = Shape & {
  required?: true;
  /** Why it has no effect here: it is accepted, left out and noted. */
  withoutEffect?: string;
};

export const text = { kind: 'text' } as const;
export const integer = { kind: 'integer' } as const;
export const flag = { kind: 'flag' } as const;

export function listOf(of: Shape): Shape {
  return { kind: 'list', of };
}
export function mapOf(of: Shape): Shape {
  return { kind: 'map', of };
}
export function object(members: Readonly<Record<string, Member>>): ObjectShape {
  return { kind: 'object', members };
}
export function required<T extends Shape>(shape: T): T & { required: true } {
  return { ...shape, required: true };
}
/** A member of AWS's that is accepted and has no effect. */
export function withoutEffect(reason: string): Member {
  return { kind: 'any', withoutEffect: reason };
}

export interface ShapeReport {
  problem(problem: TemplateProblem): void;
  /** A text with its dynamic references replaced. Throws a TemplateProblem. */
  resolve(text: string, at: string): string;
  /** A member that has no effect here: its path within the properties, and why. */
  withoutEffect(path: string, reason: string): void;
}

/**
 * Checks a value against its shape and returns it in the shape's own types: where CloudFormation takes
 * `"5"` for 5 and `true` for `"true"`, so does this. Functions that are not resolved yet pass, but the
 * branches of Fn::If are checked. Texts of problems follow CloudFormation's schema validation.
 */
export function applyShape(
  value: TemplateValue,
  shape: Shape,
  at: string,
  report: ShapeReport,
): TemplateValue {
  return new ShapeChecker(report).apply(value, shape, at, '');
}

class ShapeChecker {
  readonly #report: ShapeReport;

  constructor(report: ShapeReport) {
    this.#report = report;
  }

  /** `path` is the one within the properties: `StreamSpecification.StreamViewType`. */
  apply(value: TemplateValue, shape: Shape, at: string, path: string): TemplateValue {
    if (shape.kind === 'any') return value;
    const call = this.#call(value, at);
    if (call !== undefined) {
      if (call?.name === 'Fn::If' && Array.isArray(call.argument))
        for (const index of [1, 2])
          if (call.argument[index] !== undefined)
            this.apply(call.argument[index], shape, `${at}.Fn::If[${String(index)}]`, path);
      return value;
    }
    switch (shape.kind) {
      case 'object':
        return this.#object(value, shape, at, path);
      case 'map':
        if (!isObject(value)) return this.#mismatch(value, 'JSONObject', at);
        return Object.fromEntries(
          Object.entries(value).map(([name, member]) => [
            name,
            this.apply(member, shape.of, `${at}.${name}`, `${path}.${name}`),
          ]),
        );
      case 'list':
        if (!Array.isArray(value)) return this.#mismatch(value, 'JSONArray', at);
        return value.map((element, index) =>
          this.apply(element, shape.of, `${at}[${String(index)}]`, `${path}[${String(index)}]`),
        );
      default:
        return this.#scalar(value, shape.kind, at);
    }
  }

  /** The function that stands there; null when it is a wrong one, which has been reported. */
  #call(value: TemplateValue, at: string): ReturnType<typeof functionCall> | null {
    try {
      return functionCall(value, at);
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      this.#report.problem(error);
      return null;
    }
  }

  #object(value: TemplateValue, { members }: ObjectShape, at: string, path: string): TemplateValue {
    if (!isObject(value)) return this.#mismatch(value, 'JSONObject', at);
    const result: TemplateObject = {};
    for (const [name, given] of Object.entries(value)) {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      const here = path === '' ? name : `${path}.${name}`;
      if (!member)
        this.#problem(
          `${at}.${name}`,
          `extraneous key [${name}] is not permitted. Supported are ${Object.keys(members).join(', ')}.`,
        );
      else if (member.withoutEffect !== undefined)
        this.#report.withoutEffect(here, member.withoutEffect);
      else result[name] = this.apply(given, member, `${at}.${name}`, here);
    }
    for (const [name, member] of Object.entries(members))
      if (member.required && memberOf(value, name) === undefined)
        this.#problem(at, `required key [${name}] not found`);
    return result;
  }

  #scalar(value: TemplateValue, kind: 'text' | 'integer' | 'flag', at: string): TemplateValue {
    const given = this.#resolved(scalarText(value), at);
    if (given === null) return value;
    if (kind === 'text') return given ?? this.#mismatch(value, 'String', at);
    if (kind === 'flag') {
      if (given !== 'true' && given !== 'false') return this.#mismatch(value, 'Boolean', at);
      return given === 'true';
    }
    const number = given !== undefined && /^[-+]?\d+$/.test(given) ? Number(given) : undefined;
    if (number === undefined || !Number.isSafeInteger(number))
      return this.#mismatch(value, 'Integer', at);
    return number;
  }

  /** null: it refers to what is not known, which has been reported. */
  #resolved(given: string | undefined, at: string): string | undefined | null {
    try {
      return given === undefined ? undefined : this.#report.resolve(given, at);
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      this.#report.problem(error);
      return null;
    }
  }

  #mismatch(value: TemplateValue, expected: string, at: string): TemplateValue {
    this.#problem(at, `expected type: ${expected}, found: ${typeName(value)}`);
    return value;
  }

  #problem(at: string, message: string): void {
    this.#report.problem(new TemplateProblem(at, message));
  }
}

/** CloudFormation's names of JSON's types. */
function typeName(value: TemplateValue): string {
  if (Array.isArray(value)) return 'JSONArray';
  if (isObject(value)) return 'JSONObject';
  if (typeof value === 'string') return 'String';
  return typeof value === 'boolean' ? 'Boolean' : 'Number';
}
