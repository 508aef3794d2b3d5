import type { Engine } from '../engine.js';
import { INVALID_PARAMETER, refuseUnsupported, validationError } from '../errors.js';
import type {
  AttributeDefinition,
  BillingMode,
  OnDemandThroughput,
  ProvisionedThroughput,
  StreamSpecification,
  TableDefinition,
  Throughput,
  WarmThroughput,
} from '../tables/definition.js';
import { describeTable, describeThroughput } from '../tables/description.js';
import { checkStreamSpecification, checkThroughputBounds } from '../tables/schema-checks.js';
import type { Table } from '../tables/table.js';
import { boolean, field, list } from '../validation/shape.js';
import { checkOnDemand, encryptionOf, openStream, provisionedOf } from './create-table.js';
import {
  changeIndexes,
  checkIndexUpdates,
  updatedIndex,
  type IndexUpdate,
} from './index-updates.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import {
  attributeDefinition,
  billingMode,
  controlTableName,
  globalSecondaryIndexUpdate,
  onDemandThroughput,
  provisionedThroughput,
  sseSpecification,
  streamSpecification,
  tableClass,
  warmThroughput,
} from './table-shapes.js';
import { checkTableName, changeableTable } from './table-name.js';

interface Input {
  TableName: string;
  AttributeDefinitions?: AttributeDefinition[];
  BillingMode?: BillingMode;
  ProvisionedThroughput?: Throughput;
  OnDemandThroughput?: OnDemandThroughput;
  WarmThroughput?: WarmThroughput;
  GlobalSecondaryIndexUpdates?: IndexUpdate[];
  StreamSpecification?: StreamSpecification;
  DeletionProtectionEnabled?: boolean;
  TableClass?: string;
  SSESpecification?: { Enabled?: boolean; KMSMasterKeyId?: string };
}

/** Global tables and vector search. */
const UNSUPPORTED = [
  'ReplicaUpdates',
  'MultiRegionConsistency',
  'GlobalTableWitnessUpdates',
  'GlobalTableSettingsReplicationMode',
  'VectorIndexUpdates',
];

/** A change of throughput is over so much after it was asked for. */
const TAKES_MS = 1;

const CHANGES = [
  'ProvisionedThroughput',
  'BillingMode',
  'StreamSpecification',
  'GlobalSecondaryIndexUpdates',
  'SSESpecification',
  'DeletionProtectionEnabled',
  'TableClass',
  'OnDemandThroughput',
  'WarmThroughput',
] as const;

export const updateTable: Operation<Input> = {
  shape: field('UpdateTableInput', {
    AttributeDefinitions: list(attributeDefinition),
    TableName: controlTableName,
    BillingMode: billingMode,
    ProvisionedThroughput: provisionedThroughput,
    GlobalSecondaryIndexUpdates: list(globalSecondaryIndexUpdate),
    StreamSpecification: streamSpecification,
    DeletionProtectionEnabled: boolean(),
    TableClass: tableClass,
    SSESpecification: sseSpecification,
    OnDemandThroughput: onDemandThroughput,
    WarmThroughput: warmThroughput,
  }),
  checkFirst: checkTableName,

  perform(engine, input) {
    refuseUnsupported(input, UNSUPPORTED);
    checkRequest(input);
    const table = changeableTable(engine, input.TableName);
    const before = table.definition;
    // A copy: nothing is changed until all is checked.
    const definition = structuredClone(before);
    changeBilling(definition, input, engine.clock.now() + TAKES_MS);
    changeIndexes(
      definition,
      table,
      input.GlobalSecondaryIndexUpdates ?? [],
      input.AttributeDefinitions ?? [],
    );
    changeSettings(definition, input);
    changeStream(engine, definition, table, input.StreamSpecification);
    const dropped = table.indexes.filter(
      (index) => !definition.indexes.some(({ id }) => id === index.definition.id),
    );
    // Their entries are removed bit by bit.
    for (const index of dropped) engine.catalog.purge(index.prefix);
    const updated = engine.catalog.put(definition);
    engine.maintain();
    return durably(
      engine,
      JSON.stringify({
        TableDescription: {
          ...describeTable(engine, updated, 'UPDATING', dropped),
          ProvisionedThroughput: describeThroughput(
            throughputWhileUpdating(before.provisioned, definition),
          ),
        },
      }),
    );
  },
};

/**
 * While a table is UPDATING its old throughput is described, with the time at which another one was asked for
 * (recorded); billing modes change at once.
 */
function throughputWhileUpdating(
  before: ProvisionedThroughput,
  { billingMode, provisioned }: TableDefinition,
): ProvisionedThroughput {
  const { lastIncrease, lastDecrease } = provisioned;
  if (billingMode === 'PAY_PER_REQUEST' || before.ReadCapacityUnits === 0) return provisioned;
  return {
    ...before,
    ...(lastIncrease === before.lastIncrease ? {} : { lastIncrease: lastIncrease! - TAKES_MS }),
    ...(lastDecrease === before.lastDecrease ? {} : { lastDecrease: lastDecrease! - TAKES_MS }),
  };
}

