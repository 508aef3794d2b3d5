import { expressionError, type ExpressionKind } from './kind.js';
import { pathText, type Path } from './path.js';

/** Several paths joined where they are the same: what an update writes, or a projection returns. */
export interface PathTree<Leaf> {
  /** By name or index. Keys of one node are all names or all indexes. */
  readonly children: ReadonlyMap<string | number, PathTree<Leaf>>;
  /** What lies at the end of a path; nodes with it have no children. */
  readonly leaf: Leaf | undefined;
}

interface Node<Leaf> {
  children: Map<string | number, Node<Leaf>>;
  leaf: Leaf | undefined;
}

/**
 * Joins paths. Throws when two are the same, one lies inside the other (overlap), or they step into the
 * same place by name and by index (conflict).
 */
export function joinPaths<Leaf>(
  kind: ExpressionKind | undefined,
  paths: readonly Path[],
  leafOf: (at: number) => Leaf,
): PathTree<Leaf> {
  const root: Node<Leaf> = { children: new Map(), leaf: undefined };
  paths.forEach((path, at) => {
    let node = root;
    for (const element of path) {
      if (node.leaf !== undefined) refuse(kind, paths);
      let child = node.children.get(element);
      if (!child) {
        for (const [other] of node.children) {
          if (typeof other !== typeof element) refuse(kind, paths);
          break;
        }
        child = { children: new Map(), leaf: undefined };
        node.children.set(element, child);
      }
      node = child;
    }
    if (node.leaf !== undefined || node.children.size > 0) refuse(kind, paths);
    node.leaf = leafOf(at);
  });
  return root;
}

/** Overlaps are reported before conflicts (recorded). */
function refuse(kind: ExpressionKind | undefined, paths: readonly Path[]): never {
  const clash = findClash(paths, 'overlap') ?? findClash(paths, 'conflict');
  // PartiQL names the later path first (recorded with DynamoDB Local).
  const message = clash ? clashText(clash, kind === undefined) : '';
  throw expressionError(kind, message);
}

interface Clash {
  readonly clash: 'overlap' | 'conflict';
  readonly first: Path;
  readonly second: Path;
}

function findClash(paths: readonly Path[], clash: Clash['clash']): Clash | undefined {
  for (const [at, second] of paths.entries())
    for (const first of paths.slice(0, at))
      if (clashOf(first, second) === clash) return { clash, first, second };
  return undefined;
}

function clashText({ clash, first, second }: Clash, laterFirst: boolean): string {
  const [one, two] = laterFirst ? [second, first] : [first, second];
  return (
    `Two document paths ${clash} with each other; must remove or rewrite one of these paths; ` +
    `path one: ${pathText(one)}, path two: ${pathText(two)}`
  );
}

function clashOf(a: Path, b: Path): 'overlap' | 'conflict' | undefined {
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    if (typeof a[at] !== typeof b[at]) return 'conflict';
    if (a[at] !== b[at]) return undefined;
  }
  return 'overlap';
}
