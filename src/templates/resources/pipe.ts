import { integer, listOf, mapOf, object, required, text, withoutEffect } from '../shape.js';
import { TemplateProblem } from '../template-error.js';
import {
  bringUpDescribed,
  settled,
  unlessMissing,
  type BringUpRequest,
  type ResourceType,
  type Standing,
} from './resource-type.js';

const API_DESTINATION = /^arn:[^:]+:events:/;
const NO_LOG = { Level: 'OFF' };
const TRANSITIONAL = new Set(['CREATING', 'UPDATING', 'STARTING', 'STOPPING', 'DELETING']);

interface StageParameters {
  InputTemplate?: string;
  HttpParameters?: object;
}

interface Properties {
  Source: string;
  SourceParameters?: {
    DynamoDBStreamParameters?: {
      StartingPosition?: string;
    };
    FilterCriteria?: { Filters?: object[] };
  };
  Target: string;
  TargetParameters?: StageParameters;
  RoleArn: string;
  DesiredState?: string;
  Description?: string;
  Enrichment?: string;
  EnrichmentParameters?: StageParameters;
  LogConfiguration?: object;
  Tags?: Record<string, string>;
}

interface Description {
  Arn: string;
  CurrentState: string;
  DesiredState: string;
  StateReason?: string;
  Source: string;
  SourceParameters?: Properties['SourceParameters'];
  Tags?: Record<string, string>;
  CreationTime: number;
  LastModifiedTime: number;
}

/** What a stage has that calls an API destination. */
const STAGE = object({
  HttpParameters: object({
    HeaderParameters: mapOf(text),
    PathParameterValues: listOf(text),
    QueryStringParameters: mapOf(text),
  }),
  InputTemplate: text,
});

/** AWS::Pipes::Pipe, from a DynamoDB stream. Ref: its name. */
export const pipe: ResourceType = {
  name: 'AWS::Pipes::Pipe',
  properties: object({
    Description: text,
    DesiredState: text,
    Enrichment: text,
    EnrichmentParameters: STAGE,
    KmsKeyIdentifier: withoutEffect('definitions are kept in the data folder.'),
    LogConfiguration: object({
      CloudwatchLogsLogDestination: object({ LogGroupArn: text }),
      FirehoseLogDestination: { kind: 'any' },
      IncludeExecutionData: listOf(text),
      Level: text,
      S3LogDestination: { kind: 'any' },
    }),
    Name: text,
    RoleArn: required(text),
    Source: required(text),
    SourceParameters: object({
      DynamoDBStreamParameters: object({
        BatchSize: integer,
        DeadLetterConfig: object({ Arn: text }),
        MaximumBatchingWindowInSeconds: integer,
        MaximumRecordAgeInSeconds: integer,
        MaximumRetryAttempts: integer,
        OnPartialBatchItemFailure: text,
        ParallelizationFactor: integer,
        StartingPosition: required(text),
      }),
      FilterCriteria: object({ Filters: listOf(object({ Pattern: text })) }),
    }),
    Tags: mapOf(text),
    Target: required(text),
    TargetParameters: object({
      ...STAGE.members,
      CloudWatchLogsParameters: object({ LogStreamName: text, Timestamp: text }),
      SqsQueueParameters: object({ MessageDeduplicationId: text, MessageGroupId: text }),
    }),
  }),
  extensions: object({
    InputTemplates: object({ INSERT: text, MODIFY: text, REMOVE: text }),
  }),
  attributes: ['Arn', 'CreationTime', 'CurrentState', 'LastModifiedTime', 'StateReason'],
  naming: { property: 'Name', maxLength: 64 },
  bringUp,
};

