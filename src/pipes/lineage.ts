import type { ShardInfo } from '../streams/index.js';

/** What a pipe does with a shard that it has begun. */
export type ShardProgress = 'reading' | 'finished';

/**
 * The shards of a stream as they were last listed, and what the pipe does with them. A shard is begun when
 * its parent is finished or no longer kept: so the changes of an item stay in order when its shard was
 * closed and followed by others. Pure.
 */
export class Lineage {
  #shards = new Map<string, ShardInfo>();
  readonly #progress = new Map<string, ShardProgress>();

  /** Takes over a new list; finished shards that are not kept any more are forgotten, and returned. */
  list(shards: readonly ShardInfo[]): string[] {
    this.#shards = new Map(shards.map((shard) => [shard.shardId, shard]));
    const gone = [...this.#progress]
      .filter(([shardId, progress]) => progress === 'finished' && !this.#shards.has(shardId))
      .map(([shardId]) => shardId);
    for (const shardId of gone) this.#progress.delete(shardId);
    return gone;
  }

  /** Whether a shard was listed. */
  knows(shardId: string): boolean {
    return this.#shards.has(shardId);
  }

  isFinished(shardId: string): boolean {
    return this.#progress.get(shardId) === 'finished';
  }

  set(shardId: string, progress: ShardProgress): void {
    this.#progress.set(shardId, progress);
  }

  /** The shards to begin now. */
  toBegin(): string[] {
    return [...this.#shards.values()]
      .filter(({ shardId }) => !this.#progress.has(shardId))
      .filter(
        ({ parentShardId }) =>
          parentShardId === undefined ||
          !this.#shards.has(parentShardId) ||
          this.#progress.get(parentShardId) === 'finished',
      )
      .map(({ shardId }) => shardId);
  }

  /** The finished shards that others follow. */
  followed(): Set<string> {
    const followed = new Set<string>();
    for (const { parentShardId } of this.#shards.values())
      if (parentShardId !== undefined && this.#progress.get(parentShardId) === 'finished')
        followed.add(parentShardId);
    return followed;
  }
}

/**
 * The listed shards that were finished in an earlier run: those that say so in their checkpoint, and those
 * that need none any more because a descendant has one.
 */
export function finishedBefore(
  shards: readonly ShardInfo[],
  checkpoints: ReadonlyMap<string, string | undefined>,
  shardEnd: string,
): Set<string> {
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  const finished = new Set<string>();
  for (const shard of shards) {
    if (!checkpoints.has(shard.shardId)) continue;
    if (checkpoints.get(shard.shardId) === shardEnd) finished.add(shard.shardId);
    let parent = byId.get(shard.parentShardId ?? '');
    while (parent !== undefined && !checkpoints.has(parent.shardId)) {
      if (finished.has(parent.shardId)) break;
      finished.add(parent.shardId);
      parent = byId.get(parent.parentShardId ?? '');
    }
  }
  return finished;
}

/** The shards that no listed one follows. */
export function lastShards(shards: readonly ShardInfo[]): ShardInfo[] {
  const parents = new Set(shards.map(({ parentShardId }) => parentShardId));
  return shards.filter(({ shardId }) => !parents.has(shardId));
}
