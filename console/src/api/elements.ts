import { freshet, itemQuery } from './freshet';
import type { CacheKey } from './momento';

/** Text, or bytes that are none. */
export type Shown = CacheKey;

export interface Element {
  value: Shown;
  /** Of a dictionary. */
  field?: Shown;
  /** Of a list, from 0. */
  index?: number;
  /** Of a sorted set; infinite ones are texts. */
  score?: number | string;
}

export type CollectionType = 'dictionary' | 'set' | 'list' | 'sorted set';

export interface ElementPage {
  type: CollectionType;
  length: number;
  ttlMs: number;
  elements: Element[];
  /** Absent at the end. */
  cursor?: string;
}

export const PAGE_SIZE = 50;

const path = (cache: string, key: CacheKey, rest = ''): string =>
  `caches/${encodeURIComponent(cache)}/elements${rest}?${itemQuery(key)}`;

export const listElements = (
  cache: string,
  key: CacheKey,
  cursor?: string,
): Promise<ElementPage> => {
  const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  return freshet('GET', `${path(cache, key)}&limit=${String(PAGE_SIZE)}${from}`);
};

/** Adds an element, or replaces the one that it names. */
export const putElement = (
  cache: string,
  key: CacheKey,
  element: Element & { was?: Shown; end?: 'front' | 'back' },
): Promise<unknown> => freshet('PUT', path(cache, key), element);

export const removeElement = (
  cache: string,
  key: CacheKey,
  { field, index, value }: Element,
): Promise<unknown> =>
  freshet('POST', path(cache, key, '/remove'), {
    ...(field && { field }),
    ...(index === undefined ? { value } : { index, was: value }),
  });
