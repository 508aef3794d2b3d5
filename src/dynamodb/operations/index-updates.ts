import { AwsError } from '../../lib/aws-error.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import type {
  AttributeDefinition,
  OnDemandThroughput,
  TableDefinition,
  Throughput,
} from '../tables/definition.js';
import { checkGlobalCount, checkGlobalIndex, type IndexRequest } from '../tables/schema-checks.js';
import type { Table } from '../tables/table.js';
import { defineIndex } from './create-table.js';

export interface IndexUpdate {
  Create?: IndexRequest;
  Update?: {
    IndexName: string;
    ProvisionedThroughput?: Throughput;
    OnDemandThroughput?: OnDemandThroughput;
  };
  Delete?: { IndexName: string };
}

/** Checks the updates in themselves. */
export function checkIndexUpdates(updates: readonly IndexUpdate[]): void {
  const names = new Set<string>();
  for (const { Create, Update, Delete } of updates) {
    const name = (Update ?? Create ?? Delete)?.IndexName;
    if (name === undefined)
      throw validationError(
        `${INVALID_PARAMETER}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, ` +
          'GlobalSecondaryIndexUpdate.Delete must not be null',
      );
    if (names.has(name))
      throw validationError(
        `${INVALID_PARAMETER}Only one global secondary index update per index is allowed simultaneously. Index: ${name}`,
      );
    names.add(name);
  }
}

/**
 * Creates, changes and deletes global indexes in a definition. One that is created is filled in the
 * background.
 */
export function changeIndexes(
  definition: TableDefinition,
  table: Table,
  updates: readonly IndexUpdate[],
  attributes: readonly AttributeDefinition[],
): void {
  const online = updates.filter(({ Create, Delete }) => Create ?? Delete).length;
  const busy = table.indexes.some((index) => index.definition.status === 'CREATING');
  if (online > 1 || (online > 0 && busy))
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  for (const { Create, Update, Delete } of updates) {
    if (Create) createIndex(definition, Create, attributes);
    if (Update?.OnDemandThroughput)
      globalIndex(definition, Update.IndexName).onDemand = Update.OnDemandThroughput;
    else if (Update) globalIndex(definition, Update.IndexName);
    if (Delete) deleteIndex(definition, Delete.IndexName);
  }
  checkGlobalCount(definition.indexes.filter(({ scope }) => scope === 'GLOBAL').length);
}

function createIndex(
  definition: TableDefinition,
  request: IndexRequest,
  attributes: readonly AttributeDefinition[],
): void {
  if (definition.indexes.some((index) => index.name === request.IndexName))
    throw validationError(
      `${INVALID_PARAMETER}Attempting to create an index which already exists: ${request.IndexName}`,
    );
  // The request must define all keys of the index itself; what the table knows of them stands (recorded).
  checkGlobalIndex(
    request,
    attributes.map(({ AttributeName }) => AttributeName),
    definition.billingMode,
  );
  const known = new Set(definition.attributes.map(({ AttributeName }) => AttributeName));
  for (const { AttributeName } of request.KeySchema) {
    if (known.has(AttributeName)) continue;
    definition.attributes.push(attributes.find((one) => one.AttributeName === AttributeName)!);
    known.add(AttributeName);
  }
  definition.lastIndexId += 1;
  definition.indexes.push(defineIndex(definition.lastIndexId, 'GLOBAL', request, 'CREATING'));
}

function deleteIndex(definition: TableDefinition, name: string): void {
  const index = globalIndex(definition, name);
  definition.indexes = definition.indexes.filter((other) => other !== index);
  if (definition.contributorInsights)
    definition.contributorInsights = definition.contributorInsights.filter(
      (insights) => insights.index !== name,
    );
  const used = new Set(
    [definition.keySchema, ...definition.indexes.map(({ keySchema }) => keySchema)]
      .flat()
      .map(({ AttributeName }) => AttributeName),
  );
  definition.attributes = definition.attributes.filter(({ AttributeName }) =>
    used.has(AttributeName),
  );
}

/** Throws ResourceNotFoundException when the table has no such global index. */
export function globalIndex(
  definition: TableDefinition,
  name: string,
): TableDefinition['indexes'][number] {
  const index = definition.indexes.find((one) => one.name === name && one.scope === 'GLOBAL');
  if (!index)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Index: ${name} not found in table: ${definition.name}`,
    );
  return index;
}
