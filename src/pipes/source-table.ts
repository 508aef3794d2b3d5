import type { Item } from '../lib/attribute-value.js';
import type { StreamViewType } from '../streams/index.js';

/** A part of a table, in pages: all that hash into one of so many segments, behind a key. */
export interface TablePart {
  segment: number;
  segments: number;
  after: Item | undefined;
  /** Items of the page at most. */
  limit: number;
}

/** The table behind a stream, as it is when a method is called. */
export interface SourceTable {
  /** What the stream's records hold. */
  readonly viewType: StreamViewType;
  /** Items it holds, about. */
  count(): Promise<number>;
  /** `last`: the key to go on behind; undefined at the end. Consistent: what was written before the call is in it. */
  page(part: TablePart): Promise<{ items: Item[]; last: Item | undefined }>;
  get(keys: Item): Promise<Item | undefined>;
  keysOf(item: Item): Item;
}

/**
 * Finds the table of a stream. Undefined when it lies elsewhere, or when the stream is not the one that the table has
 * now: then nobody can tell how what is read of the table and what comes down the stream lie in time.
 */
export type SourceTables = (streamArn: string) => Promise<SourceTable | undefined>;
