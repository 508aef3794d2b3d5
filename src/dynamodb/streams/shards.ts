import { randomBytes } from 'node:crypto';

/** Partition hashes are below this. */
export const ALL_HASHES = 2 ** 32;

export interface ShardDefinition {
  /** Part of the records' keys; free again when the shard is gone. */
  index: number;
  shardId: string;
  parentShardId?: string;
  /** Partition hashes from, and up to but not including. */
  fromHash: number;
  toHash: number;
  /** Comes before all records in it. Shards made by versions without rotation: it may be a record's. */
  start: number;
  /** The last sequence number that may occur in it; set when the shard is closed. */
  end?: number;
  /** Epoch milliseconds; missing in shards made by versions without rotation. */
  createdAt?: number;
  closedAt?: number;
  /** The last sequence number that was removed after its 24 hours; 0: none. */
  trimmed: number;
}

/** What a new shard needs to know of its stream. */
export interface Making {
  /** All shards that there are, oldest first. */
  shards: readonly ShardDefinition[];
  /** Epoch milliseconds. */
  now: number;
  nextSequence: () => number;
}

/** The shards that a stream begins with: `count` equal parts of the hashes. */
export function firstShards(count: number, making: Making): ShardDefinition[] {
  return makeShards(parts(0, ALL_HASHES, count), {}, making);
}

/**
 * The children of a shard that was closed: one for the same hashes, or two for a half each. Their ids sort
 * behind those of all older shards, as clients of the service expect.
 */
export function childShards(
  parent: ShardDefinition,
  count: 1 | 2,
  making: Making,
): ShardDefinition[] {
  const { fromHash, toHash, shardId } = parent;
  return makeShards(
    parts(fromHash, toHash, Math.min(count, toHash - fromHash)),
    { parentShardId: shardId },
    making,
  );
}

function makeShards(
  ranges: readonly [number, number][],
  lineage: { parentShardId?: string },
  { shards, now, nextSequence }: Making,
): ShardDefinition[] {
  const made: ShardDefinition[] = [];
  const used = new Set(shards.map(({ index }) => index));
  let time = Math.max(now, newestTime(shards) + 1);
  let index = 0;
  for (const [fromHash, toHash] of ranges) {
    while (used.has(index)) index += 1;
    made.push({
      index,
      shardId: shardId(time),
      ...lineage,
      fromHash,
      toHash,
      start: nextSequence(),
      createdAt: now,
      trimmed: 0,
    });
    index += 1;
    time += 1;
  }
  return made;
}

function parts(from: number, to: number, count: number): [number, number][] {
  const bound = (at: number): number => from + Math.floor(((to - from) * at) / count);
  return Array.from({ length: count }, (_, at) => [bound(at), bound(at + 1)]);
}

/** As the service names them: milliseconds in 20 digits, 8 hexadecimal digits. */
function shardId(time: number): string {
  return `shardId-${String(time).padStart(20, '0')}-${randomBytes(4).toString('hex')}`;
}

function newestTime(shards: readonly ShardDefinition[]): number {
  const newest = shards.at(-1);
  return newest === undefined ? 0 : Number(newest.shardId.split('-')[1]);
}
