import { isDeepStrictEqual } from 'node:util';
import { flag, integer, listOf, object, required, text, withoutEffect } from '../shape.js';
import { TemplateProblem } from '../template-error.js';
import {
  bringUpDescribed,
  settled,
  unlessMissing,
  type BringUpRequest,
  type ResourceType,
  type Standing,
} from './resource-type.js';
import { indexDefinition, tableUpdates } from './table-updates.js';

const KEY_SCHEMA = listOf(object({ AttributeName: required(text), KeyType: required(text) }));
const PROJECTION = object({ NonKeyAttributes: listOf(text), ProjectionType: text });
const PROVISIONED = object({
  ReadCapacityUnits: required(integer),
  WriteCapacityUnits: required(integer),
});
const ON_DEMAND = object({ MaxReadRequestUnits: integer, MaxWriteRequestUnits: integer });
const INSIGHTS = withoutEffect('there is no CloudWatch.');
const WARM = withoutEffect('capacity is not enforced.');
const NO_POLICIES = withoutEffect('requests are not checked against policies.');

interface KeySchemaElement {
  AttributeName: string;
  KeyType: string;
}
interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}
export interface IndexProperties {
  IndexName: string;
  KeySchema: KeySchemaElement[];
  Projection: { ProjectionType?: string; NonKeyAttributes?: string[] };
  ProvisionedThroughput?: Throughput;
}

/** What of a table's properties has an effect. */
export interface TableProperties {
  AttributeDefinitions?: { AttributeName: string; AttributeType: string }[];
  BillingMode?: string;
  DeletionProtectionEnabled?: boolean;
  GlobalSecondaryIndexes?: IndexProperties[];
  KeySchema: KeySchemaElement[];
  LocalSecondaryIndexes?: IndexProperties[];
  OnDemandThroughput?: object;
  ProvisionedThroughput?: Throughput;
  StreamSpecification?: { StreamViewType: string };
  Tags?: { Key: string; Value: string }[];
  TimeToLiveSpecification?: { AttributeName?: string; Enabled: boolean };
}

/** DescribeTable's `Table`, as far as it matters here. */
export interface TableDescription {
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  BillingModeSummary?: { BillingMode: string };
  DeletionProtectionEnabled?: boolean;
  GlobalSecondaryIndexes?: (IndexProperties & { IndexStatus: string })[];
  KeySchema: KeySchemaElement[];
  LatestStreamArn?: string;
  LocalSecondaryIndexes?: IndexProperties[];
  OnDemandThroughput?: object;
  ProvisionedThroughput?: Throughput;
  StreamSpecification?: { StreamEnabled: boolean; StreamViewType: string };
  TableArn: string;
  TableStatus: string;
}

/** AWS::DynamoDB::Table. Ref: its name. */
export const table: ResourceType = {
  name: 'AWS::DynamoDB::Table',
  properties: object({
    AttributeDefinitions: listOf(
      object({ AttributeName: required(text), AttributeType: required(text) }),
    ),
    BillingMode: text,
    ContributorInsightsSpecification: INSIGHTS,
    DeletionProtectionEnabled: flag,
    GlobalSecondaryIndexes: listOf(
      object({
        ContributorInsightsSpecification: INSIGHTS,
        IndexName: required(text),
        KeySchema: required(KEY_SCHEMA),
        OnDemandThroughput: ON_DEMAND,
        Projection: required(PROJECTION),
        ProvisionedThroughput: PROVISIONED,
        WarmThroughput: WARM,
      }),
    ),
    KeySchema: required(KEY_SCHEMA),
    LocalSecondaryIndexes: listOf(
      object({
        IndexName: required(text),
        KeySchema: required(KEY_SCHEMA),
        Projection: required(PROJECTION),
      }),
    ),
    OnDemandThroughput: ON_DEMAND,
    PointInTimeRecoverySpecification: withoutEffect('there are no backups.'),
    ProvisionedThroughput: PROVISIONED,
    ResourcePolicy: NO_POLICIES,
    SSESpecification: withoutEffect('items are kept in the data folder as they are.'),
    StreamSpecification: object({ ResourcePolicy: NO_POLICIES, StreamViewType: required(text) }),
    TableClass: withoutEffect('it is a matter of price.'),
    TableName: text,
    Tags: listOf(object({ Key: required(text), Value: required(text) })),
    TimeToLiveSpecification: object({ AttributeName: text, Enabled: required(flag) }),
    WarmThroughput: WARM,
  }),
  attributes: ['Arn', 'StreamArn'],
  naming: { property: 'TableName', maxLength: 255 },
  bringUp,
};

async function bringUp(request: BringUpRequest): Promise<Standing> {
  const { api, name } = request;
  const properties = request.properties as unknown as TableProperties;
  const describe = (): Promise<TableDescription | undefined> => describeSettled(request);
  const { action, description } = await bringUpDescribed(request, {
    describe,
    async create() {
      await api.dynamodb('CreateTable', createInput(name, properties));
      await updateTimeToLive(request, properties);
    },
    async update(before) {
      checkReplacement(properties, before);
      await checkStreamReaders(request, properties, before);
      const updates = tableUpdates(name, properties, before);
      for (const update of updates) {
        await api.dynamodb('UpdateTable', update);
        await describe();
      }
      const isExpiryChanged = await updateTimeToLive(request, properties);
      const areTagsChanged = await updateTags(request, before.TableArn, properties.Tags ?? []);
      return updates.length > 0 || isExpiryChanged || areTagsChanged;
    },
  });
  return {
    action,
    attributes: {
      Arn: description.TableArn,
      StreamArn: description.StreamSpecification?.StreamEnabled
        ? description.LatestStreamArn
        : undefined,
    },
  };
}

