/** Observed: the service closes a shard after about four hours; DynamoDB Local does so, too. */
const DEFAULT_MAX_AGE_MS = 4 * 60 * 60 * 1000;
/** More open shards than that make many small reads of every commit. */
export const MAX_OPEN_SHARDS = 128;
/**
 * Shards of one stream, open and closed. A stream that has so many does not rotate before some are
 * trimmed: its definition is stored and described as a whole.
 */
export const MAX_SHARDS = 1_000;

/** How many shards streams have, and when a shard is closed and followed by another. */
export interface RotationOptions {
  /**
   * Open shards of each stream, 1 to 128. When not given, as the service: one for each partition of the
   * table. Streams that have fewer reach it by splits, at their next rotations; shards are never merged.
   */
  streamShards?: number;
  /** A shard is closed after so many milliseconds; default 4 hours. */
  shardMaxAgeMs?: number;
  /** A shard is closed once it has so many records; without a limit when not given. */
  shardMaxRecords?: number;
}

export interface Rotation {
  shards: number | undefined;
  maxAgeMs: number;
  maxRecords: number;
}

/** Throws RangeError when an option is out of its bounds. */
export function rotationOf(options: RotationOptions): Rotation {
  const { streamShards, shardMaxAgeMs, shardMaxRecords } = options;
  return {
    shards: within('streamShards', streamShards, MAX_OPEN_SHARDS),
    maxAgeMs: within('shardMaxAgeMs', shardMaxAgeMs) ?? DEFAULT_MAX_AGE_MS,
    maxRecords: within('shardMaxRecords', shardMaxRecords) ?? Infinity,
  };
}

function within(name: string, value: number | undefined, max = Infinity): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= max))
    return value;
  const bounds = max === Infinity ? 'of 1 or more' : `from 1 to ${max}`;
  throw new RangeError(`${name} is ${value}: give a whole number ${bounds}.`);
}
