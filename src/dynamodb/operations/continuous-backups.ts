import { AwsError } from '../../lib/aws-error.js';
import type { TableDefinition } from '../tables/definition.js';
import type { Engine } from '../engine.js';
import type { Table } from '../tables/table.js';
import { boolean, field, integer } from '../validation/shape.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { controlTableName } from './table-shapes.js';
import { checkTableName, tableNameOf } from './table-name.js';

/** Documented: the longest period, which is the default, too. */
const MAX_RECOVERY_DAYS = 35;

interface Input {
  TableName: string;
}

interface UpdateInput extends Input {
  PointInTimeRecoverySpecification: {
    PointInTimeRecoveryEnabled: boolean;
    RecoveryPeriodInDays?: number;
  };
}

/** Kept and answered, so that tools which ask can go on: no table can be restored to a point in time. */
export const describeContinuousBackups: Operation<Input> = {
  shape: field('DescribeContinuousBackupsInput', { TableName: controlTableName }),
  checkFirst: checkTableName,
  perform: (engine, { TableName }) => description(backedUpTable(engine, TableName).definition),
};

export const updateContinuousBackups: Operation<UpdateInput> = {
  shape: field('UpdateContinuousBackupsInput', {
    TableName: controlTableName,
    PointInTimeRecoverySpecification: field(
      'PointInTimeRecoverySpecification',
      {
        PointInTimeRecoveryEnabled: boolean({ required: true }),
        RecoveryPeriodInDays: integer({ min: 1, max: MAX_RECOVERY_DAYS }),
      },
      { required: true },
    ),
  }),
  checkFirst: checkTableName,
  perform(engine, { TableName, PointInTimeRecoverySpecification }) {
    const table = backedUpTable(engine, TableName);
    const { PointInTimeRecoveryEnabled, RecoveryPeriodInDays } = PointInTimeRecoverySpecification;
    const definition: TableDefinition = {
      ...table.definition,
      pointInTimeRecovery: PointInTimeRecoveryEnabled,
      recoveryPeriodInDays: RecoveryPeriodInDays ?? MAX_RECOVERY_DAYS,
    };
    engine.catalog.put(definition);
    return durably(engine, description(definition));
  },
};

/** Throws TableNotFoundException: the operations on backups have an error of their own. */
export function backedUpTable(engine: Engine, nameOrArn: string): Table {
  const name = tableNameOf(nameOrArn);
  const table = engine.catalog.find(name);
  if (table) return table;
  throw new AwsError('TableNotFoundException', `Table not found: ${name}`);
}

function description({
  pointInTimeRecovery,
  recoveryPeriodInDays = MAX_RECOVERY_DAYS,
}: TableDefinition): string {
  return JSON.stringify({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        ...(pointInTimeRecovery
          ? { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: recoveryPeriodInDays }
          : { PointInTimeRecoveryStatus: 'DISABLED' }),
      },
    },
  });
}
