import { parameterOf } from './connection.js';
import type { OAuthParameters } from './connection.js';
import { parseEndpoint } from './endpoint.js';
import { planHeaders } from './headers.js';
import { mergeQuery, planQuery } from './query.js';
import type { OutgoingRequest } from './request.js';

/** A token as it is sent, and how long it may be used. */
export interface Token {
  /** Value of the Authorization header. */
  authorization: string;
  /** Epoch milliseconds from which on a new token is to be fetched; Infinity when its end is unknown. */
  renewAt: number;
}

/** A token is renewed before an invocation when it ends within this time (documented). */
const RENEW_BEFORE_MS = 60_000;

/**
 * Builds the request for a token by client credentials. AWS does not document its encoding; this is RFC 6749's
 * (inferred): a form, or JSON when a header parameter says so; with GET everything is in the query. A text
 * instead says what is wrong with the connection.
 */
export function buildTokenRequest(
  parameters: OAuthParameters,
): { origin: string; method: string; request: OutgoingRequest } | string {
  const endpoint = parseEndpoint(parameters.AuthorizationEndpoint);
  if (!endpoint)
    return 'its AuthorizationEndpoint is no http or https URL without a user name; correct it';
  const { ClientID, ClientSecret } = parameters.ClientParameters;
  const http = parameters.OAuthHttpParameters ?? {};
  const fields = new Map([
    ['grant_type', 'client_credentials'],
    ['client_id', ClientID],
    ['client_secret', ClientSecret],
    ...(http.BodyParameters ?? []).map(({ Key, Value }) => [Key, Value] as const),
  ]);
  const inQuery = parameters.HttpMethod === 'GET';
  const asPairs = [...fields].map(([key, value]) => ({ key, value, secret: true }));
  const query = mergeQuery(
    planQuery(endpoint.query, [
      ...(inQuery ? asPairs : []),
      ...(http.QueryStringParameters ?? []).map(parameterOf),
    ]),
    {},
  );
  const own = (http.HeaderParameters ?? []).map(({ Key, Value }) => [Key, Value] as const);
  const isJson = own.some(
    ([name, value]) => name.toLowerCase() === 'content-type' && /\bjson\b/i.test(value),
  );
  const plan = planHeaders(
    [['Accept', 'application/json'], ['Content-Type', 'application/x-www-form-urlencoded'], ...own],
    [],
  );
  if (typeof plan === 'string') return plan;

  const path = endpoint.pathParts.join('*');
  const body = isJson
    ? JSON.stringify(Object.fromEntries(fields))
    : new URLSearchParams([...fields]).toString();
  return {
    origin: endpoint.origin,
    method: parameters.HttpMethod,
    request: {
      path: path + query,
      headers: inQuery ? [...plan.withoutBody] : [...plan.withBody],
      body: inQuery ? null : body,
      url: endpoint.origin + path,
    },
  };
}

/**
 * Reads the answer of a token endpoint; undefined when it holds no token. `expires_in` may be a number or a
 * text; without it the token is kept until it is refused (inferred).
 */
export function parseTokenResponse(status: number, text: string, now: number): Token | undefined {
  if (status < 200 || status > 299) return undefined;
  const answer = parseObject(text);
  const { access_token: token, token_type: type, expires_in: expiresIn } = answer;
  if (typeof token !== 'string' || token === '') return undefined;
  const scheme = typeof type !== 'string' || /^bearer$/i.test(type) ? 'Bearer' : type;
  const lifetimeMs = Number(expiresIn ?? NaN) * 1000;
  // A token that lives for less than two minutes is renewed at half its life, not with every request.
  const renewIn = Math.max(lifetimeMs - RENEW_BEFORE_MS, lifetimeMs / 2);
  return {
    authorization: `${scheme} ${token}`,
    renewAt: renewIn > 0 ? now + renewIn : Infinity,
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // An answer that is not JSON holds no token.
    return {};
  }
}
