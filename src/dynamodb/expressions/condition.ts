import type { AttributeType, AttributeValue } from '../../lib/attribute-value.js';
import type { Path } from './path.js';
import type { Comparator } from './syntax.js';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly operand: Operand }
  /** Whether a condition holds, as a BOOL; only PartiQL has it. */
  | { readonly kind: 'condition'; readonly condition: ConditionNode };

export type ConditionNode =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ConditionNode[] }
  | { readonly kind: 'not'; readonly operand: ConditionNode }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: 'between';
      readonly operand: Operand;
      readonly lower: Operand;
      readonly upper: Operand;
    }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly wanted: boolean }
  | { readonly kind: 'type'; readonly path: Path; readonly type: AttributeType }
  | { readonly kind: 'begins_with'; readonly operand: Operand; readonly prefix: Operand }
  | { readonly kind: 'contains'; readonly operand: Operand; readonly member: Operand };

/** A condition with its names and values put in. */
export class Condition {
  readonly root: ConditionNode;
  #paths: readonly Path[] | undefined;

  constructor(root: ConditionNode) {
    this.root = root;
  }

  /** The paths it looks at. */
  get paths(): readonly Path[] {
    this.#paths ??= [...pathsOf(this.root)];
    return this.#paths;
  }

  /** The names of the top-level attributes that it looks at. */
  get attributes(): ReadonlySet<string> {
    return new Set(this.paths.map(([name]) => name));
  }
}

function* pathsOf(node: ConditionNode): Generator<Path> {
  switch (node.kind) {
    case 'and':
    case 'or':
      for (const operand of node.operands) yield* pathsOf(operand);
      return;
    case 'not':
      yield* pathsOf(node.operand);
      return;
    case 'exists':
    case 'type':
      yield node.path;
      return;
    default:
      for (const operand of operandsOf(node)) yield* pathsIn(operand);
  }
}

type Comparison = Extract<
  ConditionNode,
  { kind: 'compare' | 'between' | 'in' | 'begins_with' | 'contains' }
>;

function operandsOf(node: Comparison): readonly Operand[] {
  switch (node.kind) {
    case 'compare':
      return [node.left, node.right];
    case 'between':
      return [node.operand, node.lower, node.upper];
    case 'in':
      return [node.operand, ...node.list];
    case 'begins_with':
      return [node.operand, node.prefix];
    case 'contains':
      return [node.operand, node.member];
  }
}

function* pathsIn(operand: Operand): Generator<Path> {
  if (operand.kind === 'path') yield operand.path;
  else if (operand.kind === 'size') yield* pathsIn(operand.operand);
  else if (operand.kind === 'condition') yield* pathsOf(operand.condition);
}
