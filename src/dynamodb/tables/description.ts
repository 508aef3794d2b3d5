import { makeArn } from '../../lib/arn.js';
import type { Engine } from '../engine.js';
import type { ProvisionedThroughput, Restore } from './definition.js';
import type { Index, Table } from './table.js';

export type TableStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

/** The service's `TableDescription`. Times are epoch seconds. `dropped`: global indexes that are being deleted. */
export function describeTable(
  { scope, streams }: Engine,
  table: Table,
  status: TableStatus,
  dropped: readonly Index[] = [],
): Record<string, unknown> {
  const { definition, stream } = table;
  const arn = tableArn(scope, definition.name);
  const { latestStreamId } = definition;
  const latest = latestStreamId === undefined ? undefined : streams.byId(latestStreamId);
  const indexStatus = status === 'CREATING' || status === 'DELETING' ? status : undefined;
  const indexes = (isGlobal: boolean): Record<string, unknown>[] | undefined => {
    const described = [
      ...table.indexes
        .filter((index) => index.isGlobal === isGlobal)
        .map((index) => describeIndex(index, arn, indexStatus)),
      ...(isGlobal ? dropped : []).map((index) => describeIndex(index, arn, 'DELETING')),
    ];
    return described.length === 0 ? undefined : described;
  };
  return {
    AttributeDefinitions: definition.attributes,
    TableName: definition.name,
    KeySchema: definition.keySchema,
    TableStatus: status,
    CreationDateTime: seconds(definition.createdAt),
    ProvisionedThroughput: describeThroughput(definition.provisioned),
    TableSizeBytes: table.bytes,
    ItemCount: table.items,
    TableArn: arn,
    TableId: definition.uuid,
    ...(definition.billingModeGiven
      ? {
          BillingModeSummary: {
            BillingMode: definition.billingMode,
            ...(definition.payPerRequestSince === undefined
              ? {}
              : { LastUpdateToPayPerRequestDateTime: seconds(definition.payPerRequestSince) }),
          },
        }
      : {}),
    LocalSecondaryIndexes: indexes(false),
    GlobalSecondaryIndexes: indexes(true),
    ...(stream
      ? {
          StreamSpecification: {
            StreamEnabled: true,
            StreamViewType: stream.definition.viewType,
          },
        }
      : {}),
    ...(latest ? { LatestStreamLabel: latest.definition.label, LatestStreamArn: latest.arn } : {}),
    ...(definition.encryption
      ? { SSEDescription: describeEncryption(scope, definition.encryption) }
      : {}),
    ...(definition.restore ? { RestoreSummary: describeRestore(definition.restore) } : {}),
    ...(definition.tableClass === undefined
      ? {}
      : { TableClassSummary: { TableClass: definition.tableClass } }),
    ...(definition.onDemand ? { OnDemandThroughput: definition.onDemand } : {}),
    ...(definition.warm ? { WarmThroughput: { ...definition.warm, Status: 'ACTIVE' } } : {}),
    DeletionProtectionEnabled: definition.deletionProtection,
  };
}

function describeRestore(restore: Restore): Record<string, unknown> {
  return {
    SourceBackupArn: restore.backupArn,
    SourceTableArn: restore.sourceTableArn,
    RestoreDateTime: seconds(restore.at),
    RestoreInProgress: restore.inProgress,
  };
}

export function tableArn(scope: Engine['scope'], tableName: string): string {
  return makeArn(scope, 'dynamodb', `table/${tableName}`);
}

function describeIndex(
  { definition: index, items, bytes }: Index,
  tableArn: string,
  status: string | undefined,
): Record<string, unknown> {
  const described = {
    IndexName: index.name,
    KeySchema: index.keySchema,
    Projection: index.projection,
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: `${tableArn}/index/${index.name}`,
  };
  if (index.scope === 'LOCAL') return described;
  return {
    ...described,
    IndexStatus: status ?? index.status,
    ...(index.status === 'CREATING' && status === undefined ? { Backfilling: true } : {}),
    ProvisionedThroughput: describeThroughput(index.provisioned),
    ...(index.onDemand ? { OnDemandThroughput: index.onDemand } : {}),
    ...(index.warm ? { WarmThroughput: { ...index.warm, Status: 'ACTIVE' } } : {}),
  };
}

export function describeEncryption(
  scope: Engine['scope'],
  { KMSMasterKeyId }: { KMSMasterKeyId?: string },
): Record<string, unknown> {
  return {
    Status: 'ENABLED',
    SSEType: 'KMS',
    KMSMasterKeyArn: KMSMasterKeyId ?? makeArn(scope, 'kms', 'alias/aws/dynamodb'),
  };
}

export function describeThroughput(throughput: ProvisionedThroughput): Record<string, unknown> {
  const { lastIncrease, lastDecrease, ...rest } = throughput;
  return {
    ...(lastIncrease === undefined ? {} : { LastIncreaseDateTime: seconds(lastIncrease) }),
    ...(lastDecrease === undefined ? {} : { LastDecreaseDateTime: seconds(lastDecrease) }),
    ...rest,
  };
}

export const seconds = (milliseconds: number): number => milliseconds / 1000;
