import { Conditions } from './conditions.js';
import {
  argumentsOf,
  functionCall,
  getAttArguments,
  subArguments,
  subReference,
  subVariable,
  usageProblem,
  type FunctionCall,
} from './functions.js';
import type { ParameterValues } from './parameters.js';
import type { Template } from './parse.js';
import { TemplateProblem } from './template-error.js';
import { undefinedResource, unresolvedResource, unsupportedAttribute } from './unresolved.js';
import { isObject, memberOf, scalarText, type TemplateValue } from './value.js';

/** What a resource answers to Ref and Fn::GetAtt once it is up. */
export interface ResourceValues {
  ref: string;
  /** An attribute of the type that this resource does not have is undefined. */
  attributes: Readonly<Record<string, string | undefined>>;
}

/** Stands for AWS::NoValue until the member that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = TemplateValue | typeof NO_VALUE;

export interface ResolverOptions {
  template: Pick<Template, 'conditions' | 'mappings'>;
  parameters: Pick<ParameterValues, 'values' | 'unknown'>;
  /** `AWS::Region` and the like; AWS::NoValue is known without. */
  pseudoParameters: ReadonlyMap<string, string | string[]>;
}

/** Replaces the functions of a template. Resources are made known one after the other, as they come up. */
export class Resolver {
  readonly #options: ResolverOptions;
  readonly #resources = new Map<string, ResourceValues>();
  readonly #conditions: Conditions;

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#conditions = new Conditions(options.template.conditions, (value, at) =>
      this.resolve(value, at),
    );
  }

  /** From now on the resource can be referred to. */
  define(logicalId: string, values: ResourceValues): void {
    this.#resources.set(logicalId, values);
  }

  /** The value without functions. `at` is its path in the template. Throws a TemplateProblem. */
  resolve(value: TemplateValue, at: string): TemplateValue {
    const resolved = this.#value(value, at);
    if (resolved === NO_VALUE)
      throw new TemplateProblem(at, 'AWS::NoValue can only stand for a member or an element.');
    return resolved;
  }

  /** The value as text. */
  text(value: TemplateValue, at: string): string {
    const text = scalarText(this.resolve(value, at));
    if (text === undefined) throw new TemplateProblem(at, 'must be a string.');
    return text;
  }

  /** Whether a named condition of the template holds. */
  condition(name: string, at: string): boolean {
    return this.#conditions.holds(name, at);
  }

  #value(value: TemplateValue, at: string): Resolved {
    if (Array.isArray(value))
      return value
        .map((element, index) => this.#value(element, `${at}[${String(index)}]`))
        .filter((element) => element !== NO_VALUE);
    if (!isObject(value)) return value;
    const call = functionCall(value, at);
    if (call) return this.#call(call, `${at}.${call.name}`);
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, member]) => [name, this.#value(member, `${at}.${name}`)] as const)
        .filter((entry): entry is [string, TemplateValue] => entry[1] !== NO_VALUE),
    );
  }

  #call(call: FunctionCall, at: string): Resolved {
    const { name, argument } = call;
    switch (name) {
      case 'Ref':
        if (typeof argument !== 'string') throw usageProblem(name, at);
        return this.#ref(argument, at);
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = getAttArguments(argument, at);
        return this.#attribute(logicalId, this.text(attribute, at), at);
      }
      case 'Fn::Sub':
        return this.#sub(argument, at);
      case 'Fn::Base64':
        return Buffer.from(this.text(argument, at)).toString('base64');
      case 'Fn::If': {
        const [condition, yes, no] = argumentsOf(call, at);
        if (typeof condition !== 'string') throw usageProblem(name, at);
        return this.condition(condition, at)
          ? this.#value(yes!, `${at}[1]`)
          : this.#value(no!, `${at}[2]`);
      }
      default:
        return this.#listFunction(call, at);
    }
  }

  /** Functions whose arguments may all be functions themselves. */
  #listFunction(call: FunctionCall, at: string): TemplateValue {
    const [first, second, third] = argumentsOf(call, at).map((argument, index) =>
      this.resolve(argument, `${at}[${String(index)}]`),
    );
    const text = (value: TemplateValue | undefined): string => {
      const found = value === undefined ? undefined : scalarText(value);
      if (found === undefined) throw usageProblem(call.name, at);
      return found;
    };
    if (call.name === 'Fn::Split') return text(second).split(text(first));
    if (call.name === 'Fn::FindInMap')
      return this.#mapping([text(first), text(second), text(third)], at);
    if (!Array.isArray(second)) throw usageProblem(call.name, at);
    if (call.name === 'Fn::Join') return second.map(text).join(text(first));
    const selected = /^\d+$/.test(text(first)) ? second[Number(text(first))] : undefined;
    if (selected === undefined)
      throw new TemplateProblem(
        at,
        `Template error: Fn::Select cannot select nonexistent value at index ${text(first)}`,
      );
    return selected;
  }

  #ref(name: string, at: string): Resolved {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const { parameters, pseudoParameters } = this.#options;
    if (parameters.unknown.has(name))
      throw new TemplateProblem(
        at,
        `the value of the parameter ${name} is kept in AWS Systems Manager, which is not asked: give the value itself with --parameter ${name}=value.`,
      );
    const value =
      pseudoParameters.get(name) ?? parameters.values.get(name) ?? this.#resources.get(name)?.ref;
    if (value === undefined) throw unresolvedResource(name, at);
    return value;
  }

  #attribute(logicalId: string, attribute: string, at: string): string {
    const resource = this.#resources.get(logicalId);
    if (!resource) throw undefinedResource(logicalId, at);
    const value = Object.hasOwn(resource.attributes, attribute)
      ? resource.attributes[attribute]
      : undefined;
    if (value === undefined) throw unsupportedAttribute(logicalId, attribute, at);
    return value;
  }

  #sub(argument: TemplateValue, at: string): string {
    const substitution = subArguments(argument, at);
    const texts = substitution.parts.map((part) => {
      if (typeof part === 'string') return part;
      const variable = subVariable(substitution, part.name);
      if (variable !== undefined) return this.text(variable, `${at}[1].${part.name}`);
      const { logicalId, attribute } = subReference(part.name);
      if (attribute !== undefined) return this.#attribute(logicalId, attribute, at);
      return this.text({ Ref: logicalId }, at);
    });
    return texts.join('');
  }

  #mapping(path: readonly string[], at: string): TemplateValue {
    let found: TemplateValue | undefined = this.#options.template.mappings;
    for (const name of path) found = isObject(found) ? memberOf(found, name) : undefined;
    if (found === undefined || isObject(found))
      throw new TemplateProblem(at, `Template error: Unable to get mapping for ${path.join('::')}`);
    return found;
  }
}
