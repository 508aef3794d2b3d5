import type { Item } from '../../lib/attribute-value.js';

/** How a target differs from the table: it lacks an item, holds another state of it, or something that is none. */
export type DifferenceKind = 'missing' | 'stale' | 'extra';

/** What a verification tells, one after the other; the last is `end`. */
export type VerifyEvent =
  | {
      type: 'difference';
      kind: DifferenceKind;
      /** Of the item; absent when only the target's own key is known. */
      keys?: Item;
      /** Where it is in the target; secret values are masked. */
      url: string;
      /** The first part of what the target should hold, and of what it does. */
      expected?: string;
      actual?: string;
      /** After a repair: whether the target holds now what it should. */
      repaired?: boolean;
    }
  | {
      type: 'unknown';
      keys?: Item;
      /** Why it cannot be told whether the target is right. */
      reason: string;
    }
  | { type: 'progress'; checked: number; about: number }
  | ({ type: 'end' } & VerifyCounts);

export interface VerifyCounts {
  /** Items that were looked up at the target. */
  checked: number;
  /** Items that the filters keep from the target. */
  filtered: number;
  missing: number;
  stale: number;
  extra: number;
  /** Items of which it could not be told. */
  unknown: number;
  repaired: number;
  /** Whether the target could be searched for what is no item; if not, `extra` is of items that went meanwhile. */
  searched: boolean;
}
