import type { Attempt } from '../destinations/index.js';
import { sleep, type Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { DeadLetter, DeadLetters } from '../state/index.js';
import { Coalescing, type Replaced } from './coalescing.js';
import { makeDeadLetter } from './dead-letter.js';
import type { PipeDefinition } from './definition.js';
import { Guard } from './guard.js';
import type { Health } from './health.js';
import { Lanes } from './lanes.js';
import type { PipeMetrics } from './metrics.js';
import type { PathWatch } from './path-watch.js';
import type { Outcome, PipeRecord } from './pipe-record.js';
import type { Replay, ReplayOutcome } from './replay.js';
import { backoff, expiresIn, isExpired, judge } from './retry.js';
import { reasonOf, RequestError } from './stages/stage.js';
import type { Stages, StagesAttempt } from './stages/stages.js';
import { unsentAttempt } from './stages/unsent.js';
import type { PipeTrace } from './trace/pipe-trace.js';
import { traceOutcome } from './trace/trace-entry.js';
import { WakeTimer } from './wake-timer.js';

/** Records of different items that one pipe has in flight at once. */
export const MAX_IN_FLIGHT = 64;
/**
 * Also with a low rate limit so many wait inside the destination, lest its time to answer lower the rate;
 * no more, because a pipe that stops waits for them.
 */
const MIN_IN_FLIGHT = 8;
/** After so many others one of the background is due, lest it wait for ever where there are always others. */
const CHANGES_PER_FILL = 10;
/** After the drain, how long aborted requests and dead letters may take to end. */
const ABORT_GRACE_MS = 1_000;
/** Waits after failures to store a dead letter. */
const FIRST_STORE_WAIT_MS = 100;
const MAX_STORE_WAIT_MS = 10_000;

const STOPPED: ReplayOutcome = {
  result: 'failed',
  reason: 'The pipe was stopped; start it and send the record again.',
};

export interface DeliveryOptions {
  pipeName: string;
  definition: Pick<PipeDefinition, 'limits' | 'coalesces'>;
  stages: Stages;
  deadLetters: Pick<DeadLetters, 'add'>;
  clock: Clock;
  log: Log;
  metrics: PipeMetrics;
  trace: PipeTrace;
  health: Health;
  /** Looks at the records that the first stage gets. */
  paths: PathWatch;
  /** The record of the stream was delivered, or its dead letter is stored. */
  onFinished: (record: PipeRecord) => void;
  /** The record was replaced by a newer state of its item. */
  onReplaced: (replaced: Replaced) => void;
  /** Health or paths have something to watch. */
  onWatch: () => void;
}

/** Records that are sent while no others wait to be, and a few in any case. */
export interface Background {
  /** The next one, at a monotonic time; undefined when there is none now. */
  next(now: number): PipeRecord | undefined;
  /** When there will be one though nothing happens; Infinity when nobody can tell. */
  readonly due: number;
}

/**
 * Sends the records of a pipe: as many at once as the lanes, the bound and the guard allow, each until it
 * is delivered or given up and stored. Between attempts a record holds no place among those in flight.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #lanes = new Lanes<PipeRecord>();
  /** Where newer states of an item replace those that wait. */
  readonly #coalescing: Coalescing | undefined;
  readonly #guard = new Guard();
  readonly #abort = new AbortController();
  readonly #timer = new WakeTimer(() => this.start());
  #maxInFlight = MAX_IN_FLIGHT;
  #inFlight = 0;
  #background: Background | undefined;
  /** Records taken since one came from there. */
  #sinceFill = 0;
  /** Who waits for what comes of dead letters that are sent again. */
  readonly #replays = new Set<Replay['done']>();
  /** Who waits until an item has no unfinished record, by its key. */
  readonly #awaited = new Map<string, Set<(isFree: boolean) => void>>();
  #stopping = false;
  /** Called when nothing is in flight any more. */
  #onIdle: (() => void) | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    if (options.definition.coalesces)
      this.#coalescing = new Coalescing(this.#lanes, (replaced) => {
        options.metrics.counts.coalesced += 1;
        const { record, writtenAt } = replaced;
        const now = options.clock.now();
        if (replaced.trace === undefined) options.trace.note('superseded', record, writtenAt, now);
        else replaced.trace.become('superseded', now);
        options.onReplaced(replaced);
      });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Records added and not finished, those in flight among them. */
  get unfinished(): number {
    return this.#lanes.unfinished;
  }

  /** Takes a record over; `start` sends it when its turn has come. */
  add(record: PipeRecord): void {
    if (this.#coalescing === undefined) this.#lanes.add(record);
    else this.#coalescing.add(record);
  }

  /** From now on sends also what comes from there. */
  fillWith(background: Background): void {
    this.#background = background;
    this.start();
  }

  /** Adapts the bound to the rate limit of the stages: at most a second's worth is in flight. */
  async adaptToRateLimit(): Promise<void> {
    const rate = await this.#options.stages.rateLimit();
    this.#maxInFlight = Math.min(MAX_IN_FLIGHT, Math.max(MIN_IN_FLIGHT, rate ?? MAX_IN_FLIGHT));
    this.start();
  }

  /** Sends what waits for a retry now: something about the destination has changed. */
  retryNow(): void {
    this.#guard.answered();
    this.#lanes.wakeAll(true);
    this.start();
  }

  /** Sends a dead letter's record once more, when its item's turn has come; `done` is told of the outcome. */
  replay(record: PipeRecord, done: Replay['done']): void {
    if (this.#stopping) return done(STOPPED);
    this.#replays.add(done);
    this.add(record);
    this.start();
  }

  /** Resolves to true once no record of an item is unfinished, to false when the signal aborts before. */
  whenFree(key: string, signal: AbortSignal): Promise<boolean> {
    if (!this.#lanes.has(key)) return Promise.resolve(true);
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiting = this.#awaited.get(key) ?? new Set();
      const done = (isFree: boolean): void => {
        signal.removeEventListener('abort', aborted);
        waiting.delete(done);
        if (waiting.size === 0) this.#awaited.delete(key);
        resolve(isFree);
      };
      const aborted = (): void => done(false);
      signal.addEventListener('abort', aborted, { once: true });
      this.#awaited.set(key, waiting.add(done));
    });
  }

  /** Starts all records that may start now, and sees to it that the others are started in time. */
  start(): void {
    if (this.#stopping) return;
    const now = this.#options.clock.monotonic();
    this.#lanes.wake(now);
    let due = this.#lanes.earliestDue ?? Infinity;
    while (this.#inFlight < this.#maxInFlight) {
      const record = this.#next(now);
      if (record === undefined) break;
      if (!this.#guard.allows(this.#inFlight, now) && !this.#isGivenUp(record)) {
        // With a probe on its way, its answer is what is waited for.
        if (this.#inFlight === 0) due = Math.min(due, this.#guard.nextProbe);
        break;
      }
      this.#lanes.take();
      this.#sinceFill += 1;
      void this.#work(record);
    }
    if (this.#background !== undefined && this.#inFlight < this.#maxInFlight)
      due = Math.min(due, this.#background.due);
    if (due !== Infinity) this.#timer.wakeAt(Math.max(due, now), now);
  }

  /** What may be sent next. What comes from the background may have to wait for its item's turn: then more is taken. */
  #next(now: number): PipeRecord | undefined {
    for (;;) {
      const head = this.#lanes.peek();
      if (this.#background === undefined) return head;
      if (head !== undefined && this.#sinceFill < CHANGES_PER_FILL) return head;
      const record = this.#background.next(now);
      if (record === undefined) return head;
      this.#sinceFill = 0;
      this.add(record);
    }
  }

  /** Stops: waits at most `drainMs` for the requests in flight, then aborts them. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    this.#timer.stop();
    for (const done of this.#replays) done(STOPPED);
    this.#replays.clear();
    if (this.#inFlight > 0) await this.#idleWithin(drainMs);
    this.#abort.abort();
    if (this.#inFlight > 0) await this.#idleWithin(ABORT_GRACE_MS);
  }

  async #idleWithin(ms: number): Promise<void> {
    const timeUp = new AbortController();
    const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
    await Promise.race([idle, sleep(ms, timeUp.signal)]);
    timeUp.abort();
  }

  #isGivenUp(record: PipeRecord): boolean {
    return record.letter !== undefined || this.#isExpired(record);
  }

  #isExpired(record: PipeRecord): boolean {
    if (record.replay !== undefined) return false;
    const { definition, clock } = this.#options;
    return isExpired(definition.limits, record.writtenAt, clock.now());
  }

  /** One turn of a record; afterwards it is finished, parked, or left as it was by a stop. */
  async #work(record: PipeRecord): Promise<void> {
    this.#inFlight += 1;
    let tell: (() => void) | undefined;
    try {
      if (record.replay !== undefined) {
        tell = await this.#replay(record, record.replay);
        return;
      }
      if (record.letter === undefined && this.#isExpired(record))
        this.#giveUp(record, 'RecordAgeExceeded');
      if (record.letter === undefined) {
        let attempt: StagesAttempt;
        // Not by way of `#attempt`: each asynchronous function on the way costs every record a kilobyte.
        try {
          attempt = await this.#run(record);
        } catch (error) {
          attempt = this.#unsent(error);
        }
        this.#conclude(record, attempt);
      }
      if (record.letter !== undefined) await this.#store(record, record.letter);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#onIdle?.();
      this.start();
      tell?.();
    }
  }

  /** One attempt, no more: a letter that fails again stays what it is. Resolves to what tells the outcome. */
  async #replay(record: PipeRecord, { isCurrent, done }: Replay): Promise<() => void> {
    const { clock, log, metrics, pipeName } = this.#options;
    let outcome: ReplayOutcome;
    try {
      const current = await isCurrent();
      if (current === true) {
        const attempt = await this.#attempt(record);
        if (attempt.outcome === 'delivered') {
          metrics.counts.delivered += 1;
          metrics.lastDelivery = {
            at: clock.now(),
            eventID: record.record.eventID,
            status: attempt.status,
          };
          this.#answered();
          outcome = { result: 'delivered' };
        } else outcome = { result: 'failed', reason: attempt.reason };
      } else outcome = { result: current === false ? 'superseded' : 'uncertain' };
    } catch (error) {
      log.error('A dead letter could not be sent again', { pipe: pipeName, error });
      outcome = { result: 'failed', reason: reasonOf(error) };
    }
    traceOutcome(
      record,
      outcome.result === 'delivered' ? 'delivered' : 'dead-lettered',
      clock.now(),
    );
    this.#release(record);
    return () => {
      if (this.#replays.delete(done)) done(outcome);
    };
  }

  #conclude(record: PipeRecord, attempt: StagesAttempt): void {
    if (attempt.outcome !== 'delivered' && this.#abort.signal.aborted) {
      // It does not count, and is sent again when the pipe runs again.
      traceOutcome(record, 'retrying', this.#options.clock.now());
      return;
    }
    record.tries += 1;
    const { definition, clock, metrics, health } = this.#options;
    if (record.tries > 1) metrics.counts.retried += 1;
    const verdict = judge(definition.limits, attempt, record.tries, Math.random(), record.setbacks);
    if (verdict.action === 'done') {
      const outcome = attempt.skipped ? 'skipped' : 'delivered';
      metrics.counts[outcome] += 1;
      const now = clock.now();
      // An item of the table has no time of its write.
      if (record.onDone === undefined) metrics.delay.record(now - record.writtenAt);
      metrics.lastDelivery = { at: now, eventID: record.record.eventID, status: attempt.status };
      health.delivered(record);
      this.#answered();
      traceOutcome(record, outcome, now);
      this.#finish(record, outcome);
      return;
    }
    this.#noteFailure(record, attempt);
    if (attempt.outcome === 'retry')
      this.#guard.failed(record.key, clock.monotonic(), Math.random());
    else if (attempt.status !== undefined) this.#answered();
    if (verdict.action === 'give up') {
      this.#giveUp(record, verdict.condition);
      return;
    }
    health.failed(record, attempt.reason, clock.now());
    this.#options.onWatch();
    traceOutcome(record, 'retrying', clock.now());
    this.#coalescing?.waitsAgain(record);
    // When it expires there is nothing left to wait for, and later changes of the item wait behind it.
    const waitMs = Math.min(
      verdict.waitMs,
      expiresIn(definition.limits, record.writtenAt, clock.now()),
    );
    this.#lanes.park(record, clock.monotonic() + waitMs, verdict.firm);
  }

  /** The target answers: what waited only because it was down need not wait any longer. */
  #answered(): void {
    if (this.#guard.answered()) this.#lanes.wakeAll(false);
  }

  /** Makes and sends the request. Rejects, or throws, when it cannot be sent. */
  #run(record: PipeRecord): Promise<StagesAttempt> {
    const { stages, paths, clock, onWatch } = this.#options;
    if (paths.watching && record.tries === 0) {
      paths.observe(record.record, clock.now());
      if (paths.active) onWatch();
    }
    return stages.run(record, this.#abort.signal);
  }

  async #attempt(record: PipeRecord): Promise<StagesAttempt> {
    try {
      return await this.#run(record);
    } catch (error) {
      return this.#unsent(error);
    }
  }

  #unsent(error: unknown): StagesAttempt {
    const { clock, log, pipeName } = this.#options;
    if (!(error instanceof RequestError))
      log.error('A delivery failed unexpectedly', { pipe: pipeName, error });
    return unsentAttempt(error, clock.now());
  }

  #noteFailure(record: PipeRecord, attempt: Attempt): void {
    record.lastFailure = attempt;
    this.#options.metrics.lastFailure = {
      at: this.#options.clock.now(),
      reason: attempt.reason,
      attempt: record.tries,
      eventID: record.record.eventID,
      keys: record.record.dynamodb.Keys,
    };
  }

  #giveUp(record: PipeRecord, condition: DeadLetter['condition']): void {
    const { pipeName, clock } = this.#options;
    record.letter = makeDeadLetter(pipeName, record, condition, clock.now());
  }

  /** The checkpoint may pass a record that was given up only once it is stored. */
  async #store(record: PipeRecord, letter: DeadLetter): Promise<void> {
    const { deadLetters, clock, log, metrics, health, pipeName } = this.#options;
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
      this.#lanes.park(record, clock.monotonic() + waitMs, false);
      return;
    }
    metrics.counts.deadLettered += 1;
    const now = clock.now();
    metrics.giveUps.record(now);
    record.trace ??= this.#options.trace.begin(record.record, record.writtenAt, now);
    traceOutcome(record, 'dead-lettered', now, letter.condition);
    health.gaveUp(record, letter.reason);
    this.#options.onWatch();
    this.#finish(record, 'deadLettered');
  }

  #finish(record: PipeRecord, outcome: Outcome): void {
    this.#coalescing?.finish(record);
    this.#release(record);
    if (record.onDone === undefined) this.#options.onFinished(record);
    else record.onDone(outcome);
  }

  /** Lets go of a record that is done with. */
  #release(record: PipeRecord): void {
    this.#lanes.finish(record);
    if (this.#awaited.size === 0 || this.#lanes.has(record.key)) return;
    for (const done of this.#awaited.get(record.key) ?? []) done(true);
  }
}
