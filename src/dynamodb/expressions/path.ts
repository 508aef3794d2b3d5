import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { attributeOf } from '../values/index.js';

/** The name of a top-level attribute, then names of map members and indexes of list members. */
export type Path = readonly [string, ...(string | number)[]];

/** The value at a path of an item; undefined when there is none. */
export function resolvePath(path: Path, item: Item): AttributeValue | undefined {
  let value = attributeOf(item, path[0]);
  for (let at = 1; at < path.length && value !== undefined; at += 1) {
    const element = path[at]!;
    value =
      typeof element === 'number' ? value.L?.[element] : value.M && attributeOf(value.M, element);
  }
  return value;
}

/** A path as the service's messages show it: `[a, [1], b]`. */
export function pathText(path: Path): string {
  const elements = path.map((element) => (typeof element === 'number' ? `[${element}]` : element));
  return `[${elements.join(', ')}]`;
}

/** Whether two paths name the same place. */
export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((element, at) => element === b[at]);
}
