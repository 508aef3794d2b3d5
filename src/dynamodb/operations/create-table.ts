import { randomUUID } from 'node:crypto';
import { AwsError } from '../../lib/aws-error.js';
import { parseTags } from '../tables/tags.js';
import type { Engine } from '../engine.js';
import { INVALID_PARAMETER, refuseUnsupported, validationError } from '../errors.js';
import type {
  AttributeDefinition,
  BillingMode,
  IndexDefinition,
  KeySchemaElement,
  OnDemandThroughput,
  ProvisionedThroughput,
  StreamSpecification,
  TableDefinition,
  Throughput,
  WarmThroughput,
} from '../tables/definition.js';
import type { StreamViewType } from '../streams/stream-log.js';
import { describeTable } from '../tables/description.js';
import {
  checkSchema,
  checkStreamSpecification,
  checkThroughput,
  type IndexRequest,
} from '../tables/schema-checks.js';
import { boolean, field, list, string } from '../validation/shape.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { checkPolicy, nextPolicy } from './resource-policy.js';
import {
  attributeDefinition,
  billingMode,
  controlTableName,
  globalSecondaryIndex,
  keySchema,
  localSecondaryIndex,
  onDemandThroughput,
  provisionedThroughput,
  sseSpecification,
  streamSpecification,
  tableClass,
  tag,
  warmThroughput,
} from './table-shapes.js';
import { checkTableName, tableNameOf } from './table-name.js';

interface Input {
  TableName: string;
  AttributeDefinitions: AttributeDefinition[];
  KeySchema: KeySchemaElement[];
  BillingMode?: BillingMode;
  ProvisionedThroughput?: Throughput;
  OnDemandThroughput?: OnDemandThroughput;
  WarmThroughput?: WarmThroughput;
  LocalSecondaryIndexes?: IndexRequest[];
  GlobalSecondaryIndexes?: IndexRequest[];
  StreamSpecification?: StreamSpecification;
  DeletionProtectionEnabled?: boolean;
  TableClass?: string;
  SSESpecification?: { Enabled?: boolean; KMSMasterKeyId?: string };
  Tags?: { Key: string; Value: string }[];
  ResourcePolicy?: string;
}

/** Global tables and vector search. */
const UNSUPPORTED = ['GlobalTableSourceArn', 'GlobalTableSettingsReplicationMode', 'VectorIndexes'];

export const createTable: Operation<Input> = {
  shape: field('CreateTableInput', {
    AttributeDefinitions: list(attributeDefinition, { required: true }),
    TableName: controlTableName,
    BillingMode: billingMode,
    ProvisionedThroughput: provisionedThroughput,
    KeySchema: keySchema,
    GlobalSecondaryIndexes: list(globalSecondaryIndex),
    LocalSecondaryIndexes: list(localSecondaryIndex),
    StreamSpecification: streamSpecification,
    DeletionProtectionEnabled: boolean(),
    TableClass: tableClass,
    SSESpecification: sseSpecification,
    OnDemandThroughput: onDemandThroughput,
    WarmThroughput: warmThroughput,
    Tags: list(tag),
    ResourcePolicy: string(),
  }),
  checkFirst: checkTableName,

  perform(engine, input) {
    refuseUnsupported(input, UNSUPPORTED);
    const mode = input.BillingMode ?? 'PROVISIONED';
    checkThroughput(mode, input.ProvisionedThroughput);
    checkSchema(input, mode);
    checkStreamSpecification(input.StreamSpecification);
    checkOnDemand(mode, input.OnDemandThroughput);
    if (input.ResourcePolicy !== undefined) checkPolicy(input.ResourcePolicy);
    const tags = parseTags(input.Tags ?? []);
    const name = tableNameOf(input.TableName);
    if (engine.catalog.find(name))
      throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
    const definition = define(engine, name, mode, input, tags);
    if (input.StreamSpecification?.StreamEnabled)
      openStream(engine, definition, input.StreamSpecification.StreamViewType!);
    const table = engine.catalog.put(definition);
    return durably(
      engine,
      JSON.stringify({ TableDescription: describeTable(engine, table, 'CREATING') }),
    );
  },
};

/** Switches a new stream on. */
export function openStream(
  { streams }: Engine,
  definition: TableDefinition,
  viewType: StreamViewType,
): void {
  definition.streamId = streams.open(definition, viewType).id;
  definition.latestStreamId = definition.streamId;
}

function define(
  { catalog, clock }: Engine,
  name: string,
  mode: BillingMode,
  input: Input,
  tags: Record<string, string>,
): TableDefinition {
  const now = clock.now();
  const indexes = [
    ...(input.LocalSecondaryIndexes ?? []).map((index) => ({ index, scope: 'LOCAL' as const })),
    ...(input.GlobalSecondaryIndexes ?? []).map((index) => ({ index, scope: 'GLOBAL' as const })),
  ].map(({ index, scope }, at) => defineIndex(at + 1, scope, index, 'ACTIVE'));
  return {
    id: catalog.nextTableId(),
    name,
    uuid: randomUUID(),
    createdAt: now,
    attributes: input.AttributeDefinitions,
    keySchema: input.KeySchema,
    billingMode: mode,
    billingModeGiven: mode === 'PAY_PER_REQUEST',
    provisioned: provisionedOf(input.ProvisionedThroughput),
    ...(mode === 'PAY_PER_REQUEST' ? { payPerRequestSince: now } : {}),
    ...(input.OnDemandThroughput ? { onDemand: input.OnDemandThroughput } : {}),
    ...(input.WarmThroughput ? { warm: input.WarmThroughput } : {}),
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass }),
    ...(input.SSESpecification?.Enabled
      ? { encryption: encryptionOf(input.SSESpecification) }
      : {}),
    indexes,
    lastIndexId: indexes.length,
    tags,
    ...(input.ResourcePolicy === undefined
      ? {}
      : { resourcePolicy: nextPolicy(input.ResourcePolicy, undefined, now) }),
  };
}

export function defineIndex(
  id: number,
  scope: 'LOCAL' | 'GLOBAL',
  request: IndexRequest,
  status: IndexDefinition['status'],
): IndexDefinition {
  return {
    id,
    name: request.IndexName,
    scope,
    keySchema: request.KeySchema,
    projection: request.Projection,
    provisioned: provisionedOf(request.ProvisionedThroughput),
    ...(request.OnDemandThroughput ? { onDemand: request.OnDemandThroughput } : {}),
    ...(request.WarmThroughput ? { warm: request.WarmThroughput } : {}),
    status,
  };
}

export function provisionedOf(throughput: Throughput | undefined): ProvisionedThroughput {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: throughput?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: throughput?.WriteCapacityUnits ?? 0,
  };
}

export function encryptionOf({ KMSMasterKeyId }: { KMSMasterKeyId?: string }): {
  KMSMasterKeyId?: string;
} {
  return KMSMasterKeyId === undefined ? {} : { KMSMasterKeyId };
}

export function checkOnDemand(mode: BillingMode, throughput: OnDemandThroughput | undefined): void {
  if (throughput && mode !== 'PAY_PER_REQUEST')
    throw validationError(
      `${INVALID_PARAMETER}OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST`,
    );
}
