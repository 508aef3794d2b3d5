import type { Attempt } from '../../destinations/index.js';
import type { DeadLetter } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import type { StageName } from '../executions/message-types.js';
import type { PipeRecord } from '../pipe-record.js';
import type { PipeTrace } from './pipe-trace.js';

/** Attempts of one record that are kept, the newest. */
const MAX_ATTEMPTS = 10;

/**
 * What has become of a record. `filtered`: no filter let it through; `skipped`: the enrichment left nothing to send;
 * `retrying`: it waits for its next try; `superseded`: a newer state of its item took its place.
 */
export type TraceOutcome =
  'filtered' | 'sending' | 'delivered' | 'skipped' | 'retrying' | 'dead-lettered' | 'superseded';

/** One pass through one stage. */
export interface TracedStep {
  readonly stage: StageName;
  /** Milliseconds from entering the stage to its end: rendering, the wait for the rate limit, the exchange. */
  readonly tookMs: number;
  /** Undefined when there was no request: `error` says why. */
  readonly attempt: Attempt | undefined;
  readonly error: string | undefined;
}

/** One attempt: a step for each stage that it came to. */
export interface TracedAttempt {
  /** The first is 1. */
  readonly number: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly steps: TracedStep[];
}

/**
 * One record on its way, as the trace keeps it: references to what was there anyway. It is told at each step and makes
 * nothing readable.
 */
export class TraceEntry {
  readonly id: number;
  readonly record: ChangeRecord;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
  /** Epoch milliseconds of the moment at which it was filtered, or its first request was made. */
  readonly startedAt: number;
  readonly attempts: TracedAttempt[] = [];
  attemptCount = 0;
  outcome: TraceOutcome = 'sending';
  /** Epoch milliseconds; undefined while it is on its way. */
  endedAt: number | undefined;
  /** Set once it is given up. */
  condition: DeadLetter['condition'] | undefined;
  /** The trace's count of changes as it was at the last one of this entry. */
  version = 0;
  /** What it keeps in memory, in bytes, roughly. */
  size: number;
  /** Whether it is among those that the trace lists. */
  isListed = false;
  readonly #trace: PipeTrace;

  constructor(
    trace: PipeTrace,
    id: number,
    record: ChangeRecord,
    writtenAt: number,
    startedAt: number,
  ) {
    this.#trace = trace;
    this.id = id;
    this.record = record;
    this.writtenAt = writtenAt;
    this.startedAt = startedAt;
    this.size = record.dynamodb.SizeBytes;
  }

  /** An attempt begins. */
  begin(now: number): void {
    this.attemptCount += 1;
    this.outcome = 'sending';
    if (this.attempts.length === MAX_ATTEMPTS) {
      const [dropped] = this.attempts.splice(0, 1);
      this.#grow(-sizeOf(dropped!));
    }
    this.attempts.push({ number: this.attemptCount, startedAt: now, steps: [] });
  }

  /** What the enrichment answered last, if it answered. */
  get enriched(): Attempt | undefined {
    for (const { steps } of this.attempts.toReversed())
      for (const { stage, attempt } of steps)
        if (stage === 'Enrichment' && attempt?.answer !== undefined) return attempt;
    return undefined;
  }

  /** A stage of the attempt has ended. */
  step(
    stage: StageName,
    tookMs: number,
    attempt: Attempt | undefined,
    error: string | undefined,
  ): void {
    this.attempts.at(-1)!.steps.push({ stage, tookMs, attempt, error });
    if (attempt !== undefined) this.#grow(sizeOfAttempt(attempt));
  }

  /** Something has come of it: for good, unless it is `retrying`. */
  become(outcome: TraceOutcome, now: number, condition?: DeadLetter['condition']): void {
    this.outcome = outcome;
    this.condition = condition;
    this.endedAt = outcome === 'retrying' ? undefined : now;
    this.#trace.changed(this);
  }

  #grow(bytes: number): void {
    this.size += bytes;
    if (this.isListed) this.#trace.grew(bytes);
  }
}

/** Tells the entry of a record, if it has one, what has come of it. */
export function traceOutcome(
  { trace }: Pick<PipeRecord, 'trace'>,
  outcome: TraceOutcome,
  now: number,
  condition?: DeadLetter['condition'],
): void {
  trace?.become(outcome, now, condition);
}

function sizeOf({ steps }: TracedAttempt): number {
  let size = 0;
  for (const { attempt } of steps) if (attempt !== undefined) size += sizeOfAttempt(attempt);
  return size;
}

function sizeOfAttempt({ sent, responseBody, answer }: Attempt): number {
  return (sent?.size ?? 0) + responseBody.length + (answer?.length ?? 0);
}
