import { sleep } from '../../lib/clock.js';
import { Guard } from '../guard.js';
import type { Outcome, PipeRecord } from '../pipe-record.js';
import type { Replay } from '../replay.js';
import { isExpired } from '../retry.js';
import { RequestError } from '../stages/stage.js';
import type { PassReceiver, StagesAttempt } from '../stages/stages.js';
import { unsentAttempt } from '../stages/unsent.js';
import { traceOutcome } from '../trace/trace-entry.js';
import { WakeTimer } from '../wake-timer.js';
import { Conclusions } from './conclusions.js';
import { DeadLetterStore } from './dead-letter-store.js';
import type { DeliveryContext, DeliveryOptions } from './delivery-options.js';
import { ItemQueue } from './item-queue.js';
import { Replays } from './replays.js';

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
export class Delivery implements PassReceiver {
  readonly #context: DeliveryContext;
  readonly #queue: ItemQueue;
  readonly #guard = new Guard();
  readonly #store: DeadLetterStore;
  readonly #conclusions: Conclusions;
  readonly #replays: Replays;
  readonly #abort = new AbortController();
  readonly #timer = new WakeTimer(() => this.start());
  #maxInFlight = MAX_IN_FLIGHT;
  #inFlight = 0;
  #background: Background | undefined;
  /** Records taken since one came from there. */
  #sinceFill = 0;
  #stopping = false;
  #starting = false;
  /** Something ended while others were started. */
  #startAgain = false;
  /** Called when nothing is in flight any more. */
  #onIdle: (() => void) | undefined;

  constructor(options: DeliveryOptions) {
    this.#queue = new ItemQueue(options.definition.coalesces ? replacing(options) : undefined);
    this.#context = {
      ...options,
      queue: this.#queue,
      guard: this.#guard,
      finish: (record, outcome) => this.#finish(record, outcome),
    };
    this.#store = new DeadLetterStore(this.#context);
    this.#conclusions = new Conclusions(this.#context, this.#store);
    this.#replays = new Replays(this.#context);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Records added and not finished, those in flight among them. */
  get unfinished(): number {
    return this.#queue.unfinished;
  }

  /** Takes a record over; `start` sends it when its turn has come. */
  add(record: PipeRecord): void {
    this.#queue.add(record);
  }

  /** From now on sends also what comes from there. */
  fillWith(background: Background): void {
    this.#background = background;
    this.start();
  }

  /** Adapts the bound to the rate limit of the stages: at most a second's worth is in flight. */
  async adaptToRateLimit(): Promise<void> {
    const rate = await this.#context.stages.rateLimit();
    this.#maxInFlight = Math.min(MAX_IN_FLIGHT, Math.max(MIN_IN_FLIGHT, rate ?? MAX_IN_FLIGHT));
    this.start();
  }

  /** Sends what waits for a retry now: something about the destination has changed. */
  retryNow(): void {
    this.#guard.answered();
    this.#queue.wakeAll(true);
    this.start();
  }

