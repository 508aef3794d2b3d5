import type { AttributeValue } from '../../lib/attribute-value.js';
import type { ValueSyntax } from '../expressions/index.js';

const PARAMETER = '?';
const CONSTANT = '=';

/** Collects the values that a statement names, so that expressions can hold placeholders in their place. */
export class Constants {
  readonly values: AttributeValue[] = [];

  /** The placeholder of a value that stands in the statement. */
  add(value: AttributeValue): ValueSyntax {
    this.values.push(value);
    return { kind: 'value', placeholder: `${CONSTANT}${String(this.values.length - 1)}` };
  }
}

/** The placeholder of a `?`; `index` from 0. */
export const parameter = (index: number): ValueSyntax => ({
  kind: 'value',
  placeholder: `${PARAMETER}${String(index)}`,
});

/** What the placeholders of one request stand for. */
export class Substitutions {
  readonly #constants: readonly AttributeValue[];
  readonly #parameters: readonly AttributeValue[];

  constructor(constants: readonly AttributeValue[], parameters: readonly AttributeValue[]) {
    this.#constants = constants;
    this.#parameters = parameters;
  }

  /** PartiQL has no placeholders of names. */
  name(): undefined {
    return undefined;
  }

  value(placeholder: string): AttributeValue | undefined {
    const values = placeholder.startsWith(PARAMETER) ? this.#parameters : this.#constants;
    return values[Number(placeholder.slice(1))];
  }
}
