import type { DeliveryRequest } from '../../destinations/index.js';
import type { PipeHttpParameters } from '../../state/index.js';
import { compileDynamicValue, type DynamicValue } from '../../transformer/index.js';
import type { Payload } from './payload.js';
import { RequestError, type StageInput } from './stage.js';

const NO_PARAMETERS: Readonly<Record<string, string>> = Object.freeze({});

/** Makes the requests of a stage that calls an API destination. */
export class HttpRequest {
  readonly #payload: Payload;
  readonly #pathParameters: readonly DynamicValue[];
  readonly #headers: readonly (readonly [name: string, value: DynamicValue])[];
  readonly #query: readonly (readonly [name: DynamicValue, value: DynamicValue])[];

  constructor(payload: Payload, parameters: PipeHttpParameters = {}) {
    this.#payload = payload;
    this.#pathParameters = (parameters.PathParameterValues ?? []).map(compileDynamicValue);
    this.#headers = Object.entries(parameters.HeaderParameters ?? {}).map(
      ([name, value]) => [name, compileDynamicValue(value)] as const,
    );
    this.#query = Object.entries(parameters.QueryStringParameters ?? {}).map(
      ([name, value]) => [compileDynamicValue(name), compileDynamicValue(value)] as const,
    );
  }

  /** All `$.…` paths that it reads, without duplicates. */
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
   * Missing header and query values are empty, as recorded from AWS.
   */
  make(input: StageInput): DeliveryRequest {
    const { event } = input;
    return {
      pathParameters: this.#resolvePathParameters(input),
      headerParameters: this.#resolveHeaders(event),
      queryStringParameters: this.#resolveQuery(event),
      body: this.#payload.text(input),
    };
  }

  #resolvePathParameters({ event, record }: StageInput): readonly string[] {
    return this.#pathParameters.map((parameter, index) => {
      const value = parameter.resolve(event);
      if (value !== undefined && value !== '') return value;
      const where =
        event === record ? `this ${record.eventName} record` : "the enrichment's answer";
      throw new RequestError(
        `Path parameter ${index + 1} (${parameter.path ?? 'a constant'}) is ${value === '' ? 'empty' : 'missing'} ` +
          `in ${where}, so there is no URL to call: ` +
          'correct PathParameterValues, or filter such records out.',
      );
    });
  }

  #resolveHeaders(event: unknown): Readonly<Record<string, string>> {
    if (this.#headers.length === 0) return NO_PARAMETERS;
    const headers: Record<string, string> = {};
    for (const [name, value] of this.#headers) headers[name] = value.resolve(event) ?? '';
    return headers;
  }

  /** A parameter whose name is missing is left out: there is no name to send it under (inferred). */
  #resolveQuery(event: unknown): Readonly<Record<string, string>> {
    if (this.#query.length === 0) return NO_PARAMETERS;
    // Names may come from data: no prototype, so that none of them means something else.
    const query = Object.create(null) as Record<string, string>;
    for (const [name, value] of this.#query) {
      const resolved = name.resolve(event);
      if (resolved) query[resolved] = value.resolve(event) ?? '';
    }
    return query;
  }
}
