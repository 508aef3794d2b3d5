import type { Attempt } from '../../destinations/index.js';
import type { PipeRecord } from '../pipe-record.js';
import { expiresIn, judge } from '../retry.js';
import type { StagesAttempt } from '../stages/stages.js';
import { traceOutcome } from '../trace/trace-entry.js';
import type { DeadLetterStore } from './dead-letter-store.js';
import type { DeliveryContext } from './delivery-options.js';

/** What follows from an attempt: its record is finished, waits for another try, or is given up. */
export class Conclusions {
  readonly #context: DeliveryContext;
  readonly #store: DeadLetterStore;

  constructor(context: DeliveryContext, store: DeadLetterStore) {
    this.#context = context;
    this.#store = store;
  }

  /** Afterwards the record is finished, parked, or has a letter that is to be stored. */
  draw(record: PipeRecord, attempt: StagesAttempt): void {
    record.tries += 1;
    const { definition, metrics } = this.#context;
    if (record.tries > 1) metrics.counts.retried += 1;
    const verdict = judge(definition.limits, attempt, record.tries, Math.random(), record.setbacks);
    if (verdict.action === 'done') {
      this.#deliver(record, attempt);
      return;
    }
    this.#noteFailure(record, attempt);
    if (verdict.action === 'give up') this.#store.giveUp(record, verdict.condition);
    else this.#wait(record, attempt.reason, verdict.waitMs, verdict.firm);
  }

  /** The target answers: what waited only because it was down need not wait any longer. */
  answered(): void {
    const { guard, queue } = this.#context;
    if (guard.answered()) queue.wakeAll(false);
  }

  #deliver(record: PipeRecord, attempt: StagesAttempt): void {
    const { clock, metrics, health } = this.#context;
    const outcome = attempt.skipped ? 'skipped' : 'delivered';
    metrics.counts[outcome] += 1;
    const now = clock.now();
    // An item of the table has no time of its write.
    if (record.onDone === undefined) metrics.delay.record(now - record.writtenAt);
    metrics.lastDelivery = { at: now, eventID: record.record.eventID, status: attempt.status };
    health.delivered(record);
    this.answered();
    traceOutcome(record, outcome, now);
    this.#context.finish(record, outcome);
  }

  #noteFailure(record: PipeRecord, attempt: Attempt): void {
    const { clock, metrics, guard } = this.#context;
    record.lastFailure = attempt;
    metrics.lastFailure = {
      at: clock.now(),
      reason: attempt.reason,
      attempt: record.tries,
      eventID: record.record.eventID,
      keys: record.record.dynamodb.Keys,
    };
    if (attempt.outcome === 'retry') guard.failed(record.key, clock.monotonic(), Math.random());
    else if (attempt.status !== undefined) this.answered();
  }

  #wait(record: PipeRecord, reason: string, waitMs: number, firm: boolean): void {
    const { definition, clock, health, queue, onWatch } = this.#context;
    health.failed(record, reason, clock.now());
    onWatch();
    traceOutcome(record, 'retrying', clock.now());
    queue.waitsAgain(record);
    // When it expires there is nothing left to wait for, and later changes of the item wait behind it.
    const leftMs = expiresIn(definition.limits, record.writtenAt, clock.now());
    queue.park(record, clock.monotonic() + Math.min(waitMs, leftMs), firm);
  }
}
