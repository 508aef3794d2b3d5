import type { Item } from '../lib/attribute-value.js';

export type BackfillState = 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** A pipe's backfill, the last one that it was asked for: how far it is. */
export interface BackfillResource {
  /** The pipe's. */
  name: string;
  /** Of the pipe: another one of its name has nothing to do with it. */
  pipeId: string;
  /** Differs between two backfills. */
  id: string;
  state: BackfillState;
  stateReason?: string;
  /** Items a second; as many as the target takes without it. */
  rate?: number;
  /** Items that the table held at the beginning, about. */
  about: number;
  segments: BackfillSegment[];
  counts: BackfillCounts;
  /** Epoch milliseconds. */
  startedAt: number;
  finishedAt?: number;
}

export interface BackfillSegment {
  /** The key up to which all items are done with; absent at the beginning. */
  after?: Item;
  /** Whether all of them are. */
  done: boolean;
}

/** Of the items that are done with, as far as segments tell. */
export interface BackfillCounts {
  /** Items read from the table. */
  read: number;
  /** Records that the target took. */
  delivered: number;
  /** Records of which the enrichment left nothing to send. */
  skipped: number;
  /** Items that no filter let through. */
  filtered: number;
  /** Items that were not sent, because a newer change of them came down the stream. */
  superseded: number;
  /** Records that were given up and are dead letters. */
  deadLettered: number;
}
