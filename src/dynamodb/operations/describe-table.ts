import { describeTable as describe, type TableStatus } from '../tables/description.js';
import type { Table } from '../tables/table.js';
import { field } from '../validation/shape.js';
import type { Operation } from './operation.js';
import { controlTableName } from './table-shapes.js';
import { checkTableName, controlledTable } from './table-name.js';

interface Input {
  TableName: string;
}

export const describeTable: Operation<Input> = {
  shape: field('DescribeTableInput', { TableName: controlTableName }),
  checkFirst: checkTableName,

  perform(engine, { TableName }) {
    const table = controlledTable(engine, TableName);
    return JSON.stringify({ Table: describe(engine, table, statusOf(table)) });
  },
};

/** A table is UPDATING while an index is being filled or removed. */
function statusOf(table: Table): TableStatus {
  if (table.isRestoring) return 'CREATING';
  return table.indexes.some(({ definition }) => definition.status === 'CREATING')
    ? 'UPDATING'
    : 'ACTIVE';
}
