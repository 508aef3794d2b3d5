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
}

/** Saves how far a pipe has come in its shards: in the background while it moves, and at the end. */
export class Checkpointer {
  readonly #checkpoints: Checkpoints;
  /** The pipe's id. */
  readonly #owner: string;
  readonly #log: Log;
  readonly #shards = new Map<string, Shard>();
  /** What is stored, by shard. */
  #stored = new Map<string, string | undefined>();
  /** Finished shards whose checkpoints are not needed once those of their children are stored. */
  readonly #followed = new Set<string>();
  #hasStarted = false;
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

  /**
   * Reads what an earlier run stored: by shard the last record handled, SHARD_END, or undefined when the
   * shard was begun, but nothing is handled yet.
   */
  async load(): Promise<ReadonlyMap<string, string | undefined>> {
    const checkpoints = await this.#checkpoints.list(this.#owner);
    this.#hasStarted = checkpoints.delete(STARTED);
    this.#stored = new Map(
      [...checkpoints].map(([shardId, { sequenceNumber }]) => [shardId, sequenceNumber]),
    );
    return this.#stored;
  }

  /** Whether the pipe had found its starting position in an earlier run. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** From now on a shard without a checkpoint is one that came later. */
  async markStarted(): Promise<void> {
    await this.#store(STARTED, undefined);
  }

  /** Saves a position at once. */
  async save(shardId: string, sequenceNumber: string | undefined): Promise<void> {
    await this.#store(shardId, sequenceNumber);
    this.#stored.set(shardId, sequenceNumber);
  }

  /** Deletes what is stored of a shard, if there is anything. */
  async forget(shardId: string): Promise<void> {
    this.#followed.delete(shardId);
    if (!this.#stored.has(shardId)) return;
    if (!(await this.#checkpoints.delete(this.#owner, shardId, LEASE_COUNTER)))
      throw takenOver(shardId);
    this.#stored.delete(shardId);
  }

  /** Follows a shard from now on. */
  follow(shardId: string, tracker: CheckpointTracker): void {
    this.#shards.set(shardId, { tracker, ended: false });
    this.moved();
  }

  /** A shard is closed and all of it is handled. */
  end(shardId: string): void {
    this.#shards.get(shardId)!.ended = true;
    this.moved();
  }

  /**
   * All children of a finished shard are followed. Until they have checkpoints, its own tells a later run
   * that it is finished; then theirs do, and it is deleted.
   */
  replaced(shardId: string): void {
    if (!this.#stored.has(shardId) && !this.#shards.has(shardId)) return;
    this.#followed.add(shardId);
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
    // As it is now. A shard that is begun while others are saved must wait: its parent may have been saved
    // before it ended, and would be sent again, but not what follows it.
    const shards = [...this.#shards];
    const followed = [...this.#followed];
    try {
      for (const [shardId, { tracker, ended }] of shards) {
        const position = ended ? SHARD_END : tracker.position;
        if (!this.#stored.has(shardId) || position !== this.#stored.get(shardId))
          await this.save(shardId, position);
        if (ended) this.#shards.delete(shardId);
      }
      for (const shardId of followed) if (!this.#shards.has(shardId)) await this.forget(shardId);
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

  async #store(shardId: string, sequenceNumber: string | undefined): Promise<void> {
    const checkpoint = { sequenceNumber, leaseCounter: LEASE_COUNTER };
    if (!(await this.#checkpoints.save(this.#owner, shardId, checkpoint))) throw takenOver(shardId);
  }
}

function takenOver(shardId: string): Error {
  return new Error(`Another worker has taken over shard ${shardId}.`);
}
