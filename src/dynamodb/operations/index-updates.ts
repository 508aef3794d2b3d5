import { AwsError } from '../../lib/aws-error.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import type {
  AttributeDefinition,
  IndexDefinition,
  KeySchemaElement,
  OnDemandThroughput,
  TableDefinition,
  Throughput,
  WarmThroughput,
} from '../tables/definition.js';
import {
  checkGlobalCount,
  checkGlobalIndex,
  throughputNotWanted,
  type IndexRequest,
} from '../tables/schema-checks.js';
import type { Table } from '../tables/table.js';
import { defineIndex } from './create-table.js';

export interface IndexUpdate {
  Create?: IndexRequest;
  Update?: {
    IndexName: string;
    ProvisionedThroughput?: Throughput;
    OnDemandThroughput?: OnDemandThroughput;
    WarmThroughput?: WarmThroughput;
  };
  Delete?: { IndexName: string };
}

/** Checks the updates in themselves. */
export function checkIndexUpdates(updates: readonly IndexUpdate[]): void {
  const names = new Set<string>();
  for (const { Create, Update, Delete } of updates) {
    const [change, another] = [Update, Create, Delete].filter((one) => one !== undefined);
    if (change === undefined)
      throw validationError(
        `${INVALID_PARAMETER}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, ` +
          'GlobalSecondaryIndexUpdate.Delete must not be null',
      );
    // That it is refused is recorded, the text is inferred.
    if (another !== undefined)
      throw validationError(
        `${INVALID_PARAMETER}Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, ` +
          'GlobalSecondaryIndexUpdate.Delete is allowed in one update',
      );
    const name = change.IndexName;
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
    if (Update?.WarmThroughput) {
      const index = updatedIndex(definition, Update.IndexName);
      index.warm = { ...index.warm, ...Update.WarmThroughput };
    }
    if (Update?.OnDemandThroughput)
      updatedIndex(definition, Update.IndexName).onDemand = Update.OnDemandThroughput;
    else if (Update) checkIndexThroughput(definition, Update);
    if (Delete) deleteIndex(definition, Delete.IndexName);
  }
  checkGlobalCount(definition.indexes.filter(({ scope }) => scope === 'GLOBAL').length);
}

/** Throws also when there is no such index. Text as for an index that is created (inferred). */
function checkIndexThroughput(
  definition: TableDefinition,
  { IndexName, ProvisionedThroughput }: NonNullable<IndexUpdate['Update']>,
): void {
  updatedIndex(definition, IndexName);
  if (ProvisionedThroughput && definition.billingMode === 'PAY_PER_REQUEST')
    throw validationError(throughputNotWanted(IndexName));
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
  // The request must define all keys of the index itself, also those that the table knows (recorded).
  checkGlobalIndex(
    request,
    attributes.map(({ AttributeName }) => AttributeName),
    definition.billingMode,
  );
  for (const { AttributeName } of request.KeySchema) {
    const given = attributes.find((one) => one.AttributeName === AttributeName)!;
    const known = definition.attributes.find((one) => one.AttributeName === AttributeName);
    if (known === undefined) definition.attributes.push(given);
    else if (known.AttributeType !== given.AttributeType)
      throw redefined(definition, known, request, attributes);
  }
  definition.lastIndexId += 1;
  definition.indexes.push(defineIndex(definition.lastIndexId, 'GLOBAL', request, 'CREATING'));
}

/** Recorded for one key; how several are listed is inferred. */
function redefined(
  definition: TableDefinition,
  { AttributeName }: AttributeDefinition,
  request: IndexRequest,
  attributes: readonly AttributeDefinition[],
): AwsError {
  const existing = [definition, ...definition.indexes].find(({ keySchema }) =>
    keySchema.some((element) => element.AttributeName === AttributeName),
  )!;
  return validationError(
    `${INVALID_PARAMETER}Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. ` +
      `Existing schema: ${schemaText(existing.keySchema, definition.attributes)} ` +
      `New schema: ${schemaText(request.KeySchema, attributes)}`,
  );
}

function schemaText(
  schema: readonly KeySchemaElement[],
  attributes: readonly AttributeDefinition[],
): string {
  const elements = schema.map(({ AttributeName, KeyType }) => {
    const { AttributeType } = attributes.find((one) => one.AttributeName === AttributeName)!;
    return `SchemaElement: key{${AttributeName}:${AttributeType}:${KeyType}}`;
  });
  return `Schema:[${elements.join(', ')}]`;
}

function deleteIndex(definition: TableDefinition, name: string): void {
  // The type is recorded, the words are DynamoDB Local's.
  if (definition.indexes.some((one) => one.name === name && one.scope === 'LOCAL'))
    throw validationError('Cannot delete an index that is not a GlobalSecondaryIndex');
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
export function globalIndex(definition: TableDefinition, name: string): IndexDefinition {
  const index = findGlobal(definition, name);
  if (!index)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Index: ${name} not found in table: ${definition.name}`,
    );
  return index;
}

/** The global index that is to be updated; the service refuses one that is not there in these words (recorded). */
export function updatedIndex(definition: TableDefinition, name: string): IndexDefinition {
  const index = findGlobal(definition, name);
  if (!index)
    throw validationError(
      'This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: ' +
        'Action Blocked: IndexUpdate',
    );
  return index;
}

const findGlobal = (definition: TableDefinition, name: string): IndexDefinition | undefined =>
  definition.indexes.find((one) => one.name === name && one.scope === 'GLOBAL');
