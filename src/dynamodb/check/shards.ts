import { ALL_HASHES } from '../streams/shards.js';
import type { Stream } from '../streams/stream.js';
import type { Findings } from './findings.js';

/** Checks the shards of a stream: their lineage, and that each partition has exactly one open shard. */
export function checkShards(stream: Stream, findings: Findings): void {
  const { definition, arn, enabled } = stream;
  const where = `stream ${arn}`;
  const byId = new Map(definition.shards.map((shard) => [shard.shardId, shard]));
  for (const shard of definition.shards) {
    const parent = shard.parentShardId === undefined ? undefined : byId.get(shard.parentShardId);
    if (parent && (parent.end === undefined || parent.end > shard.start))
      findings.add(where, `shard ${shard.shardId} begins before its parent ends`);
    if (parent && (shard.fromHash < parent.fromHash || shard.toHash > parent.toHash))
      findings.add(where, `shard ${shard.shardId} has partitions that its parent did not have`);
    if (!enabled && shard.end === undefined)
      findings.add(where, `shard ${shard.shardId} is open although the stream is off`);
  }
  if (enabled) checkOpen(stream, findings);
}

function checkOpen({ definition, arn }: Stream, findings: Findings): void {
  const open = definition.shards
    .filter(({ end }) => end === undefined)
    .sort((a, b) => a.fromHash - b.fromHash);
  let upTo = 0;
  for (const { shardId, fromHash, toHash } of open) {
    if (fromHash !== upTo)
      findings.add(
        `stream ${arn}`,
        `open shard ${shardId} begins at hash ${String(fromHash)}, where ${String(upTo)} comes next`,
      );
    upTo = toHash;
  }
  if (upTo !== ALL_HASHES)
    findings.add(`stream ${arn}`, `no open shard is there for hashes from ${String(upTo)}`);
}
