import type { DeadLetter } from '../../state/index.js';
import { makeDeadLetter } from '../dead-letter.js';
import type { PipeRecord } from '../pipe-record.js';
import { backoff } from '../retry.js';
import { traceOutcome } from '../trace/trace-entry.js';
import type { DeliveryContext } from './delivery-options.js';

/** Waits after failures to store a dead letter. */
const FIRST_STORE_WAIT_MS = 100;
const MAX_STORE_WAIT_MS = 10_000;

/** Gives records up: makes their dead letters, and stores them until it succeeds. */
export class DeadLetterStore {
  readonly #context: DeliveryContext;

  constructor(context: DeliveryContext) {
    this.#context = context;
  }

  giveUp(record: PipeRecord, condition: DeadLetter['condition']): void {
    const { pipeName, clock } = this.#context;
    record.letter = makeDeadLetter(pipeName, record, condition, clock.now());
  }

  /**
   * Stores the letter of a record and finishes it, or parks it for another try: the checkpoint may pass a record that
   * was given up only once it is stored.
   */
  async store(record: PipeRecord, letter: DeadLetter): Promise<void> {
    const { deadLetters, clock, log, metrics, trace, health, pipeName, queue } = this.#context;
    try {
      await deadLetters.add(letter);
    } catch (error) {
      record.storeFailures += 1;
      if (record.storeFailures === 1)
        log.error('A dead letter could not be stored and is tried again', {
          pipe: pipeName,
          eventID: record.record.eventID,
          error,
        });
      const waitMs = backoff(record.storeFailures, FIRST_STORE_WAIT_MS, MAX_STORE_WAIT_MS);
      queue.park(record, clock.monotonic() + waitMs, false);
      return;
    }
    metrics.counts.deadLettered += 1;
    const now = clock.now();
    metrics.giveUps.record(now);
    record.trace ??= trace.begin(record.record, record.writtenAt, now);
    traceOutcome(record, 'dead-lettered', now, letter.condition);
    health.gaveUp(record, letter.reason);
    this.#context.onWatch();
    this.#context.finish(record, 'deadLettered');
  }
}
