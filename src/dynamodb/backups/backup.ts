import type { TableDefinition } from '../tables/definition.js';

/** A backup as it is stored: the table as it was, and where its items are kept. */
export interface Backup {
  /** Unique in the folder, never used again. */
  id: number;
  arn: string;
  name: string;
  /** Epoch milliseconds. */
  createdAt: number;
  /** `CREATING`: items are still being copied, it cannot be restored yet. */
  status: 'CREATING' | 'AVAILABLE';
  table: TableDefinition;
  /** The table's stream was on, with this view type. */
  streamViewType?: string;
  /** Of the table when the backup was asked for; of what was copied once that is done. */
  items: number;
  bytes: number;
}
