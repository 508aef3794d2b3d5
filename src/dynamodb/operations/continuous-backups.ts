import { AwsError } from '../../lib/aws-error.js';
import type { TableDefinition } from '../tables/definition.js';
import type { Engine } from '../engine.js';
import type { Table } from '../tables/table.js';
import { boolean, field } from '../validation/shape.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { controlTableName } from './table-shapes.js';
import { checkTableName, tableNameOf } from './table-name.js';

interface Input {
  TableName: string;
}

interface UpdateInput extends Input {
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: boolean };
}

/** Kept and answered, so that tools which ask can go on: no table can be restored to a point in time. */
export const describeContinuousBackups: Operation<Input> = {
  shape: field('DescribeContinuousBackupsInput', { TableName: controlTableName }),
  checkFirst: checkTableName,
  perform: (engine, { TableName }) =>
    description(backedUpTable(engine, TableName).definition.pointInTimeRecovery ?? false),
};

export const updateContinuousBackups: Operation<UpdateInput> = {
  shape: field('UpdateContinuousBackupsInput', {
    TableName: controlTableName,
    PointInTimeRecoverySpecification: field(
      'PointInTimeRecoverySpecification',
      { PointInTimeRecoveryEnabled: boolean({ required: true }) },
      { required: true },
    ),
  }),
  checkFirst: checkTableName,
  perform(engine, { TableName, PointInTimeRecoverySpecification }) {
    const table = backedUpTable(engine, TableName);
    const isEnabled = PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled;
    const definition: TableDefinition = { ...table.definition, pointInTimeRecovery: isEnabled };
    engine.catalog.put(definition);
    return durably(engine, description(isEnabled));
  },
};

/** Throws TableNotFoundException: the operations on backups have an error of their own. */
export function backedUpTable(engine: Engine, nameOrArn: string): Table {
  const name = tableNameOf(nameOrArn);
  const table = engine.catalog.find(name);
  if (table) return table;
  throw new AwsError('TableNotFoundException', `Table not found: ${name}`);
}

function description(isEnabled: boolean): string {
  return JSON.stringify({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: isEnabled ? 'ENABLED' : 'DISABLED',
      },
    },
  });
}
