import type { Checkpoint } from './resources.js';
import type { Checkpoints } from './state.js';
import type { Condition, Table } from './table.js';

/** Checkpoints: one item a shard, in a partition of the pipe's own. */
export class TableCheckpoints implements Checkpoints {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async list(owner: string): Promise<Map<string, Checkpoint>> {
    const checkpoints = new Map<string, Checkpoint>();
    for await (const { sortKey, attributes } of this.#table.rows(partitionOf(owner)))
      checkpoints.set(sortKey, {
        sequenceNumber: attributes['sequenceNumber']?.S,
        leaseCounter: Number(attributes['leaseCounter']!.N),
      });
    return checkpoints;
  }

  async save(owner: string, shardId: string, checkpoint: Checkpoint): Promise<boolean> {
    const { sequenceNumber, leaseCounter } = checkpoint;
    return this.#table.put(
      partitionOf(owner),
      shardId,
      {
        ...(sequenceNumber !== undefined && { sequenceNumber: { S: sequenceNumber } }),
        leaseCounter: { N: String(leaseCounter) },
      },
      notTakenOver(leaseCounter),
    );
  }

  async delete(owner: string, shardId: string, leaseCounter: number): Promise<boolean> {
    return this.#table.delete(partitionOf(owner), shardId, notTakenOver(leaseCounter));
  }

  async deleteAll(owner: string): Promise<void> {
    for await (const { sortKey } of this.#table.rows(partitionOf(owner)))
      await this.#table.delete(partitionOf(owner), sortKey);
  }
}

function notTakenOver(leaseCounter: number): Condition {
  return {
    ConditionExpression: 'attribute_not_exists(#lease) OR #lease <= :lease',
    ExpressionAttributeNames: { '#lease': 'leaseCounter' },
    ExpressionAttributeValues: { ':lease': { N: String(leaseCounter) } },
  };
}

function partitionOf(owner: string): string {
  return `checkpoints#${owner}`;
}
