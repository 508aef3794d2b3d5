/**
 * What a cache does, whatever keeps it: the interface between the doors (HTTP, gRPC) and the backends. All
 * keys, values, fields and elements are bytes. Operations resolve when what they changed is kept, and throw
 * or reject with MomentoError: INVALID_ARGUMENT, FAILED_PRECONDITION (the item is of another type, or no
 * number), RESOURCE_EXHAUSTED (too large), INTERNAL or UNAVAILABLE.
 *
 * Semantics are those of Momento's API; where it documents none, the comment says "inferred".
 */
export interface CacheBackend {
  readonly items: Items;
  readonly scalars: Scalars;
  readonly dictionaries: Dictionaries;
  readonly sets: Sets;
  readonly lists: Lists;
  readonly sortedSets: SortedSets;
}

export type Bytes = Uint8Array;
export type ItemType = 'scalar' | 'dictionary' | 'set' | 'list' | 'sorted set';

/** What holds for items of any type. */
export interface Items {
  delete(key: Bytes): Promise<void>;
  exist(keys: readonly Bytes[]): Promise<boolean[]>;
  /** Milliseconds that the item has still to live; undefined when there is none. */
  ttl(key: Bytes): Promise<number | undefined>;
  type(key: Bytes): Promise<ItemType | undefined>;
  /** `increase` and `decrease` change the time to live only if it becomes longer, or shorter. */
  updateTtl(key: Bytes, change: TtlChange): Promise<'set' | 'not set' | 'missing'>;
  /** About `limit` keys from a cursor on. Keys that are there all the time are found, perhaps twice. */
  scan(cursor: string | undefined, limit: number): Promise<KeyPage>;
  /**
   * About `limit` elements of the collection under a key, from a cursor on, fewer when they are large; lists
   * and sorted sets (ascending) in their order. Undefined when there is nothing; a scalar has no elements. To
   * look counts as no hit. Rejects with INVALID_ARGUMENT on a cursor that is none.
   */
  elements(key: Bytes, cursor: string | undefined, limit: number): Promise<ElementPage | undefined>;
}

/** One element: with its field (dictionaries), its place from 0 (lists) or its score (sorted sets). */
export interface Element {
  value: Buffer;
  field?: Buffer;
  index?: number;
  score?: number;
}

export interface ElementPage {
  type: ItemType;
  /** Of all elements. */
  length: number;
  elements: Element[];
  /** Where to go on; undefined at the end. */
  cursor?: string;
}

export interface KeyPage {
  keys: Buffer[];
  /** Where to go on; undefined at the end. */
  cursor?: string;
}

export interface TtlChange {
  how: 'overwrite' | 'increase' | 'decrease';
  ttlMs: number;
}

/**
 * When a conditional write takes place. An item that is no scalar counts as there, and as different.
 */
export interface Condition {
  whenAbsent: boolean;
  whenPresent: 'always' | 'never' | 'if equal' | 'if different';
  /** What the present value is compared with: a value, or the {@link hashOf} one. */
  operand?: { value: Bytes } | { hash: Bytes };
}

export interface Scalars {
  get(key: Bytes): Promise<Buffer | undefined>;
  set(key: Bytes, value: Bytes, ttlMs: number): Promise<void>;
  /** Whether the value was stored. */
  setIf(key: Bytes, value: Bytes, ttlMs: number, condition: Condition): Promise<boolean>;
  /** Adds to a decimal number, absent being 0; its time to live begins anew (inferred). */
  increment(key: Bytes, amount: bigint, ttlMs: number): Promise<bigint>;
}

/** The time to live that a write gives a collection: a new one, or with `refresh` any. */
export interface CollectionTtl {
  ttlMs: number;
  refresh: boolean;
}

export interface Dictionaries {
  fetch(key: Bytes): Promise<[field: Buffer, value: Buffer][] | undefined>;
  /** A value, or undefined, for each field; undefined when there is no such dictionary. */
  get(key: Bytes, fields: readonly Bytes[]): Promise<(Buffer | undefined)[] | undefined>;
  set(
    key: Bytes,
    pairs: readonly (readonly [field: Bytes, value: Bytes])[],
    ttl: CollectionTtl,
  ): Promise<void>;
  increment(key: Bytes, field: Bytes, amount: bigint, ttl: CollectionTtl): Promise<bigint>;
  remove(key: Bytes, fields: readonly Bytes[]): Promise<void>;
  length(key: Bytes): Promise<number | undefined>;
}