  /** Sends a dead letter's record once more, when its item's turn has come; `done` is told of the outcome. */
  replay(record: PipeRecord, done: Replay['done']): void {
    if (this.#replays.add(record, done)) this.start();
  }

  /** Resolves to true once no record of an item is unfinished, to false when the signal aborts before. */
  whenFree(key: string, signal: AbortSignal): Promise<boolean> {
    return this.#queue.whenFree(key, signal);
  }

  /** Starts all records that may start now, and sees to it that the others are started in time. */
  start(): void {
    // What ends at once, while it is started, makes room for others: the loop below sees it.
    this.#startAgain = true;
    if (this.#starting) return;
    this.#starting = true;
    try {
      while (this.#startAgain && !this.#stopping) {
        this.#startAgain = false;
        this.#startDue();
      }
    } finally {
      this.#starting = false;
    }
  }

  #startDue(): void {
    const now = this.#context.clock.monotonic();
    this.#queue.wake(now);
    let due = this.#queue.earliestDue ?? Infinity;
    while (this.#inFlight < this.#maxInFlight) {
      const record = this.#next(now);
      if (record === undefined) break;
      if (!this.#guard.allows(this.#inFlight, now) && !this.#isGivenUp(record)) {
        // With a probe on its way, its answer is what is waited for.
        if (this.#inFlight === 0) due = Math.min(due, this.#guard.nextProbe);
        break;
      }
      this.#queue.take();
      this.#sinceFill += 1;
      this.#begin(record);
    }
    if (this.#background !== undefined && this.#inFlight < this.#maxInFlight)
      due = Math.min(due, this.#background.due);
    if (due !== Infinity) this.#timer.wakeAt(Math.max(due, now), now);
  }

  /** What may be sent next. What comes from the background may have to wait for its item's turn: then more is taken. */
  #next(now: number): PipeRecord | undefined {
    for (;;) {
      const head = this.#queue.peek();
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
    this.#replays.stop();
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
    const { definition, clock } = this.#context;
    return isExpired(definition.limits, record.writtenAt, clock.now());
  }

  /** One turn of a record, up to `#ended`; then it is finished, parked, or left as it was by a stop. */
  #begin(record: PipeRecord): void {
    this.#inFlight += 1;
    if (record.replay !== undefined) {
      const turn = this.#replays.run(record, record.replay, () => this.#attempt(record));
      void turn.then((tell) => {
        this.#ended();
        tell();
      });
      return;
    }
    if (record.letter === undefined && this.#isExpired(record))
      this.#store.giveUp(record, 'RecordAgeExceeded');
    if (record.letter === undefined) this.#send(record, this);
    else this.#storeLetter(record);
  }

  /** Makes and sends the request. No promise on the way: each would cost every record as much as its template. */
  #send(record: PipeRecord, receiver: PassReceiver): void {
    const { stages, paths } = this.#context;
    if (paths.watching && record.tries === 0) this.#observe(record);
    stages.run(record, this.#abort.signal, receiver);
  }

  #observe(record: PipeRecord): void {
    const { paths, clock, onWatch } = this.#context;
    paths.observe(record.record, clock.now());
    if (paths.active) onWatch();
  }

  /** The attempt of a record that is replayed. */
  async #attempt(record: PipeRecord): Promise<StagesAttempt> {
    const attempt = await new Promise<StagesAttempt>((resolve) => {
      this.#send(record, {
        passed: (_, made) => resolve(made),
        unsent: (_, error) => resolve(this.#unsent(error)),
      });
    });
    if (attempt.outcome === 'delivered') this.#conclusions.answered();
    return attempt;
  }

  /** For the stages: an attempt has ended. */
  passed(record: PipeRecord, attempt: StagesAttempt): void {
    if (attempt.outcome !== 'delivered' && this.#abort.signal.aborted)
      // It does not count, and is sent again when the pipe runs again.
      traceOutcome(record, 'retrying', this.#context.clock.now());
    else this.#conclusions.draw(record, attempt);
    if (record.letter === undefined) this.#ended();
    else this.#storeLetter(record);
  }

  /** For the stages: there was none. */
  unsent(record: PipeRecord, error: unknown): void {
    this.passed(record, this.#unsent(error));
  }

  #unsent(error: unknown): StagesAttempt {
    const { clock, log, pipeName } = this.#context;
    if (!(error instanceof RequestError))
      log.error('A delivery failed unexpectedly', { pipe: pipeName, error });
    return unsentAttempt(error, clock.now());
  }

  #storeLetter(record: PipeRecord): void {
    void this.#store.store(record, record.letter!).finally(() => this.#ended());
  }

  #ended(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#onIdle?.();
    this.start();
  }

  #finish(record: PipeRecord, outcome: Outcome): void {
    this.#queue.finish(record);
    if (record.onDone === undefined) this.#context.onFinished(record);
    else record.onDone(outcome);
  }
}

/** What is told of a state that a newer one replaces. */
function replacing({
  metrics,
  clock,
  trace,
  onReplaced,
}: DeliveryOptions): DeliveryOptions['onReplaced'] {
  return (replaced) => {
    metrics.counts.coalesced += 1;
    const { record, writtenAt } = replaced;
    const now = clock.now();
    if (replaced.trace === undefined) trace.note('superseded', record, writtenAt, now);
    else replaced.trace.become('superseded', now);
    onReplaced(replaced);
  };
}
