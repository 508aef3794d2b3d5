import { compilePattern, PatternError } from '../patterns/index.js';
import { readExtensions, type Extensions, type PipeResource } from '../state/index.js';
import type { ChangeRecord } from '../streams/index.js';
import { TemplateError, type PipeVariables } from '../transformer/index.js';
import { retryLimits, type RetryLimits } from './retry.js';
import type { Rooms } from './rooms.js';
import { ApiDestinationTarget } from './stages/api-destination-target.js';
import { Enrichment } from './stages/enrichment.js';
import { HttpRequest } from './stages/http-request.js';
import { LogTarget } from './stages/log-target.js';
import { Payload } from './stages/payload.js';
import { QueueTarget } from './stages/queue-target.js';
import type { Target } from './stages/stage.js';

const API_DESTINATION = /^arn:[^:]+:events:[^:]*:[^:]*:api-destination\//;
const SQS_QUEUE = /^arn:[^:]+:sqs:/;
const LOG_GROUP = /^arn:[^:]+:logs:/;

/** A pipe cannot run as it is defined. The message is for the user. */
export class DefinitionError extends Error {}

/** A pipe as it runs: everything that the user wrote is compiled. */
export class PipeDefinition {
  readonly limits: RetryLimits;
  /** BatchSize and MaximumBatchingWindowInSeconds: what a shard's records wait for before they are sent. */
  readonly batching: Readonly<{ size: number; windowMs: number }>;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly enrichment: Enrichment | undefined;
  readonly target: Target;
  /** Whether newer states of an item replace those that wait. */
  readonly coalesces: boolean;
  /** Whether it begins with the items that are in the table already. */
  readonly backfills: boolean;
  /** Whether the target is to lose what the table loses. */
  readonly deletesRemoved: boolean;
  readonly #skipsRemoves: boolean;
  readonly #filters: readonly { matches(event: unknown): boolean }[];
  readonly #variables: Omit<PipeVariables, 'ingestionTime'>;

  /** Throws DefinitionError for what cannot run. The control plane refuses such pipes beforehand. */
  constructor(pipe: PipeResource, rooms: Rooms) {
    this.limits = retryLimits(pipe.sourceParameters);
    const { BatchSize = 1, MaximumBatchingWindowInSeconds = 0 } =
      pipe.sourceParameters.DynamoDBStreamParameters;
    this.batching = { size: BatchSize, windowMs: MaximumBatchingWindowInSeconds * 1000 };
    this.startingPosition = pipe.sourceParameters.DynamoDBStreamParameters.StartingPosition;
    const extensions = extensionsOf(pipe);
    this.coalesces = extensions.coalesce === 'latest-per-item';
    this.backfills = extensions.backfill;
    this.deletesRemoved = extensions.onRemove === 'DELETE';
    this.#skipsRemoves = extensions.onRemove === 'SKIP';
    try {
      this.#filters = (pipe.sourceParameters.FilterCriteria?.Filters ?? [])
        .filter(({ Pattern }) => Pattern !== undefined)
        .map(({ Pattern }) => compilePattern(Pattern!));
      this.enrichment = enrichmentOf(pipe, extensions, rooms);
      this.target = targetOf(pipe, extensions, rooms);
    } catch (error) {
      if (error instanceof PatternError || error instanceof TemplateError)
        throw new DefinitionError(error.message, { cause: error });
      throw error;
    }
    this.#variables = {
      pipeArn: pipe.arn,
      pipeName: pipe.name,
      sourceArn: pipe.source,
      ...(pipe.enrichment !== undefined && { enrichmentArn: pipe.enrichment }),
      targetArn: pipe.target,
    };
  }

  /** Whether the pipe lets a record through: any of its filters does, or there are none. */
  matches(record: ChangeRecord): boolean {
    if (this.#skipsRemoves && record.eventName === 'REMOVE') return false;
    if (this.#filters.length === 0) return true;
    for (const filter of this.#filters) if (filter.matches(record)) return true;
    return false;
  }

  /** The variables of a template, for events that reached a stage at `now` (epoch milliseconds). */
  variablesAt(now: number): PipeVariables {
    return { ...this.#variables, ingestionTime: new Date(now).toISOString() };
  }
}

function extensionsOf(pipe: PipeResource): Extensions {
  const extensions = readExtensions(pipe.tags, pipe.target);
  if (typeof extensions === 'string') throw new DefinitionError(extensions);
  return extensions;
}

function enrichmentOf(
  pipe: PipeResource,
  extensions: Extensions,
  rooms: Rooms,
): Enrichment | undefined {
  if (pipe.enrichment === undefined || pipe.enrichment === '') return undefined;
  if (!API_DESTINATION.test(pipe.enrichment))
    throw new DefinitionError(
      `${pipe.enrichment} cannot enrich: update the pipe to an API destination, or to no enrichment.`,
    );
  const { InputTemplate, HttpParameters } = pipe.enrichmentParameters ?? {};
  const payload = new Payload(InputTemplate, extensions);
  // It answers a question, also about a removed item; and one service may take both requests: one key is for one of them.
  const asking = { ...extensions, onRemove: 'SEND' as const, idempotencyKey: false };
  const request = new HttpRequest(payload, HttpParameters, asking);
  return new Enrichment(pipe.enrichment, request, rooms.destinations);
}

function targetOf(pipe: PipeResource, extensions: Extensions, rooms: Rooms): Target {
  const { InputTemplate, HttpParameters } = pipe.targetParameters;
  const { SqsQueueParameters = {}, CloudWatchLogsParameters = {} } = pipe.targetParameters;
  const payload = new Payload(InputTemplate, extensions, pipe.extensions?.InputTemplates);
  if (SQS_QUEUE.test(pipe.target))
    return new QueueTarget(pipe.target, payload, SqsQueueParameters, rooms);
  if (LOG_GROUP.test(pipe.target))
    return new LogTarget(pipe.target, payload, CloudWatchLogsParameters, rooms);
  const request = new HttpRequest(payload, HttpParameters, extensions);
  return new ApiDestinationTarget(pipe.target, request, rooms.destinations);
}
