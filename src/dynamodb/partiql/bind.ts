import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import {
  Binding,
  bindCondition,
  bindUpdate,
  type ConditionNode,
  type ConditionSyntax,
  type Update,
} from '../expressions/index.js';
import { StoredItem } from '../items/stored-item.js';
import { parseAttributeValue, setAttribute, typeOf } from '../values/index.js';
import type {
  DeleteStatement,
  ExistsStatement,
  InsertStatement,
  SelectStatement,
  Statement,
  UpdateStatement,
} from './statement.js';
import { Substitutions } from './substitutions.js';

/** A statement with the parameters of a request put in. */
export type BoundStatement =
  | BoundSelect
  | { readonly kind: 'insert'; readonly statement: InsertStatement; readonly stored: StoredItem }
  | {
      readonly kind: 'update';
      readonly statement: UpdateStatement;
      readonly where: ConditionNode | undefined;
      readonly update: Update;
    }
  | {
      readonly kind: 'delete';
      readonly statement: DeleteStatement;
      readonly where: ConditionNode | undefined;
    }
  | {
      readonly kind: 'exists';
      readonly statement: ExistsStatement;
      readonly select: BoundSelect | undefined;
    };

export interface BoundSelect {
  readonly kind: 'select';
  readonly statement: SelectStatement;
  readonly where: ConditionNode | undefined;
}

const SETS = ['SS', 'NS', 'BS'];

/** `Parameters` as the request has them; checked before the statement is looked at (recorded). */
export function parseParameters(parameters: readonly unknown[] | undefined): AttributeValue[] {
  return (parameters ?? []).map((value) => parseAttributeValue(value, 'older'));
}

/**
 * Puts parameters into a statement. Throws ValidationException when there are too few, and for operands of
 * wrong types: both come before that the table is missing (recorded).
 */
export function bindStatement(
  statement: Statement,
  parameters: readonly AttributeValue[],
): BoundStatement {
  if (parameters.length < statement.parameters)
    throw validationError("Number of parameters in request and statement don't match.");
  const binding = new Binding(undefined, new Substitutions(statement.constants, parameters));
  const whereOf = ({ where }: { where: ConditionSyntax | undefined }): ConditionNode | undefined =>
    where && bindCondition(binding, where);
  switch (statement.kind) {
    case 'select':
      return { kind: 'select', statement, where: whereOf(statement) };
    case 'insert':
      return { kind: 'insert', statement, stored: StoredItem.of(itemOf(binding, statement)) };
    case 'update': {
      const update = updateOf(binding, statement);
      return { kind: 'update', statement, where: whereOf(statement), update };
    }
    case 'delete':
      return { kind: 'delete', statement, where: whereOf(statement) };
    case 'exists': {
      const { select } = statement;
      return {
        kind: 'exists',
        statement,
        select: select && (bindStatement(select, parameters) as BoundSelect),
      };
    }
  }
}

function updateOf(binding: Binding, { actions, setParameters }: UpdateStatement): Update {
  for (const { value, error } of setParameters)
    if (!SETS.includes(typeOf(binding.value(value)))) throw error;
  return bindUpdate(binding, actions);
}

function itemOf(binding: Binding, statement: InsertStatement): Item {
  const item: Item = {};
  for (const [name, value] of statement.item) setAttribute(item, name, binding.value(value));
  return item;
}
