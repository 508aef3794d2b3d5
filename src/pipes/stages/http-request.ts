import type { DeliveryRequest } from '../../destinations/index.js';
import type { Extensions, PipeHttpParameters } from '../../state/index.js';
import { compileDynamicValue, type DynamicValue } from '../../transformer/index.js';
import type { Payload } from './payload.js';
import { RequestError, type StageInput } from './stage.js';
import { traceparent } from './trace-context.js';

const NO_PARAMETERS: Readonly<Record<string, string>> = Object.freeze({});

/** Makes the requests of a stage that calls an API destination. */
export class HttpRequest {
  readonly #payload: Payload;
  readonly #pathParameters: readonly DynamicValue[];
  readonly #headers: readonly (readonly [name: string, value: DynamicValue])[];
  readonly #query: readonly (readonly [name: DynamicValue, value: DynamicValue])[];
  readonly #missing: Extensions['missingValues'];
  readonly #deletesRemoved: boolean;
  readonly #idempotencyKey: boolean;
  readonly #traceContext: boolean;
  /** The same for every request. */
  readonly #limits: Pick<DeliveryRequest, 'timeLimitMs' | 'tokenRefusals'>;

  /** Throws TemplateError. */
  constructor(
    payload: Payload,
    parameters: PipeHttpParameters | undefined,
    extensions: Extensions,
  ) {
    this.#payload = payload;
    const { timeoutSeconds, refreshTokenStatuses } = extensions;
    this.#missing = extensions.missingValues;
    this.#deletesRemoved = extensions.onRemove === 'DELETE';
    // A header of the pipe's own wins.
    const own = Object.keys(parameters?.HeaderParameters ?? {}).map((name) => name.toLowerCase());
    this.#traceContext = extensions.traceContext && !own.includes('traceparent');
    this.#idempotencyKey = extensions.idempotencyKey && !own.includes('idempotency-key');
    this.#limits = {
      ...(timeoutSeconds !== undefined && { timeLimitMs: timeoutSeconds * 1000 }),
      ...(refreshTokenStatuses.length > 0 && { tokenRefusals: new Set(refreshTokenStatuses) }),
    };
    this.#pathParameters = (parameters?.PathParameterValues ?? []).map(compileDynamicValue);
    this.#headers = Object.entries(parameters?.HeaderParameters ?? {}).map(
      ([name, value]) => [name, compileDynamicValue(value)] as const,
    );
    this.#query = Object.entries(parameters?.QueryStringParameters ?? {}).map(
      ([name, value]) => [compileDynamicValue(name), compileDynamicValue(value)] as const,
    );
  }

  /** All paths and image variables that it reads, without duplicates. */
  get paths(): readonly string[] {
    const dynamic = [...this.#pathParameters, ...this.#headers.map(([, value]) => value)]
      .concat(this.#query.flat())
      .map(({ path }) => path)
      .filter((path) => path !== undefined);
    return [...new Set([...this.#payload.paths, ...dynamic])];
  }

  /**
   * What to send for an event. Throws RequestError when nothing sensible can be sent: the template gives
   * no valid output, or a path parameter is missing and the URL would be another resource's (inferred).
   * Missing header and query values are empty, as recorded from AWS, unless the pipe's extensions say otherwise.
   */
  make(input: StageInput): DeliveryRequest {
    const deletes = this.#deletesRemoved && input.record.eventName === 'REMOVE';
    return {
      pathParameters: this.#resolvePathParameters(input),
      headerParameters: this.#resolveHeaders(input),
      queryStringParameters: this.#resolveQuery(input),
      body: deletes ? noBody(input) : this.#payload.text(input),
      ...(deletes && { method: 'DELETE' }),
      ...this.#limits,
    };
  }

  #resolvePathParameters({ event, record }: StageInput): readonly string[] {
    return this.#pathParameters.map((parameter, index) => {
      const value = parameter.resolve(event, record);
      if (value !== undefined && value !== '') return value;
      const isOfRecord = event === record || parameter.path?.startsWith('<') === true;
      const where = isOfRecord ? `this ${record.eventName} record` : "the enrichment's answer";
      throw new RequestError(
        `Path parameter ${index + 1} (${parameter.path ?? 'a constant'}) is ${value === '' ? 'empty' : 'missing'} ` +
          `in ${where}, so there is no URL to call: ` +
          'correct PathParameterValues, or filter such records out.',
      );
    });
  }

  #resolveHeaders({ event, record }: StageInput): Readonly<Record<string, string>> {
    const isEmpty = this.#headers.length === 0 && !this.#idempotencyKey && !this.#traceContext;
    if (isEmpty) return NO_PARAMETERS;
    const headers: Record<string, string> = {};
    if (this.#idempotencyKey) headers['Idempotency-Key'] = record.eventID;
    if (this.#traceContext) headers['traceparent'] = traceparent(record.eventID);
    for (const [name, value] of this.#headers) {
      const resolved = value.resolve(event, record) ?? this.#missingValue('Header', name);
      if (resolved !== undefined) headers[name] = resolved;
    }
    return headers;
  }

  /** A parameter whose name is missing is left out: there is no name to send it under (inferred). */
  #resolveQuery({ event, record }: StageInput): Readonly<Record<string, string>> {
    if (this.#query.length === 0) return NO_PARAMETERS;
    // Names may come from data: no prototype, so that none of them means something else.
    const query = Object.create(null) as Record<string, string>;
    for (const [name, value] of this.#query) {
      const key = name.resolve(event, record);
      if (!key) continue;
      const resolved = value.resolve(event, record) ?? this.#missingValue('Query', key);
      if (resolved !== undefined) query[key] = resolved;
    }
    return query;
  }

  /** What is sent for a value that is missing; undefined: the parameter is left out. */
  #missingValue(kind: 'Header' | 'Query', name: string): string | undefined {
    if (this.#missing === 'drop-key') return undefined;
    if (this.#missing !== 'fail') return '';
    throw new RequestError(
      `${kind} parameter ${JSON.stringify(name)} has no value in this record, and missing values are to fail: correct it, or filter such records out.`,
    );
  }
}

function noBody({ onRequest }: StageInput): string {
  onRequest?.('');
  return '';
}
