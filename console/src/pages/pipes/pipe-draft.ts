import type { Pair } from '../../parts/pairs-editor';
import type { Pipe, StageParameters } from '../../api/pipes';

/** What an enrichment or a target is sent. */
export interface SendDraft {
  destination: string;
  template: string;
  pathValues: string[];
  headers: Pair[];
  query: Pair[];
  /** What a queue or a log group takes beside the message, by name. */
  block: Record<string, string>;
}

export const EVENTS = ['INSERT', 'MODIFY', 'REMOVE'] as const;
export type EventName = (typeof EVENTS)[number];

export interface PipeDraft {
  name: string;
  description: string;
  source: string;
  startingPosition: string;
  batchSize: string;
  window: string;
  retries: string;
  maximumAge: string;
  deadLetterQueue: string;
  patterns: string[];
  enrichment: SendDraft;
  target: SendDraft;
  /** Templates in place of the target's, for some events. */
  byEvent: Record<EventName, string>;
  /** Tags of Freshet's own by name; absent or empty: as on AWS. */
  extensions: Record<string, string>;
  /** All other tags. */
  tags: Pair[];
}

/** AWS asks for a role; it has no effect here. */
const ROLE_NAME = 'freshet-console';
/** AWS's defaults: without limit. */
const NO_LIMIT = '-1';
export const EXTENSION_PREFIX = 'freshet:';

/** The blocks of targets that are no API destination, by the service in their ARN. */
const BLOCKS = {
  sqs: {
    name: 'SqsQueueParameters',
    members: ['MessageGroupId', 'MessageDeduplicationId'],
  },
  logs: { name: 'CloudWatchLogsParameters', members: ['LogStreamName', 'Timestamp'] },
} as const;

/** The block of parameters of a target's kind; undefined of an API destination, and where nobody knows. */
export function blockOf(target: string): (typeof BLOCKS)[keyof typeof BLOCKS] | undefined {
  const service = target.split(':')[2];
  return service === 'sqs' || service === 'logs' ? BLOCKS[service] : undefined;
}

/** What the form begins with: a pipe that there is, or nothing. */
export function draftOf(
  before: Pipe | undefined,
  templates: Partial<Record<string, string>> = {},
): PipeDraft {
  const stream = before?.SourceParameters?.DynamoDBStreamParameters ?? {};
  const text = (value: unknown, otherwise: string): string =>
    typeof value === 'number' || typeof value === 'string' ? String(value) : otherwise;
  const tags = Object.entries(before?.Tags ?? {});
  const isOwn = ([key]: [string, string]): boolean => key.startsWith(EXTENSION_PREFIX);
  return {
    name: before?.Name ?? '',
    description: before?.Description ?? '',
    source: before?.Source ?? '',
    startingPosition: text(stream['StartingPosition'], 'TRIM_HORIZON'),
    batchSize: text(stream['BatchSize'], '1'),
    window: text(stream['MaximumBatchingWindowInSeconds'], '0'),
    retries: text(stream['MaximumRetryAttempts'], NO_LIMIT),
    maximumAge: text(stream['MaximumRecordAgeInSeconds'], NO_LIMIT),
    deadLetterQueue: text((stream['DeadLetterConfig'] as { Arn?: string } | undefined)?.Arn, ''),
    patterns: (before?.SourceParameters?.FilterCriteria?.Filters ?? []).map(
      ({ Pattern }) => Pattern ?? '',
    ),
    enrichment: sendDraftOf(before?.Enrichment, before?.EnrichmentParameters),
    target: sendDraftOf(before?.Target, before?.TargetParameters),
    byEvent: {
      INSERT: templates['INSERT'] ?? '',
      MODIFY: templates['MODIFY'] ?? '',
      REMOVE: templates['REMOVE'] ?? '',
    },
    extensions: Object.fromEntries(tags.filter(isOwn)),
    tags: tags.filter((tag) => !isOwn(tag)).map(([key, value]) => ({ key, value })),
  };
}

function sendDraftOf(
  destination: string | undefined,
  given: StageParameters | undefined,
): SendDraft {
  const pairs = (record: Record<string, string> | undefined): Pair[] =>
    Object.entries(record ?? {}).map(([key, value]) => ({ key, value }));
  return {
    destination: destination ?? '',
    template: given?.InputTemplate ?? '',
    pathValues: given?.HttpParameters?.PathParameterValues ?? [],
    headers: pairs(given?.HttpParameters?.HeaderParameters),
    query: pairs(given?.HttpParameters?.QueryStringParameters),
    block: given?.SqsQueueParameters ?? given?.CloudWatchLogsParameters ?? {},
  };
}

