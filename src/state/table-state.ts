import type { Clock } from '../lib/clock.js';
import { TableCheckpoints } from './checkpoints.js';
import { TableCollection } from './collection.js';
import { TableDeadLetters } from './dead-letters.js';
import type { DynamoDbOperations } from './dynamodb-operations.js';
import { TableQueueMessages } from './queue-messages.js';
import { KeySecrets } from './secrets.js';
import { TableSettings } from './settings.js';
import type { State } from './state.js';
import { Table } from './table.js';

const DEFAULT_TABLE_NAME = 'freshet-state';

export interface StateOptions {
  /** Where the table lies: the embedded engine, or a client of a remote DynamoDB. */
  operations: DynamoDbOperations;
  /** Made when it does not exist. Default `freshet-state`. */
  tableName?: string;
  /** 32 bytes, see {@link loadSecretKey}. */
  secretKey: Buffer;
  clock: Clock;
}

/**
 * Opens the state in a table; resolves when the table can be used. Rejects when a table of that name has
 * other keys, and with what the operations reject with.
 */
export async function openState(options: StateOptions): Promise<State> {
  const secrets = new KeySecrets(options.secretKey);
  const table = new Table(options.operations, options.tableName ?? DEFAULT_TABLE_NAME);
  await table.ensure(options.clock);
  return {
    connections: new TableCollection(table, 'connections'),
    apiDestinations: new TableCollection(table, 'apiDestinations'),
    pipes: new TableCollection(table, 'pipes'),
    backfills: new TableCollection(table, 'backfills'),
    caches: new TableCollection(table, 'caches'),
    queues: new TableCollection(table, 'queues'),
    queueMessages: new TableQueueMessages(table),
    checkpoints: new TableCheckpoints(table),
    deadLetters: new TableDeadLetters(table),
    settings: new TableSettings(table),
    secrets,
  };
}
