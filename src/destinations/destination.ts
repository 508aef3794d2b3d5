import type { ApiDestinationResource } from '../state/index.js';
import { planBody } from './body.js';
import type { BodyPlan } from './body.js';
import type { OpenConnection } from './connection.js';
import { parseEndpoint } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { planHeaders } from './headers.js';
import type { HeaderPlan } from './headers.js';
import { planQuery } from './query.js';
import type { QueryPlan } from './query.js';
import type { TokenSource } from './token-source.js';

/** An API destination with its connection, compiled for sending. */
export interface Destination {
  readonly arn: string;
  readonly name: string;
  readonly method: ApiDestinationResource['httpMethod'];
  readonly sendsBody: boolean;
  readonly ratePerSecond: number;
  readonly connection: OpenConnection;
  readonly endpoint: Endpoint;
  readonly query: QueryPlan;
  readonly headers: HeaderPlan;
  readonly body: BodyPlan;
  /** Where an OAuth connection's tokens come from; undefined for the other types. */
  readonly tokens: TokenSource | undefined;
}

/** Methods without a body (reference: connections and API destinations, section 4; inferred). */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Compiles a destination. A text instead says why it cannot be used. */
export function compileDestination(
  resource: ApiDestinationResource,
  connection: OpenConnection,
  tokens: TokenSource | undefined,
): Destination | string {
  const endpoint = parseEndpoint(resource.invocationEndpoint);
  if (!endpoint)
    return `the endpoint of API destination "${resource.name}" is no http or https URL without a user name; correct its InvocationEndpoint`;
  const headers = planHeaders(connection.headers, connection.authorization);
  if (typeof headers === 'string') return `connection "${connection.name}": ${headers}`;
  return {
    arn: resource.arn,
    name: resource.name,
    method: resource.httpMethod,
    sendsBody: !BODILESS.has(resource.httpMethod),
    ratePerSecond: resource.invocationRateLimitPerSecond,
    connection,
    endpoint,
    query: planQuery(endpoint.query, connection.query),
    headers,
    body: planBody(connection.body),
    tokens,
  };
}
