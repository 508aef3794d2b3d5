import { STATUS_CODES } from 'node:http';
import type { Attempt } from './attempt.js';
import type { OpenConnection } from './connection.js';

/** Retried besides 5xx (reference: connections and API destinations, section 5). */
const RETRIED: ReadonlySet<number> = new Set([401, 407, 409, 429]);

/** Of what a pipe wants deleted: it is not there any more, perhaps because an earlier request was not answered in time. */
const GONE: ReadonlySet<number> = new Set([404, 410]);

/** What a status means for the delivery; `method` is the pipe's own, in place of the destination's. */
export function outcomeOf(status: number, method?: 'DELETE' | 'GET'): Attempt['outcome'] {
  if (method === 'DELETE' && GONE.has(status)) return 'delivered';
  if (status >= 200 && status < 300) return 'delivered';
  if (status >= 500 || RETRIED.has(status)) return 'retry';
  return 'rejected';
}

/** Whether an answer says that there are too many requests: 429, or a 503 that says when to come again. */
export function isRefusal(status: number, retryAfter: string | undefined): boolean {
  return status === 429 || (status === 503 && retryAfter !== undefined);
}

const CREDENTIALS: Record<OpenConnection['authorizationType'], string> = {
  API_KEY: 'API key',
  BASIC: 'user name and password',
  OAUTH_CLIENT_CREDENTIALS: 'OAuth client and scopes',
};

/** What a status that is no success says to a person, e.g. `404 Not Found: …; check …`. */
export function statusReason(
  status: number,
  connection: OpenConnection,
  location: string | undefined,
): string {
  const title = `${status} ${STATUS_CODES[status] ?? 'Unknown Status'}`;
  return `${title}: ${adviceOf(status, connection, location)}`;
}

function adviceOf(status: number, connection: OpenConnection, location?: string): string {
  switch (status) {
    case 400:
    case 422:
      return 'the target did not understand the request; check the input template and the parameters against its API';
    case 401:
    case 407:
      return `the connection "${connection.name}" was refused; check its ${CREDENTIALS[connection.authorizationType]}`;
    case 403:
      return `the connection "${connection.name}" may not do this; check the rights of its ${CREDENTIALS[connection.authorizationType]}`;
    case 404:
    case 410:
      return 'the target knows no such path; check the endpoint and its path parameters';
    case 405:
      return "the target does not take this method at this path; check the API destination's HttpMethod";
    case 409:
      return 'the target reports a conflict, which may pass; if it stays, check what is stored there';
    case 413:
      return 'the request is too large for the target; make the input template smaller';
    case 415:
      return 'the target does not take this content type; set a Content-Type header parameter';
    case 429:
      return "too many requests for the target; they are slowed down until it takes them, better set the API destination's InvocationRateLimitPerSecond to what it allows";
    default:
      if (status >= 500) return 'the target failed; look at its own log';
      if (status >= 300 && status < 400) return redirectAdvice(location);
      return 'the target refused the request; look at its answer';
  }
}

function redirectAdvice(location: string | undefined): string {
  // The query of a redirect may hold what this request carried, secrets included.
  const target = location?.replace(/[?#].*$/s, '');
  return target
    ? `redirects are not followed; set the API destination's endpoint to ${target}`
    : "redirects are not followed; set the API destination's endpoint to the final address";
}
