import type { Pair } from '../../parts/pairs-editor';
import type { HttpTargetParameters, Pipe } from '../../api/pipes';

/** What an enrichment or a target is sent. */
export interface SendDraft {
  destination: string;
  template: string;
  pathValues: string[];
  headers: Pair[];
  query: Pair[];
}

export interface PipeDraft {
  name: string;
  description: string;
  source: string;
  startingPosition: string;
  batchSize: string;
  retries: string;
  maximumAge: string;
  patterns: string[];
  enrichment: SendDraft;
  target: SendDraft;
}

/** AWS asks for a role; it has no effect here. */
const ROLE_NAME = 'freshet-console';
/** AWS's defaults: without limit. */
const NO_LIMIT = '-1';

export function draftOf(before: Pipe | undefined): PipeDraft {
  const stream = before?.SourceParameters?.DynamoDBStreamParameters ?? {};
  const text = (value: unknown, otherwise: string): string =>
    typeof value === 'number' || typeof value === 'string' ? String(value) : otherwise;
  return {
    name: before?.Name ?? '',
    description: before?.Description ?? '',
    source: before?.Source ?? '',
    startingPosition: text(stream['StartingPosition'], 'TRIM_HORIZON'),
    batchSize: text(stream['BatchSize'], '1'),
    retries: text(stream['MaximumRetryAttempts'], NO_LIMIT),
    maximumAge: text(stream['MaximumRecordAgeInSeconds'], NO_LIMIT),
    patterns: (before?.SourceParameters?.FilterCriteria?.Filters ?? []).map(
      ({ Pattern }) => Pattern ?? '',
    ),
    enrichment: sendDraftOf(before?.Enrichment, before?.EnrichmentParameters),
    target: sendDraftOf(before?.Target, before?.TargetParameters),
  };
}

function sendDraftOf(
  destination: string | undefined,
  given: { InputTemplate?: string; HttpParameters?: HttpTargetParameters } | undefined,
): SendDraft {
  const pairs = (record: Record<string, string> | undefined): Pair[] =>
    Object.entries(record ?? {}).map(([key, value]) => ({ key, value }));
  return {
    destination: destination ?? '',
    template: given?.InputTemplate ?? '',
    pathValues: given?.HttpParameters?.PathParameterValues ?? [],
    headers: pairs(given?.HttpParameters?.HeaderParameters),
    query: pairs(given?.HttpParameters?.QueryStringParameters),
  };
}

/** The input of CreatePipe, or of UpdatePipe, which keeps the source and where it began. */
export function inputOf(draft: PipeDraft, before: Pipe | undefined, isNew: boolean): object {
  const { StartingPosition: _begun, ...streamBefore } =
    before?.SourceParameters?.DynamoDBStreamParameters ?? {};
  const account = draft.source.split(':')[4] ?? '000000000000';
  return {
    ...(isNew && { Source: draft.source }),
    Description: draft.description,
    RoleArn: before?.RoleArn ?? `arn:aws:iam::${account}:role/${ROLE_NAME}`,
    SourceParameters: {
      FilterCriteria: {
        Filters: draft.patterns
          .filter((pattern) => pattern.trim() !== '')
          .map((Pattern) => ({ Pattern })),
      },
      ...(draft.source.includes('/stream/') && {
        DynamoDBStreamParameters: {
          ...streamBefore,
          ...(isNew && { StartingPosition: draft.startingPosition }),
          BatchSize: Number(draft.batchSize),
          MaximumRetryAttempts: Number(draft.retries),
          MaximumRecordAgeInSeconds: Number(draft.maximumAge),
        },
      }),
    },
    Enrichment: draft.enrichment.destination,
    ...(draft.enrichment.destination !== '' && {
      EnrichmentParameters: {
        ...before?.EnrichmentParameters,
        ...parametersOf(draft.enrichment),
      },
    }),
    Target: draft.target.destination,
    TargetParameters: { ...before?.TargetParameters, ...parametersOf(draft.target) },
  };
}

function parametersOf({ template, pathValues, headers, query }: SendDraft): object {
  const record = (pairs: Pair[]): Record<string, string> =>
    Object.fromEntries(pairs.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]));
  return {
    InputTemplate: template,
    HttpParameters: {
      PathParameterValues: pathValues,
      HeaderParameters: record(headers),
      QueryStringParameters: record(query),
    },
  };
}
