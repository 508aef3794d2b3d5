import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { setAttribute } from '../values/index.js';
import type { Path } from './path.js';
import type { PathTree } from './path-tree.js';
import { projectionOf, type Projection } from './projection.js';
import { updateCharge } from './update-charge.js';

export type UpdateOperand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: UpdateOperand }
  | {
      readonly kind: 'list_append' | '+' | '-';
      readonly left: UpdateOperand;
      readonly right: UpdateOperand;
    };

export type UpdateAction =
  | { readonly kind: 'SET'; readonly path: Path; readonly value: UpdateOperand }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: AttributeValue };

const NUMBER: AttributeValue = { N: '0' };
const LIST: AttributeValue = { L: [] };

/** What an operand gives for all items, or another value of that type; undefined when it depends on them. */
function knownValue(operand: UpdateOperand): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case '+':
    case '-':
      return NUMBER;
    case 'list_append':
      return LIST;
    default:
      return undefined;
  }
}

function pathsIn(operand: UpdateOperand): Path[] {
  switch (operand.kind) {
    case 'value':
      return [];
    case 'path':
      return [operand.path];
    case 'if_not_exists':
      return [operand.path, ...pathsIn(operand.otherwise)];
    default:
      return [...pathsIn(operand.left), ...pathsIn(operand.right)];
  }
}

/** The parameter that an update comes from. */
export type UpdateOrigin = 'UpdateExpression' | 'AttributeUpdates';

/** An update with its names and values put in. */
export class Update {
  /** In the order in which they are written. */
  readonly actions: readonly UpdateAction[];
  /** Where each action writes; leaves are indexes of {@link actions}. */
  readonly tree: PathTree<number>;
  readonly origin: UpdateOrigin;
  #projection: Projection | undefined;

  constructor(
    actions: readonly UpdateAction[],
    tree: PathTree<number>,
    origin: UpdateOrigin = 'UpdateExpression',
  ) {
    this.actions = actions;
    this.tree = tree;
    this.origin = origin;
  }

  /** The paths it writes or reads. */
  get paths(): readonly Path[] {
    return this.actions.flatMap((action) =>
      action.kind === 'SET' ? [action.path, ...pathsIn(action.value)] : [action.path],
    );
  }

  /** The names of the top-level attributes that it writes, whole or in part. */
  get attributes(): ReadonlySet<string> {
    return new Set(this.actions.map(({ path }) => path[0]));
  }

  /** Whether it only takes away: such an update makes no item where there is none (observed at the service). */
  get onlyTakesAway(): boolean {
    const { actions } = this;
    return (
      actions.length > 0 && actions.every(({ kind }) => kind === 'REMOVE' || kind === 'DELETE')
    );
  }

  /**
   * The top-level attributes of which the request alone tells what they will be: the value, or another one
   * of its type.
   */
  get known(): Item {
    const known: Item = {};
    for (const action of this.actions) {
      if (action.path.length > 1 || action.kind === 'REMOVE') continue;
      const value = action.kind === 'SET' ? knownValue(action.value) : action.value;
      if (value) setAttribute(known, action.path[0], value);
    }
    return known;
  }

  /** What `UPDATED_OLD` and `UPDATED_NEW` show. */
  get projection(): Projection {
    this.#projection ??= projectionOf(this.actions.map(({ path }) => path));
    return this.#projection;
  }

  /**
   * Bytes that UpdateItem holds against the limit of an item, beside the size of the new item (recorded in
   * most regions). They depend on the request alone and are checked before the condition. Updates that are
   * not expressions are not charged.
   */
  get charge(): number {
    return this.origin === 'UpdateExpression' ? updateCharge(this.actions) : 0;
  }
}
