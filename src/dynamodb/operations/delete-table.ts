import { validationError } from '../errors.js';
import { describeTable, tableArn } from '../tables/description.js';
import { field } from '../validation/shape.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { controlTableName } from './table-shapes.js';
import { checkTableName, changeableTable } from './table-name.js';

interface Input {
  TableName: string;
}

/** What the answer to a deletion does not show of a table, though it was there (recorded). */
const NOT_SHOWN = [
  'AttributeDefinitions',
  'KeySchema',
  'CreationDateTime',
  'LocalSecondaryIndexes',
  'GlobalSecondaryIndexes',
];

function describeDeleted(description: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(description).filter(([name]) => !NOT_SHOWN.includes(name)),
  );
}

/** The table is gone at once; its stream can be read for 24 hours more. */
export const deleteTable: Operation<Input> = {
  shape: field('DeleteTableInput', { TableName: controlTableName }),
  checkFirst: checkTableName,

  perform(engine, { TableName }) {
    const table = changeableTable(engine, TableName);
    if (table.definition.deletionProtection)
      throw validationError(
        'Resource cannot be deleted as it is currently protected against deletion. ' +
          `Disable deletion protection first. Resource: ${tableArn(engine.scope, table.name)}`,
      );
    const description = describeDeleted(describeTable(engine, table, 'DELETING'));
    if (table.stream) engine.streams.disable(table.stream);
    engine.catalog.remove(table);
    engine.maintain();
    return durably(engine, JSON.stringify({ TableDescription: description }));
  },
};
