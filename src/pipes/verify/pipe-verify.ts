import { randomUUID } from 'node:crypto';
import { AwsError } from '../../lib/aws-error.js';
import type { Clock } from '../../lib/clock.js';
import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import type { Source } from '../backfill/pipe-backfill.js';
import type { PipeDefinition } from '../definition.js';
import type { Delivery } from '../delivery/delivery.js';
import type { ShardReaders } from '../shard-readers.js';
import { ApiDestinationTarget } from '../stages/api-destination-target.js';
import type { TargetLists } from './target-keys.js';
import { Verification } from './verification.js';
import type { VerifyEvent } from './verify-event.js';

/** What may be asked of a verification. */
export interface VerifyRequest {
  /** Whether what differs is mended. */
  repair: boolean;
  /** Whether what is no item is neither looked for nor deleted. */
  keepExtra: boolean;
  /** How long an item's changes may be under way before it is passed over. */
  settleMs: number;
  /** Ends it: the caller went away. */
  signal: AbortSignal;
}

export interface PipeVerifyOptions {
  pipe: PipeResource;
  definition: PipeDefinition;
  readers: () => ShardReaders;
  delivery: Delivery;
  source: () => Promise<Source>;
  lists: TargetLists;
  clock: Clock;
}

/** The verifications of a pipe that runs: one at a time. */
export class PipeVerify {
  readonly #options: PipeVerifyOptions;
  readonly #stop = new AbortController();
  #isRunning = false;
  #current: Verification | undefined;

  constructor(options: PipeVerifyOptions) {
    this.#options = options;
  }

  /** A change that the filters let through was read. */
  changed(record: ChangeRecord): void {
    this.#current?.changed(record);
  }

  /** Tells what it finds; see {@link Verification}. Throws an AwsError when it cannot be done, or was ended by a stop. */
  async *run({
    repair,
    keepExtra,
    settleMs,
    signal: asked,
  }: VerifyRequest): AsyncGenerator<VerifyEvent> {
    const { pipe, definition, readers, delivery, source, lists, clock } = this.#options;
    const { target } = definition;
    if (!(target instanceof ApiDestinationTarget) || definition.enrichment !== undefined)
      throw cannot(
        pipe.name,
        target instanceof ApiDestinationTarget
          ? 'it has an enrichment, and what that answered is not kept'
          : 'its target is no API destination that a GET could ask',
      );
    if (this.#isRunning)
      throw new AwsError(
        'AlreadyRunning',
        `The pipe '${pipe.name}' is being verified already: wait for its end.`,
        { status: 409 },
      );
    this.#isRunning = true;
    const signal = AbortSignal.any([asked, this.#stop.signal]);
    try {
      const { table, inlet } = await source();
      this.#current = new Verification({
        streamArn: pipe.source,
        runId: randomUUID(),
        definition,
        target,
        table,
        inlet,
        readers: readers(),
        delivery,
        keys: keepExtra ? undefined : await lists(pipe),
        clock,
        settleMs,
        signal,
      });
      yield* this.#current.run(repair);
    } finally {
      this.#isRunning = false;
      this.#current = undefined;
    }
    if (this.#stop.signal.aborted)
      throw new AwsError(
        'PipeNotRunning',
        `The pipe '${pipe.name}' was stopped meanwhile: start it, then verify it again.`,
        { status: 409 },
      );
  }

  /** Ends what runs. */
  stop(): void {
    this.#stop.abort();
  }
}

function cannot(pipe: string, why: string): AwsError {
  return new AwsError('VerifyNotPossible', `The pipe '${pipe}' cannot be verified: ${why}.`);
}
