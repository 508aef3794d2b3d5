import type { Log } from '../../lib/log.js';
import type { ShardDefinition } from './shards.js';
import type { ShardListener } from './stream-log.js';
import type { Stream } from './stream.js';

/** Tells readers in this process which shards a commit changed, once it is durable. */
export class Announcer {
  readonly #log: Log;
  /** By the streams' ARNs. */
  readonly #listeners = new Map<string, Set<ShardListener>>();
  /** The shards that the batch that collects changes, and those of the one that commits. */
  #collected = new Map<Stream, Set<string>>();
  #committing = new Map<Stream, Set<string>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Returns the function that ends it. */
  subscribe(streamArn: string, listener: ShardListener): () => void {
    // A function may be given twice: each subscription is its own.
    const own: ShardListener = (shardIds) => {
      listener(shardIds);
    };
    const listeners = this.#listeners.get(streamArn) ?? new Set();
    this.#listeners.set(streamArn, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(streamArn) === listeners)
        this.#listeners.delete(streamArn);
    };
  }

  /** The batch that collects adds records to a shard, or closes it. */
  changed(stream: Stream, { shardId }: ShardDefinition): void {
    const shardIds = this.#collected.get(stream);
    if (shardIds) shardIds.add(shardId);
    else this.#collected.set(stream, new Set([shardId]));
  }

  beforeCommit(): void {
    this.#committing = this.#collected;
    this.#collected = new Map();
  }

  afterCommit(): void {
    for (const [stream, shardIds] of this.#committing) {
      const listeners = this.#listeners.get(stream.arn);
      if (!listeners) continue;
      for (const listener of [...listeners]) this.#call(listener, stream, shardIds);
    }
    this.#committing.clear();
  }

  /** The commit failed, and all that was collected meanwhile with it. */
  forget(): void {
    this.#collected.clear();
    this.#committing.clear();
  }

  #call(listener: ShardListener, stream: Stream, shardIds: ReadonlySet<string>): void {
    try {
      listener(shardIds);
    } catch (error) {
      this.#log.error('a listener of a stream failed', { stream: stream.arn, error });
    }
  }
}
