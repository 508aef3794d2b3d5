import type { ElementLog } from './collection.js';
import { Dictionary } from './dictionary.js';
import { ElementSet } from './element-set.js';
import { List } from './list.js';
import { SortedSet } from './sorted-set.js';

/** The kinds of collections, each with what makes an empty one. */
const MAKERS = {
  dictionary: (log: ElementLog) => new Dictionary(log),
  set: (log: ElementLog) => new ElementSet(log),
  list: (log: ElementLog) => new List(log),
  'sorted set': (log: ElementLog) => new SortedSet(log),
};

export type CollectionKind = keyof typeof MAKERS;
export type CollectionOf<K extends CollectionKind> = ReturnType<(typeof MAKERS)[K]>;

export function makeCollection(
  kind: CollectionKind,
  log: ElementLog,
): CollectionOf<CollectionKind> {
  return MAKERS[kind](log);
}