function checkRequest(input: Input): void {
  const isEmpty = CHANGES.every((name) => {
    const value = input[name];
    return value === undefined || (Array.isArray(value) && value.length === 0);
  });
  if (isEmpty)
    throw validationError(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, ' +
        'GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  if (input.BillingMode === 'PROVISIONED' && !input.ProvisionedThroughput)
    throw validationError(
      `${INVALID_PARAMETER}ProvisionedThroughput must be specified when BillingMode is PROVISIONED`,
    );
  checkThroughputBounds(input.ProvisionedThroughput, '');
  checkStreamSpecification(input.StreamSpecification);
  checkIndexUpdates(input.GlobalSecondaryIndexUpdates ?? []);
}

function changeBilling(definition: TableDefinition, input: Input, now: number): void {
  const before = definition.billingMode;
  const mode = input.BillingMode ?? before;
  if (mode === 'PAY_PER_REQUEST' && input.ProvisionedThroughput)
    throw validationError(
      `${INVALID_PARAMETER}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    );
  checkOnDemand(mode, input.OnDemandThroughput);
  if (input.BillingMode !== undefined) definition.billingModeGiven = true;
  definition.billingMode = mode;
  if (mode === 'PAY_PER_REQUEST') {
    if (before === mode) return;
    definition.payPerRequestSince = now;
    definition.provisioned = provisionedOf(undefined);
    for (const index of definition.indexes) index.provisioned = provisionedOf(undefined);
    return;
  }
  if (input.ProvisionedThroughput)
    definition.provisioned = changeThroughput(
      definition.provisioned,
      input.ProvisionedThroughput,
      before === 'PROVISIONED',
      now,
    );
  for (const { Update } of input.GlobalSecondaryIndexUpdates ?? []) {
    if (!Update?.ProvisionedThroughput) continue;
    const index = updatedIndex(definition, Update.IndexName);
    index.provisioned = changeThroughput(
      index.provisioned,
      Update.ProvisionedThroughput,
      before === 'PROVISIONED',
      now,
    );
  }
  if (before === 'PROVISIONED') return;
  const without = definition.indexes.filter(
    (index) => index.scope === 'GLOBAL' && index.provisioned.ReadCapacityUnits === 0,
  );
  if (without.length > 0)
    throw validationError(
      `${INVALID_PARAMETER}ProvisionedThroughput must be specified for index: ${without.map((index) => index.name).join(',')}`,
    );
}

function changeThroughput(
  current: ProvisionedThroughput,
  wanted: Throughput,
  mustDiffer: boolean,
  now: number,
): ProvisionedThroughput {
  const read = wanted.ReadCapacityUnits - current.ReadCapacityUnits;
  const write = wanted.WriteCapacityUnits - current.WriteCapacityUnits;
  if (mustDiffer && read === 0 && write === 0)
    throw validationError(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${current.ReadCapacityUnits}. ` +
        `Requested ReadCapacityUnits: ${wanted.ReadCapacityUnits}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${current.WriteCapacityUnits}. ` +
        `Requested WriteCapacityUnits: ${wanted.WriteCapacityUnits}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  const isDecrease = mustDiffer && (read < 0 || write < 0);
  return {
    ...current,
    NumberOfDecreasesToday: current.NumberOfDecreasesToday + (isDecrease ? 1 : 0),
    ReadCapacityUnits: wanted.ReadCapacityUnits,
    WriteCapacityUnits: wanted.WriteCapacityUnits,
    ...(read > 0 || write > 0 ? { lastIncrease: now } : {}),
    ...(isDecrease ? { lastDecrease: now } : {}),
  };
}

function changeSettings(definition: TableDefinition, input: Input): void {
  if (input.DeletionProtectionEnabled !== undefined)
    definition.deletionProtection = input.DeletionProtectionEnabled;
  if (input.TableClass !== undefined) definition.tableClass = input.TableClass;
  if (input.OnDemandThroughput) definition.onDemand = input.OnDemandThroughput;
  if (input.WarmThroughput) definition.warm = { ...definition.warm, ...input.WarmThroughput };
  if (!input.SSESpecification) return;
  if (input.SSESpecification.Enabled ?? false)
    definition.encryption = encryptionOf(input.SSESpecification);
  else delete definition.encryption;
}

function changeStream(
  engine: Engine,
  definition: TableDefinition,
  table: Table,
  specification: StreamSpecification | undefined,
): void {
  if (!specification) return;
  if (specification.StreamEnabled) {
    if (table.stream)
      throw validationError(`Table already has an enabled stream: TableName: ${table.name}`);
    openStream(engine, definition, specification.StreamViewType!);
    return;
  }
  if (!table.stream)
    throw validationError(`Table has no stream to disable: TableName: ${table.name}`);
  engine.streams.disable(table.stream);
  delete definition.streamId;
}
