import { compilePattern, PatternError } from '../patterns/index.js';
import type { PipeResource } from '../state/index.js';
import type { ChangeRecord } from '../streams/index.js';
import { TemplateError, type PipeVariables } from '../transformer/index.js';
import { retryLimits, type RetryLimits } from './retry.js';
import type { Rooms } from './rooms.js';
import { ApiDestinationTarget } from './stages/api-destination-target.js';
import { Enrichment } from './stages/enrichment.js';
import { HttpRequest } from './stages/http-request.js';
import { Payload } from './stages/payload.js';
import type { Target } from './stages/stage.js';

/** With this tag templates are rendered as AWS renders them: without escaping. */
const STRICT_TEMPLATE = 'freshet:strict-template';

const API_DESTINATION = /^arn:[^:]+:events:[^:]*:[^:]*:api-destination\//;

/** A pipe cannot run as it is defined. The message is for the user. */
export class DefinitionError extends Error {}

/** A pipe as it runs: everything that the user wrote is compiled. */
export class PipeDefinition {
  readonly limits: RetryLimits;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly enrichment: Enrichment | undefined;
  readonly target: Target;
  /** What the definition asks for and this version does not do, one line each. */
  readonly withoutEffect: readonly string[];
  readonly #filters: readonly { matches(event: unknown): boolean }[];
  readonly #variables: Omit<PipeVariables, 'ingestionTime'>;

  /** Throws DefinitionError for what cannot run. The control plane refuses such pipes beforehand. */
  constructor(pipe: PipeResource, rooms: Rooms) {
    this.withoutEffect = withoutEffect(pipe);
    this.limits = retryLimits(pipe.sourceParameters);
    this.startingPosition = pipe.sourceParameters.DynamoDBStreamParameters.StartingPosition;
    try {
      this.#filters = (pipe.sourceParameters.FilterCriteria?.Filters ?? [])
        .filter(({ Pattern }) => Pattern !== undefined)
        .map(({ Pattern }) => compilePattern(Pattern!));
      this.enrichment = enrichmentOf(pipe, rooms);
      this.target = targetOf(pipe, rooms);
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

  /** Whether the pipe's filters let a record through: any of them does, or there are none. */
  matches(record: ChangeRecord): boolean {
    if (this.#filters.length === 0) return true;
    for (const filter of this.#filters) if (filter.matches(record)) return true;
    return false;
  }

  /** The variables of a template, for events that reached a stage at `now` (epoch milliseconds). */
  variablesAt(now: number): PipeVariables {
    return { ...this.#variables, ingestionTime: new Date(now).toISOString() };
  }
}

function enrichmentOf(pipe: PipeResource, rooms: Rooms): Enrichment | undefined {
  if (pipe.enrichment === undefined || pipe.enrichment === '') return undefined;
  if (!API_DESTINATION.test(pipe.enrichment))
    throw new DefinitionError(
      `${pipe.enrichment} cannot enrich: update the pipe to an API destination, or to no enrichment.`,
    );
  const { InputTemplate, HttpParameters } = pipe.enrichmentParameters ?? {};
  const request = new HttpRequest(payloadOf(pipe, InputTemplate), HttpParameters);
  return new Enrichment(pipe.enrichment, request, rooms.destinations);
}

function targetOf(pipe: PipeResource, rooms: Rooms): Target {
  const { InputTemplate, HttpParameters } = pipe.targetParameters;
  const request = new HttpRequest(payloadOf(pipe, InputTemplate), HttpParameters);
  return new ApiDestinationTarget(pipe.target, request, rooms.destinations);
}

function payloadOf(pipe: PipeResource, template: string | undefined): Payload {
  const strict = pipe.tags[STRICT_TEMPLATE];
  return new Payload(template, strict !== undefined && strict !== 'false');
}

function withoutEffect({ sourceParameters, logConfiguration }: PipeResource): string[] {
  const notes: string[] = [];
  const deadLetterArn = sourceParameters.DynamoDBStreamParameters.DeadLetterConfig?.Arn;
  if (deadLetterArn !== undefined)
    notes.push(
      `DeadLetterConfig: nothing is sent to ${deadLetterArn}; records that give up are kept whole here, see freshet pipes show.`,
    );
  const level = logConfiguration?.['Level'];
  if (level !== undefined && level !== 'OFF')
    notes.push(
      'LogConfiguration: no execution log is written yet; failures are in the process log.',
    );
  return notes;
}
