import { errors } from 'undici';
import type { Attempt } from './attempt.js';

/** How far an exchange came before it failed. */
export type Phase = 'connecting' | 'waiting' | 'reading';

/** The answer did not end within the time limit. */
export class TimeLimitError extends Error {
  readonly code = 'TIME_LIMIT';
}

/** The caller called the delivery off. */
export class CancelledError extends Error {
  readonly code = 'CANCELLED';
}

/** The answer goes on after the most that is read of it. */
export class AnswerTooLongError extends Error {
  readonly code = 'ANSWER_TOO_LONG';
}

/** The answer's body does not unpack as its Content-Encoding says. */
export class AnswerEncodingError extends Error {
  readonly code = 'ANSWER_ENCODING';
}

/** What is known of a failed exchange besides the error. */
export interface FailureContext {
  /** `https://host:port` of the target. */
  origin: string;
  phase: Phase;
  timeLimitMs: number;
  /** Bytes of the answer's body that came. */
  bytes: number;
}

/** What an error on the way to the target means: the outcome, and a text for people without secrets. */
export function explainFailure(
  error: Error,
  context: FailureContext,
): { outcome: Attempt['outcome']; reason: string } {
  const code = codeOf(error);
  if (code === 'EGRESS_REFUSED') return { outcome: 'rejected', reason: error.message };
  if (code === 'UND_ERR_INVALID_ARG')
    return {
      outcome: 'rejected',
      reason: `the request is not valid HTTP (${error.message}); check the endpoint and the parameters`,
    };
  const explain = TEXTS[code] ?? (isCertificate(code) ? certificate : undefined);
  const reason = explain
    ? explain(context)
    : `the request to ${context.origin} failed (${code === '' ? error.message : code}); check that the target speaks HTTP/1.1 and is reachable`;
  return { outcome: 'retry', reason };
}

/** The code that says most: that of the cause, or of the first of several connection attempts. */
function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof errors.HTTPParserError) return 'HTTP_PARSER';
  if (typeof code === 'string' && code !== '') return code;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return first instanceof Error ? codeOf(first) : '';
}

type Explain = (context: FailureContext) => string;

const seconds = (ms: number): string => `${ms / 1000} s`;

const unreachable: Explain = ({ origin }) =>
  `there is no network route to ${origin}; check the endpoint and this machine's network`;
const nameUnknown: Explain = ({ origin }) =>
  `the host name of ${origin} is not known; check the endpoint's spelling and the DNS`;
const brokenOff: Explain = ({ origin, phase, bytes }) =>
  phase === 'reading'
    ? `${origin} broke off its answer after ${bytes} bytes of body; look at the target's log`
    : `${origin} closed the connection without an answer; look at the target's log`;
const tooSlow: Explain = ({ origin, phase, timeLimitMs, bytes }) => {
  const limit = seconds(timeLimitMs);
  if (phase === 'connecting')
    return `no connection to ${origin} within ${limit}; check the endpoint, firewalls and that the target is up`;
  return phase === 'waiting'
    ? `no answer from ${origin} within ${limit}; the target may have done the work: make it answer sooner`
    : `the answer from ${origin} did not end within ${limit} (${bytes} bytes came); make the target answer sooner`;
};
const notHttp: Explain = (context) =>
  context.phase === 'reading'
    ? brokenOff(context)
    : `${context.origin} answered something that is not HTTP/1.1; check the endpoint's port and scheme`;
const wrongScheme: Explain = ({ origin }) =>
  `no TLS connection to ${origin}: the target does not speak TLS there; check the endpoint's port and scheme`;
const certificate: Explain = ({ origin }) =>
  `the certificate of ${origin} is not signed by a known authority; install a trusted certificate, or name the authority in NODE_EXTRA_CA_CERTS`;

/** By error code of Node.js and undici. */
const TEXTS: Readonly<Record<string, Explain>> = {
  TIME_LIMIT: tooSlow,
  UND_ERR_CONNECT_TIMEOUT: tooSlow,
  ETIMEDOUT: tooSlow,
  CANCELLED: () => 'the delivery was called off before its answer came; it is sent again later',
  ANSWER_TOO_LONG: ({ origin }) =>
    `the answer from ${origin} is longer than the 6 MB that an enrichment may have; make it answer with less`,
  ANSWER_ENCODING: ({ origin }) =>
    `the answer from ${origin} does not unpack as its Content-Encoding says; answer plainly, or with gzip or deflate`,
  ECONNREFUSED: ({ origin }) =>
    `nothing listens at ${origin} (connection refused); start the target or correct the endpoint`,
  ENOTFOUND: nameUnknown,
  EAI_AGAIN: ({ origin }) =>
    `the host name of ${origin} could not be looked up just now; check this machine's DNS`,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  ECONNRESET: brokenOff,
  EPIPE: brokenOff,
  UND_ERR_SOCKET: brokenOff,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: brokenOff,
  HTTP_PARSER: notHttp,
  UND_ERR_HEADERS_OVERFLOW: ({ origin }) =>
    `the answer of ${origin} has more headers than the 16 KiB that are read; make the target send fewer`,
  UND_ERR_DESTROYED: () => 'Freshet is shutting down; the delivery is sent again after the start',
  UND_ERR_CLOSED: () => 'Freshet is shutting down; the delivery is sent again after the start',
  EMFILE: () =>
    'this machine allows no more open connections; raise the limit of open files (ulimit -n)',
  EPROTO: wrongScheme,
  ERR_SSL_WRONG_VERSION_NUMBER: wrongScheme,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: wrongScheme,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ origin }) =>
    `the certificate of ${origin} is for another host name; correct the endpoint or the certificate`,
  CERT_HAS_EXPIRED: ({ origin }) =>
    `the certificate of ${origin} has expired; renew it at the target (or check this machine's clock)`,
  CERT_NOT_YET_VALID: ({ origin }) =>
    `the certificate of ${origin} is not valid yet; check this machine's clock`,
};

function isCertificate(code: string): boolean {
  return /CERT|SIGNATURE|ISSUER/.test(code);
}
