import { Histogram } from '../lib/histogram.js';
import { ExecutionMetrics } from './executions/execution-metrics.js';
import { GiveUps } from './settling/give-ups.js';
import type { Item } from '../lib/attribute-value.js';

/** What a pipe has done since the process started. */
export interface PipeCounts {
  /** Records read from the stream. */
  read: number;
  /** Records that no filter let through. */
  filtered: number;
  /** Records that the target took. */
  delivered: number;
  /** Records of which the enrichment left nothing to send. */
  skipped: number;
  /** Records that were replaced by a newer state of their item before they were sent, or sent again. */
  coalesced: number;
  /** Attempts beyond the first of their record. */
  retried: number;
  /** Records that were given up and stored. */
  deadLettered: number;
}

export interface LastDelivery {
  /** Epoch milliseconds. */
  at: number;
  eventID: string;
  /** HTTP status. */
  status: number | undefined;
}

export interface LastFailure {
  /** Epoch milliseconds. */
  at: number;
  /** What went wrong and what to do about it. */
  reason: string;
  /** Which try of the record it was; the first is 1. */
  attempt: number;
  eventID: string;
  keys: Item;
}

/** Counts of one pipe; they outlive its restarts by updates. */
export class PipeMetrics {
  readonly counts: PipeCounts = {
    read: 0,
    filtered: 0,
    delivered: 0,
    skipped: 0,
    coalesced: 0,
    retried: 0,
    deadLettered: 0,
  };
  /** What CloudWatch would tell. */
  readonly executions = new ExecutionMetrics();
  /** Milliseconds from the write of an item to the target's answer. */
  readonly delay = new Histogram();
  readonly giveUps = new GiveUps();
  lastDelivery: LastDelivery | undefined;
  lastFailure: LastFailure | undefined;
}
