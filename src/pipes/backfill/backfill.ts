import { AwsError, isAwsError } from '../../lib/aws-error.js';
import { sleep, type Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import type { BackfillCounts, BackfillResource, Collection } from '../../state/index.js';
import { backoff } from '../retry.js';
import type { SourceTable } from '../source-table.js';
import { Pace, type Inlet, type Sender } from './inlet.js';
import { addCounts, SegmentReader } from './segment-reader.js';

/** Shortest time between two saves of the progress: what was sent in between is sent again after a crash. */
const SAVE_EVERY_MS = 200;
const RETRY_SAVE_MS = 1_000;
/** Waits after failures to read the table or the stream. */
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 10_000;

export interface BackfillOptions {
  /** As it was begun, or as an earlier run of the process has left it. */
  resource: BackfillResource;
  table: SourceTable;
  inlet: Inlet;
  backfills: Collection<BackfillResource>;
  clock: Clock;
  log: Log;
}

/** One backfill of a pipe as it runs: its segments side by side, its progress kept in the state table. */
export class Backfill {
  readonly #options: BackfillOptions;
  readonly #resource: BackfillResource;
  readonly #sender: Sender;
  readonly #stop = new AbortController();
  readonly #segments = new Map<number, SegmentReader>();
  #running: Promise<void> | undefined;
  #saving: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isSaved = true;
  #isFailing = false;

  constructor(options: BackfillOptions) {
    this.#options = options;
    this.#resource = structuredClone(options.resource);
    const { id, rate } = this.#resource;
    this.#sender = {
      runId: id,
      signal: this.#stop.signal,
      pace: rate === undefined ? undefined : new Pace(rate),
    };
  }

  /** Runs it in the background, to its end or until it is stopped. */
  start(): void {
    this.#running = this.#run();
  }

  /** How far it is; a copy. */
  view(): BackfillResource {
    const view = structuredClone(this.#resource);
    for (const reader of this.#segments.values()) addCounts(view.counts, reader.counts);
    return view;
  }

  /** Stops it and keeps how far it is: another run goes on there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#options.inlet.abandon(this.#sender);
    await this.#running;
  }

  /** Ends it for good. What is on its way to the target still arrives. */
  async cancel(): Promise<void> {
    if (this.#resource.state === 'RUNNING') this.#finish('CANCELLED', undefined);
    await this.stop();
    if (!this.#isSaved) throw new Error('It is stopped, but that could not be saved.');
  }

  async #run(): Promise<void> {
    const { segments } = this.#resource;
    await Promise.all(segments.map((_, segment) => this.#runSegment(segment)));
    if (!this.#stop.signal.aborted) this.#finish('COMPLETED', undefined);
    clearTimeout(this.#timer);
    await this.#saving;
    if (!this.#isSaved) await this.#save();
    if (!this.#isSaved) this.#saveIn(RETRY_SAVE_MS);
  }

  async #runSegment(segment: number): Promise<void> {
    const { table, inlet, log } = this.#options;
    const { segments, name } = this.#resource;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted;) {
      const reader = new SegmentReader({
        table,
        inlet,
        sender: this.#sender,
        segment,
        segments: segments.length,
        progress: segments[segment]!,
        onProgress: (counts) => {
          failures = 0;
          this.#advanced(counts);
        },
      });
      this.#segments.set(segment, reader);
      try {
        await reader.run();
        return;
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) return this.#fail();
        failures += 1;
        if (failures === 1)
          log.error('A backfill cannot read its table; the read is tried again', {
            pipe: name,
            error,
          });
        await reader.settled();
        await sleep(backoff(failures, FIRST_RETRY_MS, MAX_RETRY_MS), signal);
      }
    }
  }

  #fail(): void {
    if (this.#stop.signal.aborted) return;
    const reason = 'The table or its stream is gone: create it, then start the backfill again.';
    this.#options.log.error('A backfill ended', { pipe: this.#resource.name, reason });
    this.#finish('FAILED', reason);
    this.#stop.abort();
    this.#options.inlet.abandon(this.#sender);
  }

  #advanced(counts: BackfillCounts): void {
    addCounts(this.#resource.counts, counts);
    this.#isSaved = false;
    if (this.#timer === undefined && this.#saving === undefined) this.#saveIn(SAVE_EVERY_MS);
  }

  #saveIn(ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#saving = this.#save().finally(() => {
        this.#saving = undefined;
        if (!this.#isSaved) this.#saveIn(this.#isFailing ? RETRY_SAVE_MS : SAVE_EVERY_MS);
      });
    }, ms);
  }

  #finish(state: BackfillResource['state'], reason: string | undefined): void {
    this.#resource.state = state;
    this.#resource.finishedAt = this.#options.clock.now();
    if (reason !== undefined) this.#resource.stateReason = reason;
    this.#isSaved = false;
  }

  /** Tells of the first of several failures. */
  async #save(): Promise<void> {
    const { backfills, log } = this.#options;
    const resource = structuredClone(this.#resource);
    this.#isSaved = true;
    try {
      // Another backfill may have taken its place.
      await backfills.update(resource.name, ({ id }) =>
        id === resource.id ? resource : undefined,
      );
      this.#isFailing = false;
    } catch (error) {
      this.#isSaved = false;
      if (!this.#isFailing)
        log.error('The progress of a backfill cannot be saved; the save is tried again', {
          pipe: resource.name,
          error,
        });
      this.#isFailing = true;
    }
  }
}

/** What may be asked of a backfill. */
export interface BackfillRequest {
  /** Parts of the table that are read side by side. */
  segments?: number;
  /** Items a second. */
  rate?: number;
}

/** More would be read side by side than is sent. */
export const MAX_SEGMENTS = 32;
export const DEFAULT_SEGMENTS = 4;

/** Checks what a client asks for. Throws an AwsError that says what it may ask for. */
export function checkRequest({ segments, rate }: BackfillRequest): void {
  if (
    segments !== undefined &&
    !(Number.isInteger(segments) && segments >= 1 && segments <= MAX_SEGMENTS)
  )
    throw new AwsError(
      'BadRequest',
      `"segments" must be a whole number from 1 to ${String(MAX_SEGMENTS)}.`,
    );
  if (rate !== undefined && !(Number.isFinite(rate) && rate > 0))
    throw new AwsError('BadRequest', '"rate" must be a number above 0, in items a second.');
}
