import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { attributeOf, setAttribute } from '../values/index.js';
import type { ExpressionAttributes } from './attributes.js';
import { Binding } from './binding.js';
import type { Path } from './path.js';
import { joinPaths, type PathTree } from './path-tree.js';
import { parseProjectionSyntax } from './projection-parser.js';
import { SyntaxCache } from './syntax-cache.js';

const KIND = 'ProjectionExpression';
const syntaxes = new SyntaxCache(parseProjectionSyntax);

/** The parts of an item that are wanted. */
export interface Projection {
  readonly paths: readonly Path[];
  /** The names of the top-level attributes that it returns, whole or in part. */
  readonly attributes: ReadonlySet<string>;
  readonly tree: PathTree<true>;
}

/** Parses a projection. Throws ValidationException in the service's words. */
export function parseProjection(text: string, attributes: ExpressionAttributes): Projection {
  const binding = new Binding(KIND, attributes);
  return projectionOf(syntaxes.get(text).map((path) => binding.path(path)));
}

/** A projection to these paths. Throws when they overlap or conflict. */
export function projectionOf(paths: readonly Path[]): Projection {
  return {
    paths,
    attributes: new Set(paths.map(([name]) => name)),
    tree: joinPaths(KIND, paths, () => true as const),
  };
}

/** The wanted parts that an item has, in the item's structure; lists close up over what is left out. */
export function project(projection: Projection, item: Item): Item {
  return projectMembers(projection.tree, item) ?? {};
}

function projectMembers({ children }: PathTree<true>, item: Item): Item | undefined {
  let result: Item | undefined;
  for (const [name, child] of children) {
    const value = typeof name === 'string' ? attributeOf(item, name) : undefined;
    const part = value && projectValue(child, value);
    if (part) setAttribute((result ??= {}), name as string, part);
  }
  return result;
}

function projectValue(tree: PathTree<true>, value: AttributeValue): AttributeValue | undefined {
  if (tree.leaf) return value;
  if (value.M) {
    const members = projectMembers(tree, value.M);
    return members && { M: members };
  }
  if (!value.L) return undefined;
  const members: AttributeValue[] = [];
  const indexes = [...tree.children.keys()].filter((key) => typeof key === 'number');
  for (const index of indexes.sort((a, b) => a - b)) {
    const member = value.L[index];
    const part = member && projectValue(tree.children.get(index)!, member);
    if (part) members.push(part);
  }
  return members.length === 0 ? undefined : { L: members };
}
