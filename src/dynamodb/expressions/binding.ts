import type { AttributeValue } from '../../lib/attribute-value.js';
import { MAX_DEPTH } from '../values/index.js';
import { expressionError, type ExpressionKind } from './kind.js';
import type { Path } from './path.js';
import type { FunctionSyntax, PathSyntax, ValueSyntax } from './syntax.js';

/** What placeholders stand for; undefined where one is not defined. */
export interface Placeholders {
  name(placeholder: string): string | undefined;
  value(placeholder: string): AttributeValue | undefined;
}

/** Puts a request's names and values into one expression. */
export class Binding {
  readonly kind: ExpressionKind | undefined;
  readonly #attributes: Placeholders;

  /** `kind`: undefined for the expressions of a PartiQL statement. */
  constructor(kind: ExpressionKind | undefined, attributes: Placeholders) {
    this.kind = kind;
    this.#attributes = attributes;
  }

  error(message: string): Error {
    return expressionError(this.kind, message);
  }

  /** Throws when a name is not defined, or the path is too long. */
  path(syntax: PathSyntax): Path {
    const { elements } = syntax;
    const path = syntax.hasPlaceholders
      ? elements.map((element) =>
          typeof element === 'string' && element.startsWith('#') ? this.#name(element) : element,
        )
      : elements;
    if (path.length > MAX_DEPTH)
      throw this.error(
        `The document path has too many nesting levels; nesting levels: ${path.length}`,
      );
    // The grammar has a name first.
    return path as readonly (string | number)[] as Path;
  }

  /** Throws when one of the path's names is not defined. */
  checkNames({ elements, hasPlaceholders }: PathSyntax): void {
    if (!hasPlaceholders) return;
    for (const element of elements)
      if (typeof element === 'string' && element.startsWith('#')) this.#name(element);
  }

  #name(placeholder: string): string {
    const name = this.#attributes.name(placeholder);
    if (name === undefined)
      throw this.error(
        'An expression attribute name used in the document path is not defined; ' +
          `attribute name: ${placeholder}`,
      );
    return name;
  }

  /** Throws when the value is not defined. */
  value({ placeholder }: ValueSyntax): AttributeValue {
    const value = this.#attributes.value(placeholder);
    if (value === undefined)
      throw this.error(
        'An expression attribute value used in expression is not defined; ' +
          `attribute value: ${placeholder}`,
      );
    return value;
  }

  /** Throws when a function is given another number of operands than it takes. */
  checkOperandCount({ name, operands }: FunctionSyntax, wanted: number | undefined): void {
    if (operands.length !== wanted)
      throw this.error(
        'Incorrect number of operands for operator or function; ' +
          `operator or function: ${name}, number of operands: ${operands.length}`,
      );
  }

  /** `type`: a type's name, or the service's list of several. */
  wrongType(operator: string, type: string): Error {
    return this.error(
      'Incorrect operand type for operator or function; ' +
        `operator or function: ${operator}, operand type: ${type}`,
    );
  }
}
