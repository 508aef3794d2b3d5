import type { ShardInfo } from '../streams/index.js';

/** What a pipe does with a shard that it has begun. */
export type ShardProgress = 'reading' | 'finished';

/**
 * The shards to begin now: not begun yet, and the parent is finished or no longer kept. So the changes of
 * an item stay in order when its shard was split.
 */
export function shardsToBegin(
  shards: readonly ShardInfo[],
  begun: ReadonlyMap<string, ShardProgress>,
): string[] {
  const listed = new Set(shards.map(({ shardId }) => shardId));
  return shards
    .filter(({ shardId }) => !begun.has(shardId))
    .filter(
      ({ parentShardId }) =>
        parentShardId === undefined ||
        !listed.has(parentShardId) ||
        begun.get(parentShardId) === 'finished',
    )
    .map(({ shardId }) => shardId);
}
