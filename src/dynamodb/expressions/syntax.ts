/**
 * Expressions as they are written, before names and values are put in: plain data that depends on the
 * text alone, and is kept for the next request with the same text.
 */

/** A name (`#…` is a placeholder: other names cannot begin so) or a list index. */
export type PathElementSyntax = string | number;

export interface PathSyntax {
  readonly kind: 'path';
  readonly elements: readonly PathElementSyntax[];
  /** Without placeholders, the path is ready. */
  readonly hasPlaceholders: boolean;
}

export interface ValueSyntax {
  readonly kind: 'value';
  readonly placeholder: string;
}

export interface FunctionSyntax {
  readonly kind: 'function';
  readonly name: string;
  readonly operands: readonly OperandSyntax[];
}

export type OperandSyntax = PathSyntax | ValueSyntax | FunctionSyntax;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type ConditionSyntax =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ConditionSyntax[] }
  | { readonly kind: 'not'; readonly operand: ConditionSyntax }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: OperandSyntax;
      readonly right: OperandSyntax;
    }
  | {
      readonly kind: 'between';
      readonly operand: OperandSyntax;
      readonly lower: OperandSyntax;
      readonly upper: OperandSyntax;
    }
  | {
      readonly kind: 'in';
      readonly operand: OperandSyntax;
      readonly list: readonly OperandSyntax[];
    }
  | FunctionSyntax;

export interface ArithmeticSyntax {
  readonly kind: 'arithmetic';
  readonly operator: '+' | '-';
  readonly left: OperandSyntax;
  readonly right: OperandSyntax;
}

export type ActionSyntax =
  | {
      readonly kind: 'SET';
      readonly path: PathSyntax;
      readonly value: OperandSyntax | ArithmeticSyntax;
    }
  | { readonly kind: 'REMOVE'; readonly path: PathSyntax }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: PathSyntax; readonly value: ValueSyntax };

/** All actions of an update, in the order in which they are written. */
export type UpdateSyntax = readonly ActionSyntax[];

export type ProjectionSyntax = readonly PathSyntax[];
