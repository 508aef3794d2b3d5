import { parseArn } from '../../lib/arn.js';
import { AwsError } from '../../lib/aws-error.js';
import { tableNotFound, validationError } from '../errors.js';
import type { Engine } from '../engine.js';
import type { Table } from '../tables/table.js';

/** The name of a table that may be given by ARN. */
export function tableNameOf(nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  const arn = parseArn(nameOrArn);
  const match = arn?.service === 'dynamodb' && /^table\/([a-zA-Z0-9_.-]+)$/.exec(arn.resource);
  if (!match) throw validationError('Invalid TableArn: Invalid ResourceArn provided as input');
  return match[1]!;
}

/** The table operations miss a table name before anything else, in words of their own (recorded). */
export function checkTableName(input: { TableName?: string }): void {
  if (input.TableName === undefined)
    throw validationError(
      "The parameter 'TableName' is required but was not present in the request",
    );
}

/** The table that a table operation names. Throws ResourceNotFoundException with its name. */
export function controlledTable({ catalog }: Engine, nameOrArn: string): Table {
  const name = tableNameOf(nameOrArn);
  const table = catalog.find(name);
  if (!table) throw tableNotFound(name);
  return table;
}

/** As {@link controlledTable}, for operations that change the table: not while it is being restored. */
export function changeableTable(engine: Engine, nameOrArn: string): Table {
  const table = controlledTable(engine, nameOrArn);
  if (table.isRestoring)
    throw new AwsError(
      'ResourceInUseException',
      `Attempt to change a resource which is still in use: Table is being created: ${table.name}`,
    );
  return table;
}