async function bringUp(request: BringUpRequest): Promise<Standing> {
  const { api, name, note, extensions } = request;
  const properties = request.properties as unknown as Properties;
  const wanted = properties.DesiredState ?? 'RUNNING';
  const describe = (): Promise<Description | undefined> =>
    settled(
      request,
      () => unlessMissing<Description>(api.pipes('DescribePipe', { Name: name })),
      (seen) => seen === undefined || !TRANSITIONAL.has(seen.CurrentState),
    );
  const { action, description } = await bringUpDescribed(request, {
    describe,
    create: () =>
      api.pipes('CreatePipe', {
        ...withoutEmptyTags(properties),
        Name: name,
        ...(extensions && { Freshet: extensions }),
      }),
    async update(before) {
      checkReplacement(request, properties, before);
      await updateTags(request, before, properties.Tags ?? {});
      const input = updateInput(name, wanted, properties);
      await api.pipes('UpdatePipe', { ...input, Freshet: extensions ?? {} });
      return true;
    },
    isBroken: ({ CurrentState }) => CurrentState.endsWith('_FAILED'),
  });
  const { CurrentState: state, StateReason: reason } = description;
  if (state.endsWith('_FAILED') || TRANSITIONAL.has(state))
    throw new TemplateProblem(
      '',
      TRANSITIONAL.has(state)
        ? `the pipe '${name}' is still ${state} after ${String(request.settleMs / 1000)} s: see the log for what holds it up, and start again.`
        : `the pipe '${name}' is ${state}: ${reason ?? 'no reason is known'}. Correct what it names and start again.`,
    );
  if (state !== wanted)
    note(
      `the pipe '${name}' is ${state}, not ${wanted} (${reason ?? 'no reason is known'}). It stays so until it is told otherwise: aws pipes ${wanted === 'RUNNING' ? 'start' : 'stop'}-pipe --name ${name}`,
    );
  return {
    action,
    attributes: {
      Arn: description.Arn,
      CurrentState: state,
      StateReason: reason,
      CreationTime: isoTime(description.CreationTime),
      LastModifiedTime: isoTime(description.LastModifiedTime),
    },
  };
}

/** All that is updated is sent whole: members that an update leaves out would keep their values. */
function updateInput(name: string, wanted: string, properties: Properties): object {
  const { SourceParameters: source = {} } = properties;
  const { StartingPosition: _fixed, ...stream } = source.DynamoDBStreamParameters ?? {};
  return {
    Name: name,
    RoleArn: properties.RoleArn,
    Description: properties.Description ?? '',
    DesiredState: wanted,
    Enrichment: properties.Enrichment ?? '',
    EnrichmentParameters: properties.Enrichment
      ? whole(properties.EnrichmentParameters)
      : properties.EnrichmentParameters,
    SourceParameters: {
      DynamoDBStreamParameters: stream,
      FilterCriteria: { Filters: source.FilterCriteria?.Filters ?? [] },
    },
    Target: properties.Target,
    TargetParameters: {
      InputTemplate: '',
      ...(API_DESTINATION.test(properties.Target) && { HttpParameters: {} }),
      ...properties.TargetParameters,
    },
    LogConfiguration: properties.LogConfiguration ?? NO_LOG,
  };
}

function whole(parameters: StageParameters = {}): StageParameters {
  return { InputTemplate: '', HttpParameters: {}, ...parameters };
}

async function updateTags(
  { api }: BringUpRequest,
  { Arn, Tags: before = {} }: Description,
  wanted: Record<string, string>,
): Promise<void> {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
  if (gone.length > 0) await api.pipes('UntagResource', { resourceArn: Arn, tagKeys: gone });
  if (Object.entries(wanted).some(([key, value]) => before[key] !== value))
    await api.pipes('TagResource', { resourceArn: Arn, tags: wanted });
}

/** The API takes one tag at least, or no Tags. */
function withoutEmptyTags({ Tags, ...properties }: Properties): object {
  return Tags === undefined || Object.keys(Tags).length === 0
    ? properties
    : { ...properties, Tags };
}

/** Source and StartingPosition cannot be changed (documented). */
function checkReplacement(
  { name }: BringUpRequest,
  { Source, SourceParameters }: Properties,
  before: Description,
): void {
  const position = (parameters: Properties['SourceParameters']): string | undefined =>
    parameters?.DynamoDBStreamParameters?.StartingPosition;
  const was = position(before.SourceParameters);
  const differs = (property: string, from: string, to: string): TemplateProblem =>
    new TemplateProblem(
      property,
      `it is ${from} and would become ${to}, which needs another pipe: the pipe '${name}' knows how far it has read and is not replaced by itself. Change it back; or start without --template, delete the pipe (aws pipes delete-pipe --name ${name}) and start with the template again.`,
    );
  if (before.Source !== Source) throw differs('Source', before.Source, Source);
  const is = position(SourceParameters);
  if (was !== is)
    throw differs(
      'SourceParameters.DynamoDBStreamParameters.StartingPosition',
      was ?? 'not set',
      is ?? 'not set',
    );
}

function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