function createInput(
  name: string,
  { TimeToLiveSpecification: _later, StreamSpecification: stream, ...properties }: TableProperties,
): object {
  return {
    ...properties,
    TableName: name,
    ...(stream && { StreamSpecification: { StreamEnabled: true, ...stream } }),
  };
}

/** The table when neither it nor an index of it is on its way to another state. */
async function describeSettled(request: BringUpRequest): Promise<TableDescription | undefined> {
  const { api, name, settleMs } = request;
  const isSettled = (seen: TableDescription): boolean =>
    seen.TableStatus === 'ACTIVE' &&
    (seen.GlobalSecondaryIndexes ?? []).every(({ IndexStatus }) => IndexStatus === 'ACTIVE');
  const answer = await settled(
    request,
    () =>
      unlessMissing<{ Table: TableDescription }>(
        api.dynamodb('DescribeTable', { TableName: name }),
      ),
    (seen) => seen === undefined || isSettled(seen.Table),
  );
  if (answer !== undefined && !isSettled(answer.Table))
    throw new TemplateProblem(
      '',
      `the table '${name}' is still ${answer.Table.TableStatus} after ${String(settleMs / 1000)} s: start again when it is ACTIVE.`,
    );
  return answer?.Table;
}

/** Keys and local indexes are for ever (documented); a table is never deleted to give it others. */
function checkReplacement(properties: TableProperties, before: TableDescription): void {
  const types = (definitions: TableDescription['AttributeDefinitions'] = []): Map<string, string> =>
    new Map(definitions.map((one) => [one.AttributeName, one.AttributeType]));
  const [is, was] = [types(properties.AttributeDefinitions), types(before.AttributeDefinitions)];
  const keys = before.KeySchema.map(({ AttributeName }) => AttributeName);
  const locals = (indexes: IndexProperties[] = []): ReadonlyMap<string, object> =>
    new Map(indexes.map((index) => [index.IndexName, indexDefinition(index)]));
  const changed = !isDeepStrictEqual(properties.KeySchema, before.KeySchema)
    ? 'KeySchema'
    : keys.some((key) => is.has(key) && is.get(key) !== was.get(key))
      ? 'AttributeDefinitions'
      : !isDeepStrictEqual(
            locals(properties.LocalSecondaryIndexes),
            locals(before.LocalSecondaryIndexes),
          )
        ? 'LocalSecondaryIndexes'
        : undefined;
  if (changed !== undefined)
    throw new TemplateProblem(
      changed,
      'a table cannot change this: it would have to be replaced by an empty one, which is not done by itself. Change it back, or give the table another logical ID and another TableName: a new table is made, and the old one stays.',
    );
}

/** A stream that ends, or begins anew, leaves its pipes behind on the old one. */
async function checkStreamReaders(
  { api, name }: BringUpRequest,
  { StreamSpecification: wanted }: TableProperties,
  { StreamSpecification: stream, LatestStreamArn: arn }: TableDescription,
): Promise<void> {
  if (!stream?.StreamEnabled || wanted?.StreamViewType === stream.StreamViewType) return;
  const { Pipes } = (await api.pipes('ListPipes', { SourcePrefix: arn })) as {
    Pipes: { Name: string }[];
  };
  if (Pipes.length === 0) return;
  const names = Pipes.map(({ Name }) => Name).join(', ');
  throw new TemplateProblem(
    'StreamSpecification',
    `the stream of '${name}' is ${stream.StreamViewType} and would become ${wanted?.StreamViewType ?? 'none'}, which ends it, but pipes read it: ${names}. Change it back; or start without --template, delete them (aws pipes delete-pipe --name …) and start with the template again.`,
  );
}

async function updateTimeToLive(
  { api, name }: BringUpRequest,
  { TimeToLiveSpecification: wanted }: TableProperties,
): Promise<boolean> {
  const { TimeToLiveDescription: before } = (await api.dynamodb('DescribeTimeToLive', {
    TableName: name,
  })) as { TimeToLiveDescription: { TimeToLiveStatus: string; AttributeName?: string } };
  const was = before.TimeToLiveStatus === 'ENABLED' ? before.AttributeName : undefined;
  const is = wanted?.Enabled ? wanted.AttributeName : undefined;
  if (is === was && !(wanted?.Enabled && is === undefined)) return false;
  const update = (AttributeName: string | undefined, Enabled: boolean): Promise<object> =>
    api.dynamodb('UpdateTimeToLive', {
      TableName: name,
      TimeToLiveSpecification: { AttributeName, Enabled },
    });
  if (was !== undefined) await update(was, false);
  if (wanted?.Enabled) await update(is, true);
  return true;
}

async function updateTags(
  { api }: BringUpRequest,
  arn: string,
  wanted: NonNullable<TableProperties['Tags']>,
): Promise<boolean> {
  const { Tags: before } = (await api.dynamodb('ListTagsOfResource', { ResourceArn: arn })) as {
    Tags: { Key: string; Value: string }[];
  };
  const gone = before.filter(({ Key }) => !wanted.some((tag) => tag.Key === Key));
  const added = wanted.filter((tag) => !before.some((one) => isDeepStrictEqual(one, tag)));
  if (gone.length > 0)
    await api.dynamodb('UntagResource', {
      ResourceArn: arn,
      TagKeys: gone.map(({ Key }) => Key),
    });
  if (added.length > 0) await api.dynamodb('TagResource', { ResourceArn: arn, Tags: added });
  return gone.length + added.length > 0;
}
