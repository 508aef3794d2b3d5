import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '../lib/clock.js';
import { parseAuthorization } from './authorization.js';
import { SignatureVerifier, type Credentials } from './sigv4.js';

/**
 * Who may use the AWS doors.
 *
 * On loopback every local program may: a request must be signed in form, with any key pair. What must
 * not get in is a web page that the user happens to visit, so requests that a browser sends from
 * another site, or to a name that merely resolves to loopback, are refused.
 *
 * Beyond loopback each request must carry a valid signature of the server's own key pair.
 */
export class AccessPolicy {
  readonly #verifier: SignatureVerifier | undefined;
  readonly #allowedHosts: ReadonlySet<string>;
  readonly #clock: Clock;

  constructor(options: {
    /** Set beyond loopback: the one key pair that signs. */
    credentials?: Credentials;
    /** Further host names by which the server may be addressed on loopback. */
    allowedHosts?: readonly string[];
    clock: Clock;
  }) {
    this.#verifier = options.credentials && new SignatureVerifier(options.credentials);
    this.#allowedHosts = new Set(options.allowedHosts ?? []);
    this.#clock = options.clock;
  }

  /** Throws the AwsError of a request that is not signed as it must be. */
  checkSignature(request: IncomingMessage, body: Buffer): void {
    const signable = {
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      headers: request.headers,
      body,
    };
    if (this.#verifier) this.#verifier.verify(signable, this.#clock.now());
    else parseAuthorization(signable);
  }

  /** As {@link checkSignature} for Freshet's own API, which needs no signature on loopback. */
  checkOperator(request: IncomingMessage, body: Buffer): void {
    if (this.#verifier) this.checkSignature(request, body);
  }

  /** Says why a browser-borne request is refused; undefined when it may pass. */
  refusal(request: IncomingMessage): string | undefined {
    if (this.#verifier) return undefined;
    const host = hostName(request.headers.host ?? '');
    // A hostile name server can rebind a name to loopback, never an IP address.
    if (isIP(host) === 0 && !this.#isLocalName(host))
      return `The host name '${host}' is not one of this server's. Use localhost or 127.0.0.1, or name it in FRESHET_ALLOWED_HOSTS.`;
    const origin = request.headers.origin;
    if (origin !== undefined && isOfBrowser(origin) && !this.#isLocalOrigin(origin))
      return `Requests from the web site '${origin}' are refused. Name its host in FRESHET_ALLOWED_HOSTS to let it in.`;
    return undefined;
  }

  #isLocalName(host: string): boolean {
    return (
      host === '' ||
      host === 'localhost' ||
      host.endsWith('.localhost') ||
      this.#allowedHosts.has(host)
    );
  }

  #isLocalOrigin(origin: string): boolean {
    const host = hostName(origin.replace(/^https?:\/\//, ''));
    return (
      (host !== '' && this.#isLocalName(host)) || host === '::1' || /^127(\.\d+){3}$/.test(host)
    );
  }
}

/** Browsers send `null` or `scheme://host` and nothing else (RFC 6454), so that other texts are no web site's. */
const isOfBrowser = (origin: string): boolean => origin.includes(':') || /null/i.test(origin);

function hostName(authority: string): string {
  const isBracketed = authority.startsWith('[');
  const end = authority.indexOf(isBracketed ? ']' : ':');
  if (isBracketed) return end < 0 ? '' : authority.slice(1, end).toLowerCase();
  return (end < 0 ? authority : authority.slice(0, end)).toLowerCase();
}
