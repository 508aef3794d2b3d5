import { compilePattern, PatternError } from '../patterns/index.js';
import type { DeliveryRequest } from '../destinations/index.js';
import type { PipeResource } from '../state/index.js';
import type { ChangeRecord } from '../streams/index.js';
import {
  compileDynamicValue,
  compileTemplate,
  RenderError,
  TemplateError,
  type DynamicValue,
  type InputTemplate,
  type PipeVariables,
} from '../transformer/index.js';
import { retryLimits, type RetryLimits } from './retry.js';

const NO_PARAMETERS: Readonly<Record<string, string>> = Object.freeze({});

/** A pipe cannot run as it is defined. The message is for the user. */
export class DefinitionError extends Error {}

/** A record cannot be turned into a request, now or later. The message is for the user. */
export class RequestError extends Error {}

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

/** A pipe as it runs: everything that the user wrote is compiled. */
export class PipeDefinition {
  readonly limits: RetryLimits;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** All `$.…` paths that template and HttpParameters read, without duplicates. */
  readonly paths: readonly string[];
  /** What the definition asks for and this version does not do, one line each. */
  readonly withoutEffect: readonly string[];
  readonly #filters: readonly { matches(event: unknown): boolean }[];
  readonly #template: InputTemplate | undefined;
  readonly #pathParameters: readonly DynamicValue[];
  readonly #headers: readonly (readonly [name: string, value: DynamicValue])[];
  readonly #query: readonly (readonly [name: DynamicValue, value: DynamicValue])[];
  readonly #variables: Omit<PipeVariables, 'ingestionTime'>;

  /** Throws DefinitionError for what cannot run. The control plane refuses such pipes beforehand. */
  constructor(pipe: PipeResource) {
    if (pipe.enrichment !== undefined && pipe.enrichment !== '')
      throw new DefinitionError('Enrichment is not supported yet: update the pipe without it.');
    this.withoutEffect = withoutEffect(pipe);
    this.limits = retryLimits(pipe.sourceParameters);
    this.startingPosition = pipe.sourceParameters.DynamoDBStreamParameters.StartingPosition;
    const http = pipe.targetParameters.HttpParameters ?? {};
    const template = pipe.targetParameters.InputTemplate;
    try {
      this.#filters = (pipe.sourceParameters.FilterCriteria?.Filters ?? [])
        .filter(({ Pattern }) => Pattern !== undefined)
        .map(({ Pattern }) => compilePattern(Pattern!));
      this.#template = template ? compileTemplate(template) : undefined;
      this.#pathParameters = (http.PathParameterValues ?? []).map(compileDynamicValue);
      this.#headers = Object.entries(http.HeaderParameters ?? {}).map(
        ([name, value]) => [name, compileDynamicValue(value)] as const,
      );
      this.#query = Object.entries(http.QueryStringParameters ?? {}).map(
        ([name, value]) => [compileDynamicValue(name), compileDynamicValue(value)] as const,
      );
    } catch (error) {
      if (error instanceof PatternError || error instanceof TemplateError)
        throw new DefinitionError(error.message, { cause: error });
      throw error;
    }
    const dynamic = [...this.#pathParameters, ...this.#headers.map(([, value]) => value)]
      .concat(this.#query.flat())
      .map(({ path }) => path)
      .filter((path) => path !== undefined);
    this.paths = [...new Set([...(this.#template?.paths ?? []), ...dynamic])];
    this.#variables = {
      pipeArn: pipe.arn,
      pipeName: pipe.name,
      sourceArn: pipe.source,
      targetArn: pipe.target,
    };
  }

  /** Whether the pipe's filters let a record through: any of them does, or there are none. */
  matches(record: ChangeRecord): boolean {
    if (this.#filters.length === 0) return true;
    for (const filter of this.#filters) if (filter.matches(record)) return true;
    return false;
  }

  /** The variables of a template, for records that reached the pipe at `now` (epoch milliseconds). */
  variablesAt(now: number): PipeVariables {
    return { ...this.#variables, ingestionTime: new Date(now).toISOString() };
  }

  /**
   * What to send for a record. Throws RequestError when nothing sensible can be sent: the template gives
   * no valid output, or a path parameter is missing and the URL would be another resource's (inferred).
   * Missing header and query values are empty, as recorded from AWS.
   */
  request(record: ChangeRecord, variables: PipeVariables): DeliveryRequest {
    return {
      pathParameters: this.#resolvePathParameters(record),
      headerParameters: this.#resolveHeaders(record),
      queryStringParameters: this.#resolveQuery(record),
      body: this.#body(record, variables),
    };
  }

  #body(record: ChangeRecord, variables: PipeVariables): string {
    if (this.#template === undefined) return JSON.stringify(record);
    try {
      return this.#template.render(record, variables);
    } catch (error) {
      if (error instanceof RenderError)
        throw new RequestError(`The input template failed: ${error.message}`, { cause: error });
      throw error;
    }
  }

  #resolvePathParameters(record: ChangeRecord): readonly string[] {
    return this.#pathParameters.map((parameter, index) => {
      const value = parameter.resolve(record);
      if (value !== undefined && value !== '') return value;
      throw new RequestError(
        `Path parameter ${index + 1} (${parameter.path ?? 'a constant'}) is ${value === '' ? 'empty' : 'missing'} ` +
          `in this ${record.eventName} record, so there is no URL to call: ` +
          'correct PathParameterValues, or filter such records out.',
      );
    });
  }

  #resolveHeaders(record: ChangeRecord): Readonly<Record<string, string>> {
    if (this.#headers.length === 0) return NO_PARAMETERS;
    const headers: Record<string, string> = {};
    for (const [name, value] of this.#headers) headers[name] = value.resolve(record) ?? '';
    return headers;
  }

  /** A parameter whose name is missing is left out: there is no name to send it under (inferred). */
  #resolveQuery(record: ChangeRecord): Readonly<Record<string, string>> {
    if (this.#query.length === 0) return NO_PARAMETERS;
    // Names may come from data: no prototype, so that none of them means something else.
    const query = Object.create(null) as Record<string, string>;
    for (const [name, value] of this.#query) {
      const resolved = name.resolve(record);
      if (resolved) query[resolved] = value.resolve(record) ?? '';
    }
    return query;
  }
}
