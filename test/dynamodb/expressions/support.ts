import type { Item } from '../../../src/lib/attribute-value.js';
import { ExpressionAttributes } from '../../../src/dynamodb/expressions/index.js';

/** A row of the vectors: an expression with its names and values. */
export interface Expression {
  expression: string;
  names?: Record<string, string>;
  values?: Item;
}

/** The row's names and values, those that are not empty. */
export function attributesOf({ names, values }: Partial<Expression>): ExpressionAttributes {
  const given = <Map extends object>(map: Map | undefined): Map | undefined =>
    map && Object.keys(map).length > 0 ? map : undefined;
  return new ExpressionAttributes(given(names), given(values));
}
