import { randomUUID } from 'node:crypto';
import { AwsError } from '../../lib/aws-error.js';
import type { Backup } from '../backups/backup.js';
import type { Engine } from '../engine.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import type {
  BillingMode,
  IndexDefinition,
  OnDemandThroughput,
  TableDefinition,
  Throughput,
} from '../tables/definition.js';
import { describeTable, tableArn } from '../tables/description.js';
import { checkThroughput, type IndexRequest } from '../tables/schema-checks.js';
import { field, list, string } from '../validation/shape.js';
import { backupArn, existingBackup } from './backups.js';
import { MAX_NAME_LENGTH, MIN_NAME_LENGTH, NAME_PATTERN } from './common-shapes.js';
import { checkOnDemand, encryptionOf, provisionedOf } from './create-table.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import {
  billingMode,
  globalSecondaryIndex,
  localSecondaryIndex,
  onDemandThroughput,
  provisionedThroughput,
  sseSpecification,
} from './table-shapes.js';

interface Input {
  TargetTableName: string;
  BackupArn: string;
  BillingModeOverride?: BillingMode;
  ProvisionedThroughputOverride?: Throughput;
  OnDemandThroughputOverride?: OnDemandThroughput;
  GlobalSecondaryIndexOverride?: IndexRequest[];
  LocalSecondaryIndexOverride?: IndexRequest[];
  SSESpecificationOverride?: { Enabled?: boolean; KMSMasterKeyId?: string };
}

/**
 * The new table is CREATING until all items are back. Tags, stream, time to live, policy and
 * point-in-time recovery are not restored (documented).
 */
export const restoreTableFromBackup: Operation<Input> = {
  shape: field('RestoreTableFromBackupInput', {
    TargetTableName: string({
      required: true,
      pattern: NAME_PATTERN,
      min: MIN_NAME_LENGTH,
      max: MAX_NAME_LENGTH,
    }),
    BackupArn: backupArn,
    BillingModeOverride: billingMode,
    ProvisionedThroughputOverride: provisionedThroughput,
    OnDemandThroughputOverride: onDemandThroughput,
    GlobalSecondaryIndexOverride: list(globalSecondaryIndex),
    LocalSecondaryIndexOverride: list(localSecondaryIndex),
    SSESpecificationOverride: sseSpecification,
  }),

  perform(engine, input) {
    const backup = existingBackup(engine, input.BackupArn);
    if (backup.status === 'CREATING')
      throw new AwsError('BackupInUseException', `Backup is in use: ${backup.arn}`);
    const { TargetTableName } = input;
    if (engine.catalog.find(TargetTableName))
      throw new AwsError('TableAlreadyExistsException', `Table already exists: ${TargetTableName}`);
    const table = engine.catalog.put(restored(engine, backup, input));
    engine.maintain();
    return durably(
      engine,
      JSON.stringify({ TableDescription: describeTable(engine, table, 'CREATING') }),
    );
  },
};

function restored(
  { catalog, clock, scope }: Engine,
  backup: Backup,
  input: Input,
): TableDefinition {
  const source = backup.table;
  const now = clock.now();
  const mode = input.BillingModeOverride ?? source.billingMode;
  const provisioned = provisionedFor(mode, source, input.ProvisionedThroughputOverride);
  checkOnDemand(mode, input.OnDemandThroughputOverride);
  const onDemand = input.OnDemandThroughputOverride ?? source.onDemand;
  const encryption = encryptionFor(source, input);
  const indexes = [
    ...chosen(source, 'LOCAL', input.LocalSecondaryIndexOverride),
    ...chosen(source, 'GLOBAL', input.GlobalSecondaryIndexOverride),
  ].map((index): IndexDefinition => ({ ...index, status: 'ACTIVE' }));
  const used = new Set(
    [source.keySchema, ...indexes.map(({ keySchema }) => keySchema)]
      .flat()
      .map(({ AttributeName }) => AttributeName),
  );
  return {
    id: catalog.nextTableId(),
    name: input.TargetTableName,
    uuid: randomUUID(),
    createdAt: now,
    attributes: source.attributes.filter(({ AttributeName }) => used.has(AttributeName)),
    keySchema: source.keySchema,
    billingMode: mode,
    billingModeGiven: mode === 'PAY_PER_REQUEST',
    provisioned,
    ...(mode === 'PAY_PER_REQUEST' ? { payPerRequestSince: now } : {}),
    ...(onDemand && mode === 'PAY_PER_REQUEST' ? { onDemand } : {}),
    deletionProtection: false,
    ...(source.tableClass === undefined ? {} : { tableClass: source.tableClass }),
    ...(encryption ? { encryption } : {}),
    indexes,
    lastIndexId: source.lastIndexId,
    restore: {
      backupId: backup.id,
      backupArn: backup.arn,
      sourceTableArn: tableArn(scope, source.name),
      at: now,
      inProgress: true,
    },
    tags: {},
  };
}

function provisionedFor(
  mode: BillingMode,
  source: TableDefinition,
  override: Throughput | undefined,
): TableDefinition['provisioned'] {
  const kept =
    source.billingMode === mode && mode === 'PROVISIONED' ? source.provisioned : undefined;
  checkThroughput(mode, override ?? kept);
  return provisionedOf(override ?? kept);
}

function encryptionFor(
  source: TableDefinition,
  { SSESpecificationOverride: override }: Input,
): TableDefinition['encryption'] {
  if (!override) return source.encryption;
  return override.Enabled ? encryptionOf(override) : undefined;
}

/** The indexes of the backup, or those of them that the request names. */
function chosen(
  { indexes }: TableDefinition,
  scope: IndexDefinition['scope'],
  override: readonly IndexRequest[] | undefined,
): IndexDefinition[] {
  const own = indexes.filter((index) => index.scope === scope);
  if (!override) return own;
  return override.map((request) => {
    const index = own.find(({ name }) => name === request.IndexName);
    if (!index)
      throw validationError(
        `${INVALID_PARAMETER}The backup has no such index: ${request.IndexName}`,
      );
    return {
      ...index,
      ...(request.ProvisionedThroughput
        ? { provisioned: provisionedOf(request.ProvisionedThroughput) }
        : {}),
      ...(request.OnDemandThroughput ? { onDemand: request.OnDemandThroughput } : {}),
    };
  });
}
