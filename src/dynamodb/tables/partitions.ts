import type { TableDefinition } from './definition.js';

/** Documented: what one partition serves. */
const PARTITION_READ_UNITS = 3_000;
const PARTITION_WRITE_UNITS = 1_000;
/** Documented: a new on-demand table serves 4,000 writes a second, so it has four partitions. */
const ON_DEMAND_PARTITIONS = 4;

/** How many partitions the service gives a table, and so open shards its stream (by throughput, not size). */
export function partitionsOf({ billingMode, provisioned }: TableDefinition): number {
  if (billingMode === 'PAY_PER_REQUEST') return ON_DEMAND_PARTITIONS;
  const { ReadCapacityUnits, WriteCapacityUnits } = provisioned;
  const needed =
    ReadCapacityUnits / PARTITION_READ_UNITS + WriteCapacityUnits / PARTITION_WRITE_UNITS;
  return Math.max(1, Math.ceil(needed));
}
