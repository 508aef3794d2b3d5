import { AwsError } from '../lib/aws-error.js';
import type { CacheHandle, Caches, Element, ItemType } from '../momento/index.js';
import { cacheOf, noItem } from './cache-operations.js';
import { bytesShown, shownBytes } from './shown-bytes.js';

/** Elements of one answer, when the caller does not say. */
const DEFAULT_ELEMENTS = 100;
/** What is there keeps its time to live. */
const KEPT = { ttlMs: 1, refresh: false };

/** The elements of collections, as Freshet's own API shows and changes them. */
export interface ElementOperations {
  listElements(
    cache: string,
    key: Buffer,
    page: { limit: number | undefined; cursor: string | undefined },
  ): Promise<object>;
  putElement(cache: string, key: Buffer, element: object): Promise<void>;
  removeElement(cache: string, key: Buffer, element: object): Promise<void>;
}

export function elementOperations(store: Caches): ElementOperations {
  /** The type of the collection under a key. A change may not make one: that would need a time to live. */
  const typeOf = async (cache: CacheHandle, name: string, key: Buffer): Promise<ItemType> => {
    const type = await cache.items.type(key);
    if (type === undefined) throw noItem(name);
    if (type === 'scalar') throw noCollection();
    return type;
  };
  return {
    async listElements(name, key, { limit = DEFAULT_ELEMENTS, cursor }) {
      const { items } = cacheOf(store, name);
      const page = await items.elements(key, cursor, limit);
      const ttlMs = page && (await items.ttl(key));
      if (page === undefined || ttlMs === undefined) throw noItem(name);
      if (page.type === 'scalar') throw noCollection();
      return { ...page, ttlMs, elements: page.elements.map(shownElement) };
    },
    async putElement(name, key, element) {
      const cache = cacheOf(store, name);
      const { field, value, score, index, was, end } = element as Record<string, unknown>;
      const bytes = bytesShown(value, 'value');
      switch (await typeOf(cache, name, key)) {
        case 'dictionary':
          return cache.dictionaries.set(key, [[bytesShown(field, 'field'), bytes]], KEPT);
        case 'set':
          return cache.sets.add(key, [bytes], KEPT);
        case 'sorted set':
          return cache.sortedSets.put(key, [{ value: bytes, score: scoreOf(score) }], KEPT);
        default:
          if (index !== undefined) {
            const before = bytesShown(was, 'was');
            return changed(name, await cache.lists.replace(key, placeOf(index), before, bytes));
          }
          if (end !== 'front' && end !== 'back')
            throw new AwsError(
              'BadRequest',
              'The item is a list: send "index" and "was" with the value, or "end", front or back.',
            );
          await cache.lists.concatenate(key, end, [bytes], KEPT, 0);
      }
    },
    async removeElement(name, key, element) {
      const cache = cacheOf(store, name);
      const { field, value, index, was } = element as Record<string, unknown>;
      switch (await typeOf(cache, name, key)) {
        case 'dictionary':
          return cache.dictionaries.remove(key, [bytesShown(field, 'field')]);
        case 'set':
          await cache.sets.remove(key, [bytesShown(value, 'value')]);
          return;
        case 'sorted set':
          return cache.sortedSets.remove(key, [bytesShown(value, 'value')]);
        default: {
          const before = bytesShown(was, 'was');
          changed(name, await cache.lists.replace(key, placeOf(index), before, undefined));
        }
      }
    },
  };
}

function shownElement({ field, value, score, ...rest }: Element): object {
  return {
    ...rest,
    ...(field && { field: shownBytes(field) }),
    value: shownBytes(value),
    // JSON has no infinite numbers.
    ...(score !== undefined && { score: Number.isFinite(score) ? score : String(score) }),
  };
}

function scoreOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new AwsError(
    'BadRequest',
    '"score" must be a number, or one of the texts Infinity and -Infinity.',
  );
}

function placeOf(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new AwsError('BadRequest', '"index" must be a whole number from 0 on.');
}

/** Of a list: undefined when it is gone, false when another element stands there now. */
function changed(cache: string, isChanged: boolean | undefined): void {
  if (isChanged === true) return;
  if (isChanged === undefined) throw noItem(cache);
  throw new AwsError(
    'Changed',
    'The list has changed: another element stands there now, and was left alone. Look again.',
    { status: 409 },
  );
}

function noCollection(): AwsError {
  return new AwsError(
    'NoCollection',
    'The item under this key is a single value, without elements; get it at /cache/ instead.',
    { status: 400 },
  );
}
