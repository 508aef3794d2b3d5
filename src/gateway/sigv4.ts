import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../lib/aws-error.js';
import {
  parseAuthorization,
  queryOf,
  type Authorization,
  type SignableRequest,
} from './authorization.js';

/** AWS Signature Version 4: checking requests, and signing our own command's. */
const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far a request's date may be off, in milliseconds (documented: 15 minutes). */
const MAX_SKEW_MS = 15 * 60 * 1000;
/** Derived signing keys that are kept: one per date, region and service. */
const MAX_CACHED_KEYS = 64;

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Checks requests against one key pair. */
export class SignatureVerifier {
  readonly #credentials: Credentials;
  readonly #keys = new Map<string, Buffer>();

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** Throws the AwsError of a request that is not signed, signed by another, stale or altered. */
  verify(request: SignableRequest, now: number): void {
    const authorization = parseAuthorization(request);
    // The date comes before the key (recorded).
    const { time } = authorization;
    checkTime(time, now);
    if (authorization.accessKeyId !== this.#credentials.accessKeyId)
      throw new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    const signedHeaders = authorization.signedHeaders.split(';');
    if (!signedHeaders.includes('host'))
      throw new AwsError(
        'InvalidSignatureException',
        "'Host' must be a 'SignedHeader' in the AWS Authorization.",
      );
    const key = this.#signingKey(authorization);
    const expected = signatureOf(request, { ...authorization, signedHeaders }, time, key);
    const given = Buffer.from(authorization.signature);
    if (given.length !== expected.length || !timingSafeEqual(given, Buffer.from(expected)))
      throw new AwsError(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      );
  }

  #signingKey(authorization: Authorization): Buffer {
    const scope = `${authorization.date}/${authorization.region}/${authorization.service}`;
    let key = this.#keys.get(scope);
    if (!key) {
      key = deriveKey(this.#credentials.secretAccessKey, authorization);
      if (this.#keys.size >= MAX_CACHED_KEYS) this.#keys.clear();
      this.#keys.set(scope, key);
    }
    return key;
  }
}

/**
 * Signs a request: returns the headers to add. `headers` must hold `host`; it is signed, and so is all that
 * begins with `x-amz-`, as the services demand (documented).
 */
export function sign(
  request: SignableRequest,
  credentials: Credentials,
  scope: { region: string; service: string },
  now: number,
): { authorization: string; 'x-amz-date': string } {
  const time = basicTime(now);
  const dated = { ...request, headers: { ...request.headers, 'x-amz-date': time } };
  const signedHeaders = Object.keys(dated.headers)
    .filter((name) => name === 'host' || name.startsWith('x-amz-'))
    .sort();
  const part = { ...scope, date: time.slice(0, 8), signedHeaders };
  const signature = signatureOf(dated, part, time, deriveKey(credentials.secretAccessKey, part));
  return {
    authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${scopeText(part)}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
    'x-amz-date': time,
  };
}

type KeyScope = Pick<Authorization, 'date' | 'region' | 'service'>;

function signatureOf(
  request: SignableRequest,
  scope: KeyScope & { signedHeaders: string[] },
  time: string,
  key: Buffer,
): string {
  const hashed = sha256(canonicalRequest(request, scope.signedHeaders));
  return hmac(key, `${ALGORITHM}\n${time}\n${scopeText(scope)}\n${hashed}`).toString('hex');
}

function scopeText({ date, region, service }: KeyScope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

function deriveKey(secret: string, { date, region, service }: KeyScope): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
}

function canonicalRequest(request: SignableRequest, signedHeaders: string[]): string {
  const [path = ''] = request.target.split('?', 1);
  const headers = signedHeaders.map(
    (name) => `${name}:${canonicalHeader(request.headers[name])}\n`,
  );
  return [
    request.method,
    // All services but S3 sign the path encoded once more than it travels.
    path.split('/').map(encodeUri).join('/'),
    canonicalQuery(queryOf(request.target)),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

function canonicalQuery(query: string): string {
  return (
    query
      .split('&')
      // A signature in the query is not part of what it signs.
      .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
      .map((pair) => {
        const [name = '', value = ''] = pair.split('=', 2);
        return [encodeUri(decodeForm(name)), encodeUri(decodeForm(value))] as const;
      })
      .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
      .map(([name, value]) => `${name}=${value}`)
      .join('&')
  );
}

function canonicalHeader(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text.trim().replace(/ +/g, ' ');
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new AwsError(
      'InvalidSignatureException',
      'The query string is not valid percent-encoding.',
    );
  }
}

function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Throws when the date that a request is signed with is too far from `now`. */
function checkTime(time: string, now: number): void {
  const at = parseBasicTime(time);
  if (Math.abs(now - at) <= MAX_SKEW_MS) return;
  // The beginnings are recorded, the rest is what the services say of it elsewhere.
  const [complaint, bound, sign] =
    at > now
      ? (['Signature not yet current', 'still later', '+'] as const)
      : (['Signature expired', 'now earlier', '-'] as const);
  const limit = basicTime(at > now ? now + MAX_SKEW_MS : now - MAX_SKEW_MS);
  throw new AwsError(
    'InvalidSignatureException',
    `${complaint}: ${time} is ${bound} than ${limit} (${basicTime(now)} ${sign} 15 min.)`,
  );
}

function basicTime(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Epoch milliseconds of `20130609T094515Z`; NaN when it has another form. */
function parseBasicTime(text: string): number {
  return Date.parse(
    text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
