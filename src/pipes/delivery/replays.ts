import type { PipeRecord } from '../pipe-record.js';
import type { Replay, ReplayOutcome } from '../replay.js';
import { reasonOf } from '../stages/stage.js';
import type { StagesAttempt } from '../stages/stages.js';
import { traceOutcome } from '../trace/trace-entry.js';
import type { DeliveryContext } from './delivery-options.js';

const STOPPED: ReplayOutcome = {
  result: 'failed',
  reason: 'The pipe was stopped; start it and send the record again.',
};

type Context = Pick<DeliveryContext, 'clock' | 'log' | 'metrics' | 'pipeName' | 'queue'>;

/** Dead letters that are sent once more. */
export class Replays {
  readonly #context: Context;
  /** Who waits for what comes of them. */
  readonly #waiting = new Set<Replay['done']>();
  #isStopped = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Takes a letter's record into the queue; false when it is too late for that. `done` is told of the outcome. */
  add(record: PipeRecord, done: Replay['done']): boolean {
    if (this.#isStopped) {
      done(STOPPED);
      return false;
    }
    this.#waiting.add(done);
    this.#context.queue.add(record);
    return true;
  }

  /** All that have no outcome yet get none any more. */
  stop(): void {
    this.#isStopped = true;
    for (const done of this.#waiting) done(STOPPED);
    this.#waiting.clear();
  }

  /**
   * Its turn has come. One attempt, no more: a letter that fails again stays what it is. Resolves to what tells the
   * outcome.
   */
  async run(
    record: PipeRecord,
    { isCurrent, done }: Replay,
    attempt: () => Promise<StagesAttempt>,
  ): Promise<() => void> {
    const { clock, log, pipeName, queue } = this.#context;
    let outcome: ReplayOutcome;
    try {
      const current = await isCurrent();
      outcome =
        current === true
          ? this.#outcomeOf(record, await attempt())
          : { result: current === false ? 'superseded' : 'uncertain' };
    } catch (error) {
      log.error('A dead letter could not be sent again', { pipe: pipeName, error });
      outcome = { result: 'failed', reason: reasonOf(error) };
    }
    const isDelivered = outcome.result === 'delivered';
    traceOutcome(record, isDelivered ? 'delivered' : 'dead-lettered', clock.now());
    queue.release(record);
    return () => {
      if (this.#waiting.delete(done)) done(outcome);
    };
  }

  #outcomeOf(record: PipeRecord, attempt: StagesAttempt): ReplayOutcome {
    if (attempt.outcome !== 'delivered') return { result: 'failed', reason: attempt.reason };
    const { clock, metrics } = this.#context;
    metrics.counts.delivered += 1;
    const { eventID } = record.record;
    metrics.lastDelivery = { at: clock.now(), eventID, status: attempt.status };
    return { result: 'delivered' };
  }
}
