import type { Engine } from '../engine.js';
import type { IndexDefinition } from '../tables/definition.js';
import {
  describeEncryption,
  describeThroughput,
  seconds,
  tableArn,
} from '../tables/description.js';
import type { Backup } from './backup.js';

type Status = Backup['status'] | 'DELETED';

/** The service's `BackupDetails`. Times are epoch seconds. */
export function describeBackupDetails(
  backup: Backup,
  status: Status = backup.status,
): Record<string, unknown> {
  return {
    BackupArn: backup.arn,
    BackupName: backup.name,
    BackupSizeBytes: backup.bytes,
    BackupStatus: status,
    BackupType: 'USER',
    BackupCreationDateTime: seconds(backup.createdAt),
  };
}

/** The service's `BackupSummary`. */
export function summariseBackup({ scope }: Engine, backup: Backup): Record<string, unknown> {
  return {
    TableName: backup.table.name,
    TableId: backup.table.uuid,
    TableArn: tableArn(scope, backup.table.name),
    ...describeBackupDetails(backup),
  };
}

/** The service's `BackupDescription`. */
export function describeBackup(
  { scope }: Engine,
  backup: Backup,
  status: Status = backup.status,
): Record<string, unknown> {
  const { table } = backup;
  return {
    BackupDetails: describeBackupDetails(backup, status),
    SourceTableDetails: {
      TableName: table.name,
      TableId: table.uuid,
      TableArn: tableArn(scope, table.name),
      TableSizeBytes: backup.bytes,
      KeySchema: table.keySchema,
      TableCreationDateTime: seconds(table.createdAt),
      ProvisionedThroughput: throughputOf(table),
      ItemCount: backup.items,
      BillingMode: table.billingMode,
      ...(table.onDemand ? { OnDemandThroughput: table.onDemand } : {}),
    },
    SourceTableFeatureDetails: {
      LocalSecondaryIndexes: indexesOf(table.indexes, 'LOCAL'),
      GlobalSecondaryIndexes: indexesOf(table.indexes, 'GLOBAL'),
      ...(backup.streamViewType === undefined
        ? {}
        : {
            StreamDescription: { StreamEnabled: true, StreamViewType: backup.streamViewType },
          }),
      ...(table.timeToLive
        ? {
            TimeToLiveDescription: {
              TimeToLiveStatus: 'ENABLED',
              AttributeName: table.timeToLive.attribute,
            },
          }
        : {}),
      ...(table.encryption ? { SSEDescription: describeEncryption(scope, table.encryption) } : {}),
    },
  };
}

function throughputOf({ provisioned }: Pick<IndexDefinition, 'provisioned'>): object {
  const { ReadCapacityUnits, WriteCapacityUnits } = describeThroughput(provisioned);
  return { ReadCapacityUnits, WriteCapacityUnits };
}

function indexesOf(
  indexes: readonly IndexDefinition[],
  scope: IndexDefinition['scope'],
): object[] | undefined {
  const described = indexes
    .filter((index) => index.scope === scope)
    .map((index) => ({
      IndexName: index.name,
      KeySchema: index.keySchema,
      Projection: index.projection,
      ...(scope === 'GLOBAL' ? { ProvisionedThroughput: throughputOf(index) } : {}),
      ...(index.onDemand ? { OnDemandThroughput: index.onDemand } : {}),
    }));
  return described.length === 0 ? undefined : described;
}
