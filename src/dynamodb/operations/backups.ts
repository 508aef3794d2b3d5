import { randomBytes } from 'node:crypto';
import { AwsError } from '../../lib/aws-error.js';
import type { Backup } from '../backups/backup.js';
import { describeBackup, describeBackupDetails, summariseBackup } from '../backups/description.js';
import { snapshotOf } from '../backups/copying.js';
import type { Engine } from '../engine.js';
import { tableArn } from '../tables/description.js';
import { field, integer, long, oneOf, string } from '../validation/shape.js';
import { backedUpTable } from './continuous-backups.js';
import { MAX_NAME_LENGTH, MIN_NAME_LENGTH, NAME_PATTERN } from './common-shapes.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { checkTableName, tableNameOf } from './table-name.js';
import { controlTableName } from './table-shapes.js';

/** Documented: backups in one answer. */
const MAX_LIMIT = 100;

export const backupArn = string({ required: true, min: 37, max: 1024 });

interface Input {
  BackupArn: string;
}

interface ListInput {
  TableName?: string;
  Limit?: number;
  /** Epoch seconds: from here, and up to there. */
  TimeRangeLowerBound?: number;
  TimeRangeUpperBound?: number;
  ExclusiveStartBackupArn?: string;
  BackupType?: 'USER' | 'SYSTEM' | 'AWS_BACKUP' | 'ALL';
}

/** The items are copied in the background, as they are when the backup is asked for. */
export const createBackup: Operation<{ TableName: string; BackupName: string }> = {
  shape: field('CreateBackupInput', {
    TableName: controlTableName,
    BackupName: string({
      required: true,
      pattern: NAME_PATTERN,
      min: MIN_NAME_LENGTH,
      max: MAX_NAME_LENGTH,
    }),
  }),
  checkFirst: checkTableName,

  async perform(engine, { TableName, BackupName }) {
    const table = backedUpTable(engine, TableName);
    if (table.isRestoring)
      throw new AwsError('TableInUseException', `Table is being created: ${table.name}`);
    const now = engine.clock.now();
    const backup: Backup = {
      id: engine.catalog.nextBackupId(),
      arn: `${tableArn(engine.scope, table.name)}/backup/${String(now).padStart(14, '0')}-${randomBytes(4).toString('hex')}`,
      name: BackupName,
      createdAt: now,
      status: 'CREATING',
      table: table.definition,
      ...(table.stream ? { streamViewType: table.stream.definition.viewType } : {}),
      items: table.items,
      bytes: table.bytes,
    };
    engine.backups.keepSnapshot(backup, snapshotOf(engine, table.prefix));
    engine.backups.put(backup);
    engine.maintain();
    return durably(engine, JSON.stringify({ BackupDetails: describeBackupDetails(backup) }));
  },
};

export const describeBackupOperation: Operation<Input> = {
  shape: field('DescribeBackupInput', { BackupArn: backupArn }),

  perform(engine, { BackupArn }) {
    const backup = existingBackup(engine, BackupArn);
    return JSON.stringify({ BackupDescription: describeBackup(engine, backup) });
  },
};

export const deleteBackup: Operation<Input> = {
  shape: field('DeleteBackupInput', { BackupArn: backupArn }),

  perform(engine, { BackupArn }) {
    const backup = existingBackup(engine, BackupArn);
    if (backup.status === 'CREATING' || isBeingRestored(engine, backup))
      throw new AwsError('BackupInUseException', `Backup is in use: ${BackupArn}`);
    engine.backups.remove(backup);
    engine.maintain();
    const description = describeBackup(engine, backup, 'DELETED');
    return durably(engine, JSON.stringify({ BackupDescription: description }));
  },
};

export const listBackups: Operation<ListInput> = {
  shape: field('ListBackupsInput', {
    TableName: controlTableName,
    Limit: integer({ min: 1, max: MAX_LIMIT }),
    TimeRangeLowerBound: long(),
    TimeRangeUpperBound: long(),
    ExclusiveStartBackupArn: string({ min: 37, max: 1024 }),
    BackupType: oneOf('USER', 'SYSTEM', 'AWS_BACKUP', 'ALL'),
  }),

  perform(engine, input) {
    const { Limit = MAX_LIMIT, ExclusiveStartBackupArn } = input;
    const all = engine.backups.all().filter((backup) => isListed(backup, input));
    const start = ExclusiveStartBackupArn && existingBackup(engine, ExclusiveStartBackupArn);
    const first = start ? all.indexOf(start) + 1 : 0;
    const page = all.slice(first, first + Limit);
    return JSON.stringify({
      BackupSummaries: page.map((backup) => summariseBackup(engine, backup)),
      ...(all.length > first + Limit ? { LastEvaluatedBackupArn: page.at(-1)?.arn } : {}),
    });
  },
};

/** Throws BackupNotFoundException. */
export function existingBackup({ backups }: Engine, arn: string): Backup {
  const backup = backups.find(arn);
  if (!backup) throw new AwsError('BackupNotFoundException', `Backup not found: ${arn}`);
  return backup;
}

function isBeingRestored({ catalog }: Engine, { id }: Backup): boolean {
  for (const table of catalog.all())
    if (table.isRestoring && table.definition.restore?.backupId === id) return true;
  return false;
}

function isListed({ table, createdAt }: Backup, input: ListInput): boolean {
  const { TableName, BackupType = 'USER', TimeRangeLowerBound, TimeRangeUpperBound } = input;
  if (BackupType !== 'USER' && BackupType !== 'ALL') return false;
  if (TableName !== undefined && tableNameOf(TableName) !== table.name) return false;
  const at = createdAt / 1000;
  return !(at < (TimeRangeLowerBound ?? 0)) && at < (TimeRangeUpperBound ?? Infinity);
}
