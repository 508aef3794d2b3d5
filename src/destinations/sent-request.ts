import type { DeliveryRequest } from './attempt.js';
import { planBody } from './body.js';
import type { Destination } from './destination.js';
import { planHeaders } from './headers.js';
import { MASK, maskSecrets } from './mask.js';
import { buildRequest } from './request.js';

/** A request as people may see it: secret values are masked. */
export interface ShownRequest {
  method: string;
  /** Path parameters and query filled in. */
  url: string;
  /** In the order in which they are sent, without those that the client adds itself (Host, Content-Length …). */
  headers: Record<string, string>;
  /** Empty when there is none. */
  body: string;
}

/** What can show a request later on, if anybody asks. */
export interface Showable {
  /** About what it keeps in memory, in bytes. */
  readonly size: number;
  show(): ShownRequest;
}

/** Masked whoever set them. */
const ALWAYS_SECRET: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
]);

/**
 * A request that was sent, kept as its parts: making it readable costs nothing until somebody asks. It is built once more
 * for that, with masks in the places of the connection's secrets, so that also short ones are never seen.
 */
export class SentRequest implements Showable {
  // Private: a log or a dead letter that writes out what holds this must not write secrets.
  readonly #destination: Destination;
  readonly #request: DeliveryRequest;

  constructor(destination: Destination, request: DeliveryRequest) {
    this.#destination = destination;
    this.#request = request;
  }

  get size(): number {
    return this.#request.body.length;
  }

  show(): ShownRequest {
    return showRequest(this.#destination, this.#request) as ShownRequest;
  }
}

/** A request of a destination as people may see it. A text instead says why the values do not make a valid one. */
export function showRequest(
  destination: Destination,
  request: DeliveryRequest,
): ShownRequest | string {
  const { connection } = destination;
  const headers = planHeaders(connection.shownHeaders, connection.shownAuthorization);
  if (typeof headers === 'string') return headers;
  const body = planBody(
    connection.body.map(({ key, value, secret }) => ({ key, value: secret ? MASK : value })),
  );
  const outgoing = buildRequest({ ...destination, body }, headers, request);
  if (typeof outgoing === 'string') return outgoing;
  const masked = (text: string): string => maskSecrets(text, connection.secretTexts, false);
  const shown: Record<string, string> = {};
  for (let at = 0; at < outgoing.headers.length; at += 2) {
    const name = outgoing.headers[at]!;
    // On the wire each byte is a character.
    const value = Buffer.from(outgoing.headers[at + 1]!, 'latin1').toString('utf8');
    shown[name] = ALWAYS_SECRET.has(name.toLowerCase()) ? MASK : masked(value);
  }
  return {
    method: request.method ?? destination.method,
    url: masked(outgoing.url),
    headers: shown,
    body: masked(outgoing.body ?? ''),
  };
}
