import { currentKeyPair, signingKeyPair } from './session';
import { formalHeaders, signedHeaders } from './sign';

export interface WrongField {
  /** E.g. `TargetParameters.InputTemplate`. */
  name: string;
  message: string;
}

/** What the server, or the way to it, said instead of an answer. */
export class ApiError extends Error {
  /** The error's name in its API, e.g. `ResourceNotFoundException`; `Unreachable` when there was no answer. */
  readonly code: string;
  readonly status: number;
  /** The members of the request that are wrong, where the API names them. */
  readonly fields: readonly WrongField[];

  constructor(code: string, message: string, status: number, fields: readonly WrongField[] = []) {
    super(message);
    this.fields = fields;
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

/** Told when the server wants another key pair. */
let onUnauthorized: () => void = () => undefined;
export function whenUnauthorized(listener: () => void): void {
  onUnauthorized = listener;
}

const UNAUTHORIZED = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
]);

export interface Call {
  method: string;
  /** Path and query, as on the wire. */
  target: string;
  service: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** Sends a signed request to the server that the page came from, and gives the answer's JSON document. */
export async function call(request: Call): Promise<unknown> {
  return documentOf(await open(request));
}

/** Sends a signed request, and gives an answer whose body is read as it comes. */
export async function open(request: Call): Promise<Response> {
  const response = await send(request);
  if (response.ok) return response;
  throw errorOf(response, await documentOf(response));
}

async function documentOf(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === '' ? {} : parse(text);
}

async function send({
  method,
  target,
  service,
  headers = {},
  body = '',
  signal,
}: Call): Promise<Response> {
  const url = new URL(target, location.origin);
  const pair = currentKeyPair();
  if (pair === undefined) {
    onUnauthorized();
    throw new ApiError('SignInNeeded', 'Sign in first.', 401);
  }
  const now = new Date();
  const isVerified = signingKeyPair() !== undefined;
  const signing = isVerified
    ? await signedHeaders({ method, url, headers, body, service }, pair, now)
    : formalHeaders(pair, service, now);
  return fetchOwn(url, {
    method,
    headers: { ...headers, ...signing },
    ...(body !== '' && { body }),
    ...(signal && { signal }),
  });
}

/** A request to the own server; says so when it cannot be reached. */
export async function fetchOwn(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(
      'Unreachable',
      `There is no answer from ${url.origin}. Check that Freshet runs there, then try again.`,
      0,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { message: text };
  }
}

function errorOf(response: Response, document: unknown): ApiError {
  const { __type, code: shortCode, message, Message } = (document ?? {}) as Record<string, string>;
  const raw = response.headers.get('x-amzn-errortype') ?? __type ?? shortCode ?? 'Error';
  const code = raw.replace(/^.*#/, '').replace(/:.*$/, '');
  if (UNAUTHORIZED.has(code)) onUnauthorized();
  return new ApiError(
    code,
    message ?? Message ?? `HTTP ${String(response.status)}`,
    response.status,
    (document as { fieldList?: WrongField[] } | null)?.fieldList,
  );
}
