import { AwsError } from '../lib/aws-error.js';

/** What of a request is signed. Header names are lower-case. */
export interface SignableRequest {
  method: string;
  /** Path and query string as they are on the wire. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}

/** What a request says of its signature. */
export interface Authorization {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  /** Parted by semicolons. */
  signedHeaders: string;
  signature: string;
  /** As `20130609T094515Z`; empty when only the header `Date` says it. */
  time: string;
}

/** What a query string that signs a request must hold, in the order in which the service misses it. */
const QUERY_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
] as const;

/**
 * Reads the Authorization header, or the query string where that names an algorithm. Throws
 * MissingAuthenticationTokenException when there is none of this kind, IncompleteSignatureException when a
 * part is missing and InvalidSignatureException when there are both (texts recorded by dynalite).
 */
export function parseAuthorization(request: SignableRequest): Authorization {
  const text = queryOf(request.target);
  if (text === '') return parseHeader(request);
  const query = new URLSearchParams(text);
  return query.has('X-Amz-Algorithm') ? parseSignedQuery(request, query) : parseHeader(request);
}

function parseSignedQuery(request: SignableRequest, query: URLSearchParams): Authorization {
  if (request.headers['authorization'] !== undefined)
    throw new AwsError(
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  const [, credential, signature, signedHeaders, time] = QUERY_PARAMETERS.map(
    (name) => query.get(name) ?? '',
  ) as [string, string, string, string, string];
  const missing = QUERY_PARAMETERS.filter((name) => !query.get(name));
  if (missing.length > 0)
    throw new AwsError(
      'IncompleteSignatureException',
      missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('') +
        'Re-examine the query-string parameters.',
    );
  return authorizationOf(credential, signedHeaders, signature, time);
}

/** Commas, spaces or both may part the parameters of the header (recorded). */
const CREDENTIAL = /[,\s]Credential=([^,\s=]+)/;
const SIGNATURE = /[,\s]Signature=([^,\s=]+)/;
const SIGNED_HEADERS = /[,\s]SignedHeaders=([^,\s=]+)/;

function parseHeader(request: SignableRequest): Authorization {
  const header = request.headers['authorization'];
  if (typeof header !== 'string' || !header.startsWith('AWS4-'))
    throw new AwsError(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    );
  const credential = parameterOf(header, CREDENTIAL);
  const signature = parameterOf(header, SIGNATURE);
  const signedHeaders = parameterOf(header, SIGNED_HEADERS);
  let complaint =
    missing('Credential', credential) +
    missing('Signature', signature) +
    missing('SignedHeaders', signedHeaders);
  if (request.headers['x-amz-date'] === undefined && request.headers['date'] === undefined)
    complaint +=
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (complaint !== '')
    throw new AwsError('IncompleteSignatureException', `${complaint}Authorization=${header}`);
  const time = request.headers['x-amz-date'];
  return authorizationOf(
    credential,
    signedHeaders,
    signature,
    typeof time === 'string' ? time : '',
  );
}

const missing = (name: string, value: string): string =>
  value === '' ? `Authorization header requires '${name}' parameter. ` : '';

/** Empty when it is not there. */
function parameterOf(header: string, pattern: RegExp): string {
  return pattern.exec(header)?.[1] ?? '';
}

function authorizationOf(
  credential: string,
  signedHeaders: string,
  signature: string,
  time: string,
): Authorization {
  const elements = credential.split('/');
  if (elements.length !== 5)
    throw new AwsError(
      'IncompleteSignatureException',
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  const [accessKeyId, date, region, service] = elements as [string, string, string, string];
  return { accessKeyId, date, region, service, signedHeaders, signature, time };
}

/** The query string of a request target, without its question mark. */
export function queryOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at + 1);
}
