import type { ChangeStream, ShardInfo } from '../streams/index.js';
import { SHARD_END, type Checkpointer } from './checkpointer.js';
import { lastShards } from './lineage.js';

/**
 * Finds out where a pipe begins: by shard what is stored of earlier runs, and with LATEST, at the first start,
 * the newest position in the newest shards, fixed and saved. Shards of which nothing is stored are read from
 * their beginning: they came later.
 *
 * What is stored of shards that are gone is deleted; `onLoss` is told of those that were not read to their end.
 */
export async function findStart(
  checkpointer: Checkpointer,
  stream: ChangeStream,
  shards: readonly ShardInfo[],
  startingPosition: 'TRIM_HORIZON' | 'LATEST',
  onLoss: (shardId: string) => void,
): Promise<ReadonlyMap<string, string | undefined>> {
  const handled = await checkpointer.load();
  const listed = new Set(shards.map(({ shardId }) => shardId));
  for (const [shardId, position] of [...handled]) {
    if (listed.has(shardId)) continue;
    if (position !== SHARD_END) onLoss(shardId);
    await checkpointer.forget(shardId);
  }
  if (startingPosition === 'TRIM_HORIZON' || checkpointer.hasStarted) return handled;
  for (const { shardId } of lastShards(shards)) {
    if (handled.has(shardId)) continue;
    const { next } = await stream.read(shardId, { type: 'LATEST' }, 1);
    const position = next?.type === 'AFTER' ? next.sequenceNumber : undefined;
    await checkpointer.save(shardId, next === undefined ? SHARD_END : position);
  }
  await checkpointer.markStarted();
  return handled;
}
