import { isDeepStrictEqual } from 'node:util';
import { TemplateProblem } from '../template-error.js';
import type { IndexProperties, TableDescription, TableProperties } from './table.js';

/**
 * Inputs of UpdateTable, one after the other, that bring a table to what its properties say. DynamoDB takes
 * one change of stream or index at a time. Throws a TemplateProblem for a change that it has no update for.
 */
export function tableUpdates(
  name: string,
  properties: TableProperties,
  before: TableDescription,
): object[] {
  const { dropped, added } = indexUpdates(properties, before);
  return [
    // A table that becomes provisioned must name the capacity of each index that it has then.
    ...dropped,
    ...settingsUpdates(properties, before),
    ...streamUpdates(properties, before),
    ...added,
  ].map((update) => ({ TableName: name, ...update }));
}

function settingsUpdates(properties: TableProperties, before: TableDescription): object[] {
  const updates: object[] = [];
  const mode = properties.BillingMode ?? 'PROVISIONED';
  const modeBefore = before.BillingModeSummary?.BillingMode ?? 'PROVISIONED';
  const isProvisioned = mode === 'PROVISIONED';
  const throughput = isProvisioned ? properties.ProvisionedThroughput : undefined;
  const indexes = isProvisioned ? throughputUpdates(properties, before) : [];
  const isThroughputChanged = isProvisioned && !isSameThroughput(throughput, before);
  if (mode !== modeBefore || isThroughputChanged || indexes.length > 0)
    updates.push({
      ...(mode !== modeBefore && { BillingMode: mode }),
      ...((isThroughputChanged || mode !== modeBefore) &&
        throughput && { ProvisionedThroughput: throughput }),
      ...(indexes.length > 0 && { GlobalSecondaryIndexUpdates: indexes }),
    });
  const { OnDemandThroughput: onDemand } = properties;
  if (onDemand && !isDeepStrictEqual(onDemand, before.OnDemandThroughput))
    updates.push({ OnDemandThroughput: onDemand });
  const isProtected = properties.DeletionProtectionEnabled ?? false;
  if (isProtected !== (before.DeletionProtectionEnabled ?? false))
    updates.push({ DeletionProtectionEnabled: isProtected });
  return updates;
}

function isSameThroughput(
  wanted: TableProperties['ProvisionedThroughput'],
  { ProvisionedThroughput: before }: Pick<TableDescription, 'ProvisionedThroughput'>,
): boolean {
  return (
    wanted === undefined ||
    (wanted.ReadCapacityUnits === before?.ReadCapacityUnits &&
      wanted.WriteCapacityUnits === before.WriteCapacityUnits)
  );
}

function throughputUpdates(properties: TableProperties, before: TableDescription): object[] {
  return (properties.GlobalSecondaryIndexes ?? []).flatMap((index) => {
    const was = before.GlobalSecondaryIndexes?.find(
      ({ IndexName }) => IndexName === index.IndexName,
    );
    if (!was || isSameThroughput(index.ProvisionedThroughput, was)) return [];
    const { IndexName, ProvisionedThroughput } = index;
    return [{ Update: { IndexName, ProvisionedThroughput } }];
  });
}

/** A stream that shows something else is another stream: the old one ends first. */
function streamUpdates(properties: TableProperties, before: TableDescription): object[] {
  const is = properties.StreamSpecification?.StreamViewType;
  const was = before.StreamSpecification?.StreamEnabled
    ? before.StreamSpecification.StreamViewType
    : undefined;
  if (is === was) return [];
  return [
    ...(was === undefined ? [] : [{ StreamSpecification: { StreamEnabled: false } }]),
    ...(is === undefined
      ? []
      : [{ StreamSpecification: { StreamEnabled: true, StreamViewType: is } }]),
  ];
}

function indexUpdates(
  { GlobalSecondaryIndexes: wanted = [], AttributeDefinitions = [] }: TableProperties,
  { GlobalSecondaryIndexes: before = [] }: TableDescription,
): { dropped: object[]; added: object[] } {
  const named = (indexes: readonly IndexProperties[], name: string): IndexProperties | undefined =>
    indexes.find(({ IndexName }) => IndexName === name);
  for (const [at, index] of wanted.entries()) {
    const was = named(before, index.IndexName);
    if (was && !isDeepStrictEqual(indexDefinition(index), indexDefinition(was)))
      throw new TemplateProblem(
        `GlobalSecondaryIndexes[${String(at)}]`,
        `the index '${index.IndexName}' cannot change its keys or its projection: give the changed index another name. It is filled from the table's items, and the old one goes.`,
      );
  }
  return {
    dropped: before
      .filter(({ IndexName }) => !named(wanted, IndexName))
      .map(({ IndexName }) => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })),
    added: wanted
      .filter(({ IndexName }) => !named(before, IndexName))
      .map((index) => ({
        AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      })),
  };
}

/** What of an index cannot change, in a form that compares. */
export function indexDefinition({ KeySchema, Projection }: IndexProperties): object {
  const { ProjectionType, NonKeyAttributes = [] } = Projection;
  return { KeySchema, ProjectionType, NonKeyAttributes: [...NonKeyAttributes].sort() };
}
