import type { Token } from './token.js';

/**
 * Statements as they are written. Nothing here knows of DynamoDB: what it does not support is refused where
 * statements are made of these.
 */
export type Expression =
  | { readonly kind: 'string' | 'boolean' | 'null' | 'missing' | 'ion'; readonly token: Token }
  /** `text`: with its sign, as written. */
  | { readonly kind: 'number'; readonly token: Token; readonly text: string }
  | { readonly kind: 'name'; readonly token: Token }
  /** `index`: which of the request's parameters, from 0. */
  | { readonly kind: 'parameter'; readonly token: Token; readonly index: number }
  | {
      readonly kind: 'path';
      readonly token: Token;
      readonly root: Expression;
      readonly steps: readonly PathStep[];
    }
  | {
      readonly kind: 'list' | 'bag';
      readonly token: Token;
      readonly members: readonly Expression[];
    }
  | { readonly kind: 'struct'; readonly token: Token; readonly fields: readonly Field[] }
  | {
      readonly kind: 'unary';
      readonly token: Token;
      readonly operator: '+' | '-' | 'not';
      readonly operand: Expression;
    }
  /** `operator`: the symbol, or the keyword in small letters. */
  | {
      readonly kind: 'binary';
      readonly token: Token;
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'between';
      readonly token: Token;
      readonly operand: Expression;
      readonly lower: Expression;
      readonly upper: Expression;
    }
  /** `type`: in small letters. */
  | {
      readonly kind: 'is';
      readonly token: Token;
      readonly operand: Expression;
      readonly type: string;
    }
  /** `name`: in small letters. */
  | {
      readonly kind: 'call';
      readonly token: Token;
      readonly name: string;
      readonly operands: readonly Expression[];
    }
  | SelectExpression
  | ManipulationExpression;

export type PathStep =
  | { readonly kind: 'member'; readonly token: Token; readonly name: string }
  | { readonly kind: 'index'; readonly token: Token; readonly index: Expression }
  /** `.*` or `[*]`. */
  | { readonly kind: 'unpivot' | 'wildcard'; readonly token: Token };

export interface Field {
  readonly key: Expression;
  readonly value: Expression;
}

export interface SelectExpression {
  readonly kind: 'select';
  readonly token: Token;
  /** Undefined: `*`. */
  readonly columns: readonly Column[] | undefined;
  readonly source: Source;
  readonly where: Expression | undefined;
  readonly orderBy: readonly OrderKey[] | undefined;
  /** A clause or keyword of SQL that DynamoDB does not have, and its error. */
  readonly unsupported: Error | undefined;
}

export interface Column {
  readonly value: Expression;
  readonly hasAlias: boolean;
}

export interface Source {
  readonly value: Expression;
  readonly hasAlias: boolean;
  /** More than one table is named. */
  readonly isJoin: boolean;
}

export interface OrderKey {
  readonly value: Expression;
  readonly descending: boolean;
}

/** INSERT, UPDATE (also in the form that begins with FROM), or DELETE. */
export interface ManipulationExpression {
  readonly kind: 'manipulation';
  readonly token: Token;
  readonly source: Source;
  readonly operations: readonly ManipulationOperation[];
  readonly where: Expression | undefined;
  readonly returning: readonly Returning[] | undefined;
}

export type ManipulationOperation =
  | {
      readonly kind: 'insert';
      readonly token: Token;
      readonly value: Expression;
      /** `VALUE`; without, several values are meant. */
      readonly isSingle: boolean;
      readonly hasPosition: boolean;
      /** It stands behind a FROM or UPDATE of its own. */
      readonly target: Expression;
    }
  | { readonly kind: 'set'; readonly target: Expression; readonly value: Expression }
  | { readonly kind: 'remove'; readonly target: Expression }
  | { readonly kind: 'delete' };

export interface Returning {
  readonly which: 'ALL' | 'MODIFIED';
  readonly image: 'OLD' | 'NEW';
  readonly isStar: boolean;
}