/** The definition, in so far as other definitions of the same pipe are made of it. */
export interface Stages {
  SourceParameters: { FilterCriteria: { Filters: { Pattern: string }[] } };
  TargetParameters: StageParameters;
  EnrichmentParameters?: StageParameters;
  Freshet: { InputTemplates: Partial<Record<string, string>> };
}

/** The input of CreatePipe for a draft, as it is previewed and judged, too. */
export function definitionOf(draft: PipeDraft, before?: Pipe): Stages & Record<string, unknown> {
  const account = draft.source.split(':')[4] ?? '000000000000';
  return {
    ...(draft.name !== '' && { Name: draft.name }),
    Source: draft.source,
    Description: draft.description,
    RoleArn: before?.RoleArn ?? `arn:aws:iam::${account}:role/${ROLE_NAME}`,
    SourceParameters: {
      FilterCriteria: {
        Filters: draft.patterns
          .filter((pattern) => pattern.trim() !== '')
          .map((Pattern) => ({ Pattern })),
      },
      ...(draft.source.includes('/stream/') && {
        DynamoDBStreamParameters: streamParameters(draft, before),
      }),
    },
    Enrichment: draft.enrichment.destination,
    ...(draft.enrichment.destination !== '' && {
      EnrichmentParameters: parametersOf(draft.enrichment),
    }),
    Target: draft.target.destination,
    TargetParameters: parametersOf(draft.target),
    ...(Object.keys(tagsOf(draft)).length > 0 && { Tags: tagsOf(draft) }),
    Freshet: {
      InputTemplates: Object.fromEntries(
        Object.entries(draft.byEvent).filter(([, template]) => template !== ''),
      ),
    },
  };
}

/** The input of UpdatePipe, which has no source and start, and no tags. */
export function updateOf(draft: PipeDraft, before: Pipe): object {
  const { Name: _name, Source: _source, Tags: _tags, ...kept } = definitionOf(draft, before);
  const { DynamoDBStreamParameters: stream, ...parameters } = kept.SourceParameters as {
    DynamoDBStreamParameters?: Record<string, unknown>;
  };
  const { StartingPosition: _begun, ...changed } = stream ?? {};
  return {
    ...kept,
    SourceParameters: {
      ...parameters,
      ...(stream && { DynamoDBStreamParameters: changed }),
    },
  };
}

/** All tags of a draft. */
export function tagsOf({ extensions, tags }: PipeDraft): Record<string, string> {
  const pairs = tags.filter(({ key }) => key !== '').map(({ key, value }) => [key, value] as const);
  const own = Object.entries(extensions).filter(([, value]) => value !== '');
  return Object.fromEntries([...own, ...pairs]);
}

function streamParameters(draft: PipeDraft, before: Pipe | undefined): object {
  const { DeadLetterConfig: _queue, ...kept } =
    before?.SourceParameters?.DynamoDBStreamParameters ?? {};
  return {
    ...kept,
    StartingPosition: draft.startingPosition,
    BatchSize: Number(draft.batchSize),
    MaximumBatchingWindowInSeconds: Number(draft.window),
    MaximumRetryAttempts: Number(draft.retries),
    MaximumRecordAgeInSeconds: Number(draft.maximumAge),
    ...(draft.deadLetterQueue !== '' && { DeadLetterConfig: { Arn: draft.deadLetterQueue } }),
  };
}

function parametersOf(send: SendDraft): StageParameters {
  const { destination, template, pathValues, headers, query, block } = send;
  const record = (pairs: Pair[]): Record<string, string> =>
    Object.fromEntries(pairs.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]));
  const kind = blockOf(destination);
  if (kind === undefined)
    return {
      InputTemplate: template,
      HttpParameters: {
        PathParameterValues: pathValues,
        HeaderParameters: record(headers),
        QueryStringParameters: record(query),
      },
    };
  const members = kind.members.filter((name) => (block[name] ?? '') !== '');
  return {
    InputTemplate: template,
    ...(members.length > 0 && {
      [kind.name]: Object.fromEntries(members.map((name) => [name, block[name]!])),
    }),
  };
}

/** A draft with the changes that a definition has been given. */
export function withStages(draft: PipeDraft, stages: Partial<Stages>): PipeDraft {
  const { SourceParameters, TargetParameters, EnrichmentParameters, Freshet } = stages;
  return {
    ...draft,
    ...(SourceParameters && {
      patterns: SourceParameters.FilterCriteria.Filters.map(({ Pattern }) => Pattern),
    }),
    ...(TargetParameters && {
      target: sendDraftOf(draft.target.destination, TargetParameters),
    }),
    ...(EnrichmentParameters && {
      enrichment: sendDraftOf(draft.enrichment.destination, EnrichmentParameters),
    }),
    ...(Freshet && {
      byEvent: { ...draft.byEvent, ...(Freshet.InputTemplates as Partial<PipeDraft['byEvent']>) },
    }),
  };
}
