import type { AttributeValue } from '../../lib/attribute-value.js';
import type { ActionSyntax, ConditionSyntax, ValueSyntax } from '../expressions/index.js';
import type { Path } from '../expressions/index.js';
import type { SetParameter } from './update-syntax.js';

/** A statement that DynamoDB has: what depends on its text alone, kept for the next one with the same text. */
export type Statement =
  SelectStatement | InsertStatement | UpdateStatement | DeleteStatement | ExistsStatement;

interface Common {
  /** Values that stand in it. */
  readonly constants: readonly AttributeValue[];
  /** `?`s. */
  readonly parameters: number;
}

export interface SelectStatement extends Common {
  readonly kind: 'select';
  readonly table: string;
  readonly index: string | undefined;
  readonly columns: Columns;
  readonly where: ConditionSyntax | undefined;
  readonly orderBy: readonly Ordering[] | undefined;
}

/**
 * What is returned of each item: undefined for all of it. An error is not thrown at once: what is wrong with
 * the index comes before it (recorded).
 */
export type Columns = readonly ColumnPath[] | undefined | { readonly error: Error };

export interface ColumnPath {
  readonly path: Path;
  /** In the answer: the last name of the path, and the list indexes behind it (recorded). */
  readonly name: string;
}

export interface Ordering {
  readonly name: string;
  readonly descending: boolean;
}

export interface InsertStatement extends Common {
  readonly kind: 'insert';
  readonly table: string;
  readonly item: readonly (readonly [name: string, value: ValueSyntax])[];
}

export interface UpdateStatement extends Common {
  readonly kind: 'update';
  readonly table: string;
  readonly actions: readonly ActionSyntax[];
  readonly setParameters: readonly SetParameter[];
  readonly where: ConditionSyntax | undefined;
  readonly returning: ReturningClause | undefined;
}

export interface DeleteStatement extends Common {
  readonly kind: 'delete';
  readonly table: string;
  readonly where: ConditionSyntax | undefined;
  readonly returning: ReturningClause | undefined;
}

export type ReturningClause = 'ALL OLD' | 'ALL NEW' | 'MODIFIED OLD' | 'MODIFIED NEW';

/** `EXISTS(SELECT …)`, which checks an item within a transaction; undefined when something else is called. */
export interface ExistsStatement extends Common {
  readonly kind: 'exists';
  readonly select: SelectStatement | undefined;
}
