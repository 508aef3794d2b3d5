import { CONDITION_FUNCTIONS, unsupportedFunction } from './functions.js';
import { TemplateProblem } from './template-error.js';
import { unresolvedCondition } from './unresolved.js';
import { isObject, scalarText, type TemplateValue } from './value.js';

/** Fewest and most elements (documented). */
const CONDITION_ARITY: Readonly<Record<string, readonly [number, number]>> = {
  'Fn::And': [2, 10],
  'Fn::Equals': [2, 2],
  'Fn::Not': [1, 1],
  'Fn::Or': [2, 10],
};

/** The section Conditions: each is evaluated once, when it is asked for. */
export class Conditions {
  readonly #definitions: ReadonlyMap<string, TemplateValue>;
  readonly #resolve: (value: TemplateValue, at: string) => TemplateValue;
  readonly #known = new Map<string, boolean>();
  readonly #evaluating = new Set<string>();

  /** `resolve` replaces the functions in what Fn::Equals compares. */
  constructor(
    definitions: ReadonlyMap<string, TemplateValue>,
    resolve: (value: TemplateValue, at: string) => TemplateValue,
  ) {
    this.#definitions = definitions;
    this.#resolve = resolve;
  }

  /** Whether a condition holds. Throws a TemplateProblem for one that is unknown or in a circle. */
  holds(name: string, at: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw unresolvedCondition(name, at);
    if (this.#evaluating.has(name))
      throw new TemplateProblem(
        at,
        `Template error: Found circular condition dependency between [${[...this.#evaluating].join(', ')}]`,
      );
    this.#evaluating.add(name);
    const holds = this.#boolean(definition, `Conditions.${name}`);
    this.#evaluating.delete(name);
    this.#known.set(name, holds);
    return holds;
  }

  #boolean(definition: TemplateValue, at: string): boolean {
    const [entry, ...rest] = isObject(definition) ? Object.entries(definition) : [];
    if (!entry || rest.length > 0)
      throw new TemplateProblem(
        at,
        `Template error: a condition is one of ${CONDITION_FUNCTIONS.join(', ')}`,
      );
    const [name, argument] = entry;
    const here = `${at}.${name}`;
    if (name === 'Condition') return this.holds(this.#name(argument, here), here);
    if (!CONDITION_FUNCTIONS.includes(name)) throw unsupportedFunction(name, at);
    const [least, most] = CONDITION_ARITY[name]!;
    if (!Array.isArray(argument) || argument.length < least || argument.length > most)
      throw new TemplateProblem(
        here,
        `Template error: ${name} takes a list of ${least === most ? String(least) : `${String(least)} to ${String(most)}`} elements.`,
      );
    if (name === 'Fn::Equals') {
      const [a, b] = argument.map((part) => comparable(this.#resolve(part, here)));
      return a === b;
    }
    const parts = argument.map((part, index) => this.#boolean(part, `${here}[${String(index)}]`));
    if (name === 'Fn::Not') return !parts[0]!;
    return name === 'Fn::And' ? parts.every(Boolean) : parts.some(Boolean);
  }

  #name(value: TemplateValue, at: string): string {
    if (typeof value === 'string') return value;
    throw new TemplateProblem(at, 'Template error: Condition takes the name of a condition.');
  }
}

/** `1`, `"1"` are the same to CloudFormation. */
function comparable(value: TemplateValue): string {
  return JSON.stringify(scalarText(value) ?? value);
}
