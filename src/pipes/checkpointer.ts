import type { Log } from '../lib/log.js';
import type { Checkpoints } from '../state/index.js';
import type { CheckpointTracker } from './checkpoint-tracker.js';

/** Shortest time between two saves: what was handled in between is sent again after a crash. */
const SAVE_EVERY_MS = 100;
/** After a failed save. */
const RETRY_SAVE_MS = 1_000;
/** Until pipes share shards between workers there is only one lease (see `Checkpoint.leaseCounter`). */
const LEASE_COUNTER = 1;

/** Saved in place of a sequence number when a shard is closed and all of it is handled. */
export const SHARD_END = 'SHARD_END';
/** Saved under this name in place of a shard's once a pipe has found its starting position. */
const STARTED = 'STARTED';

interface Shard {
  readonly tracker: CheckpointTracker;
  ended: boolean;
  saved: string | undefined;
}

/** Saves how far a pipe has come in its shards: in the background while it moves, and at the end. */
export class Checkpointer {
  readonly #checkpoints: Checkpoints;
  /** The pipe's id. */
  readonly #owner: string;
  readonly #log: Log;
  readonly #shards = new Map<string, Shard>();
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> | undefined;
  #moved = false;
  #closed = false;
  #failing = false;

  constructor(checkpoints: Checkpoints, owner: string, log: Log) {
    this.#checkpoints = checkpoints;
    this.#owner = owner;
    this.#log = log;
  }

  /** Whether the pipe had found its starting position in an earlier run. */
  async hasStarted(): Promise<boolean> {
    return (await this.#checkpoints.get(this.#owner, STARTED)) !== undefined;
  }

  /** From now on a shard without a checkpoint is one that came later. */
  async markStarted(): Promise<void> {
    await this.save(STARTED, undefined);
  }

  /**
   * The last record handled in a shard, SHARD_END, or null when it was not begun. Undefined: it was
   * begun, but nothing is handled yet.
   */
  async load(shardId: string): Promise<string | undefined | null> {
    const checkpoint = await this.#checkpoints.get(this.#owner, shardId);
    return checkpoint === undefined ? null : checkpoint.sequenceNumber;
  }

  /** Saves a position at once. */
  async save(shardId: string, sequenceNumber: string | undefined): Promise<void> {
    const checkpoint = { sequenceNumber, leaseCounter: LEASE_COUNTER };
    if (!(await this.#checkpoints.save(this.#owner, shardId, checkpoint)))
      throw new Error(`Another worker has taken over shard ${shardId}.`);
  }

  /** Follows a shard from now on; what `tracker` says now is saved or needs no saving. */
  follow(shardId: string, tracker: CheckpointTracker): void {
    this.#shards.set(shardId, { tracker, ended: false, saved: tracker.position });
  }

  /** A shard is closed and all of it is handled. */
  end(shardId: string): void {
    this.#shards.get(shardId)!.ended = true;
    this.moved();
  }

  /** Some position may have moved: it will be saved soon. */
  moved(): void {
    this.#moved = true;
    if (this.#timer === undefined && this.#saving === undefined) this.#saveIn(SAVE_EVERY_MS);
  }

  /** Saves what is not saved yet, and no more after that. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#saving;
    await this.#saveAll();
  }

  #saveIn(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#saving = this.#saveAll().finally(() => {
        this.#saving = undefined;
        if (this.#moved) this.#saveIn(this.#failing ? RETRY_SAVE_MS : SAVE_EVERY_MS);
      });
    }, ms);
  }

  /** Saves all positions that moved. Failures are told once, and tried again while the pipe runs. */
  async #saveAll(): Promise<void> {
    this.#moved = false;
    try {
      for (const [shardId, shard] of this.#shards) {
        const position = shard.ended ? SHARD_END : shard.tracker.position;
        if (position === shard.saved) continue;
        await this.save(shardId, position);
        shard.saved = position;
        if (shard.ended) this.#shards.delete(shardId);
      }
      this.#failing = false;
    } catch (error) {
      this.#moved = true;
      if (!this.#failing)
        this.#log.error('Checkpoints cannot be saved; the save is tried again', {
          owner: this.#owner,
          error,
        });
      this.#failing = true;
    }
  }
}