export interface Sets {
  fetch(key: Bytes): Promise<Buffer[] | undefined>;
  /** At most `limit` different elements, by chance. */
  sample(key: Bytes, limit: number): Promise<Buffer[] | undefined>;
  add(key: Bytes, elements: readonly Bytes[], ttl: CollectionTtl): Promise<void>;
  /** False when there is no such set. */
  remove(key: Bytes, elements: readonly Bytes[]): Promise<boolean>;
  contains(key: Bytes, elements: readonly Bytes[]): Promise<boolean[] | undefined>;
  length(key: Bytes): Promise<number | undefined>;
  pop(key: Bytes, count: number): Promise<Buffer[] | undefined>;
}

/** A half-open slice; negative numbers count from the end, as in Python. */
export interface Slice {
  start?: number;
  end?: number;
}

export type ListEnd = 'front' | 'back';

export interface Lists {
  /**
   * Puts values before the front or behind the back, in the order given, then drops elements from the other
   * end beyond `truncateTo` (0: none). Returns the new length.
   */
  concatenate(
    key: Bytes,
    end: ListEnd,
    values: readonly Bytes[],
    ttl: CollectionTtl,
    truncateTo: number,
  ): Promise<number>;
  pop(key: Bytes, end: ListEnd): Promise<{ value: Buffer; length: number } | undefined>;
  fetch(key: Bytes, slice: Slice): Promise<Buffer[] | undefined>;
  /** Keeps only the slice; returns the new length, undefined when there is no such list. */
  retain(key: Bytes, slice: Slice, ttl: CollectionTtl): Promise<number | undefined>;
  /** Removes all elements of this value; returns the new length. */
  removeValue(key: Bytes, value: Bytes): Promise<number | undefined>;
  /**
   * Replaces the element at a place (from 0), or removes it when `value` is undefined, if it still is `was`.
   * Whether it was; undefined when there is no such list.
   */
  replace(
    key: Bytes,
    place: number,
    was: Bytes,
    value: Bytes | undefined,
  ): Promise<boolean | undefined>;
  /** Removes ranges of positions; returns the new length. */
  erase(
    key: Bytes,
    ranges: readonly { begin: number; count: number }[],
  ): Promise<number | undefined>;
  length(key: Bytes): Promise<number | undefined>;
}

export interface ScoredElement {
  value: Buffer;
  score: number;
}

export type Order = 'ascending' | 'descending';

export interface ScoreRange {
  min?: { score: number; exclusive: boolean };
  max?: { score: number; exclusive: boolean };
}

/** Sorted sets: by score, equal scores by the bytes of the value (inferred). */
export interface SortedSets {
  put(
    key: Bytes,
    elements: readonly { value: Bytes; score: number }[],
    ttl: CollectionTtl,
  ): Promise<void>;
  fetchByIndex(key: Bytes, slice: Slice, order: Order): Promise<ScoredElement[] | undefined>;
  /** `count` undefined: all. */
  fetchByScore(
    key: Bytes,
    range: ScoreRange,
    order: Order,
    offset: number,
    count: number | undefined,
  ): Promise<ScoredElement[] | undefined>;
  scores(key: Bytes, values: readonly Bytes[]): Promise<(number | undefined)[] | undefined>;
  remove(key: Bytes, values: readonly Bytes[]): Promise<void>;
  increment(key: Bytes, value: Bytes, amount: number, ttl: CollectionTtl): Promise<number>;
  /** Counts from 0; `rank` is undefined when the set has no such element. */
  rank(key: Bytes, value: Bytes, order: Order): Promise<{ rank: number | undefined } | undefined>;
  length(key: Bytes): Promise<number | undefined>;
  lengthByScore(key: Bytes, range: ScoreRange): Promise<number | undefined>;
  /** Stores the union of weighted sets under a key, over what was there; returns its length. */
  unionStore(
    key: Bytes,
    sources: readonly { key: Bytes; weight: number }[],
    aggregate: Aggregate,
    ttlMs: number,
  ): Promise<number>;
}

export type Aggregate = 'sum' | 'min' | 'max';
