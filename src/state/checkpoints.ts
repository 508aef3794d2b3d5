import type { Checkpoint } from './resources.js';
import type { Checkpoints } from './state.js';
import type { Table } from './table.js';

const NAMES = { '#lease': 'leaseCounter' };

/** Checkpoints: one item a shard, in a partition of the pipe's own. */
export class TableCheckpoints implements Checkpoints {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(owner: string, shardId: string): Promise<Checkpoint | undefined> {
    const item = await this.#table.get(partitionOf(owner), shardId);
    return (
      item && {
        sequenceNumber: item['sequenceNumber']?.S,
        leaseCounter: Number(item['leaseCounter']!.N),
      }
    );
  }

  async save(owner: string, shardId: string, checkpoint: Checkpoint): Promise<boolean> {
    const { sequenceNumber, leaseCounter } = checkpoint;
    const lease = { N: String(leaseCounter) };
    return this.#table.put(
      partitionOf(owner),
      shardId,
      {
        ...(sequenceNumber !== undefined && { sequenceNumber: { S: sequenceNumber } }),
        leaseCounter: lease,
      },
      {
        ConditionExpression: 'attribute_not_exists(#lease) OR #lease <= :lease',
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: { ':lease': lease },
      },
    );
  }

  async deleteAll(owner: string): Promise<void> {
    for await (const { sortKey } of this.#table.rows(partitionOf(owner)))
      await this.#table.delete(partitionOf(owner), sortKey);
  }
}

function partitionOf(owner: string): string {
  return `checkpoints#${owner}`;
}
