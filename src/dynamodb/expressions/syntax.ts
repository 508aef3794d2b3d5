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

/** A condition whose truth is compared; only PartiQL has it. */
export interface TruthSyntax {
  readonly kind: 'condition';
  readonly condition: ConditionSyntax;
}

export type OperandSyntax = PathSyntax | ValueSyntax | FunctionSyntax;

/** What conditions compare. */
export type ComparedSyntax = OperandSyntax | TruthSyntax;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type ConditionSyntax =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ConditionSyntax[] }
  | { readonly kind: 'not'; readonly operand: ConditionSyntax }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: ComparedSyntax;
      readonly right: ComparedSyntax;
    }
  | {
      readonly kind: 'between';
      readonly operand: ComparedSyntax;
      readonly lower: ComparedSyntax;
      readonly upper: ComparedSyntax;
    }
  | {
      readonly kind: 'in';
      readonly operand: ComparedSyntax;
      readonly list: readonly ComparedSyntax[];
    }
  | FunctionSyntax;

export interface ArithmeticSyntax {
  readonly kind: 'arithmetic';
  readonly operator: '+' | '-';
  /** Arithmetic only in PartiQL. */
  readonly left: OperandSyntax | ArithmeticSyntax;
  readonly right: OperandSyntax | ArithmeticSyntax;
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
