import type { DeliveryRequest } from './attempt.js';
import { mergeBody } from './body.js';
import type { Destination } from './destination.js';
import { fillPath } from './endpoint.js';
import { mergeHeaders } from './headers.js';
import type { HeaderPlan } from './headers.js';
import { mergeQuery } from './query.js';

/** A request as it goes over the wire, and as people may see it. */
export interface OutgoingRequest {
  /** Path and query. */
  path: string;
  /** Name, value, name, value … */
  headers: string[];
  body: string | null;
  /** The whole URL with secret values masked. */
  url: string;
}

/**
 * Builds the request for one delivery. `headers` is the destination's plan, for OAuth with the token in it.
 * A text instead says why the values do not make a valid request.
 */
export function buildRequest(
  destination: Destination,
  headers: HeaderPlan,
  request: DeliveryRequest,
): OutgoingRequest | string {
  const path = fillPath(destination.endpoint, request.pathParameters);
  if (path === undefined)
    return 'a path parameter is "." or "..", which would lead to another path; filter such records out or send the value in the query';
  const sendsBody = destination.sendsBody && request.method === undefined;
  const body = sendsBody ? mergeBody(destination.body, request.body) : '';
  const merged = mergeHeaders(headers, request.headerParameters, body !== '');
  if (typeof merged === 'string') return merged;

  const query = mergeQuery(destination.query, request.queryStringParameters);
  const shown = destination.query.hasSecret
    ? mergeQuery(destination.query, request.queryStringParameters, true)
    : query;
  return {
    path: path + query,
    headers: merged,
    body: body === '' ? null : body,
    url: destination.endpoint.origin + path + shown,
  };
}
