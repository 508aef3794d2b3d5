import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../lib/aws-error.js';
import type { Log } from '../lib/log.js';
import { BodyTooLargeError, readBody, sendBody, unpackBody } from './http.js';
import { parseJson, toAwsError } from './json-protocol.js';
import { uuidRequestId } from './request-id.js';

/** Request bodies of the Pipes API: far above the largest definition that its field limits allow. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What InternalException asks clients to wait (documented header, inferred value). */
const RETRY_AFTER_SECONDS = '1';

export interface PipesService {
  /** `input` holds the body's members and those of path and query string. */
  invoke(operation: string, input: unknown): Promise<object>;
}

interface Route {
  operation: string;
  /** Members that come from path and query string. */
  input: Record<string, unknown>;
}

/** Whether the path belongs to the Pipes API. */
export function isPipesPath(path: string): boolean {
  return path === '/v1/pipes' || path.startsWith('/v1/pipes/') || path.startsWith('/tags/');
}

/** Answers one request of the Pipes API (protocol REST-JSON, pipes/2015-10-07). */
export async function servePipes(
  service: PipesService,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  checkAccess: (request: IncomingMessage, body: Buffer) => void,
  log: Log,
): Promise<void> {
  let status = 200;
  let document: object;
  const headers = ['Content-Type', 'application/json', 'x-amzn-RequestId', uuidRequestId()];
  try {
    const body = await readBody(request, MAX_BODY_BYTES);
    checkAccess(request, body);
    const route = routeOf(request.method ?? 'GET', url);
    const members = bodyMembers(unpackBody(request, body, MAX_BODY_BYTES));
    document = await service.invoke(route.operation, { ...members, ...route.input });
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const known =
      error instanceof BodyTooLargeError
        ? new AwsError('RequestEntityTooLargeException', error.message, { status: 413 })
        : toAwsError(error, 'InternalException', log, `${request.method ?? ''} ${url.pathname}`);
    status = known.status;
    document = { message: known.message, ...known.members };
    headers.push('x-amzn-ErrorType', known.code);
    if (status >= 500) headers.push('Retry-After', RETRY_AFTER_SECONDS);
  }
  sendBody(response, status, headers, JSON.stringify(document));
}

function bodyMembers(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const members = parseJson(body);
  if (typeof members === 'object' && members !== null && !Array.isArray(members))
    return members as Record<string, unknown>;
  throw new AwsError('SerializationException', 'The request body must be a JSON object.');
}

function routeOf(method: string, url: URL): Route {
  const segments = url.pathname.split('/').slice(1);
  if (segments[0] === 'tags') return tagRoute(method, url, decode(segments.slice(1).join('/')));
  const [, , name, action] = segments;
  if (name === undefined || name === '') {
    if (method === 'GET') return { operation: 'ListPipes', input: listInput(url) };
  } else if (segments.length === 3) {
    const operation = {
      POST: 'CreatePipe',
      GET: 'DescribePipe',
      PUT: 'UpdatePipe',
      DELETE: 'DeletePipe',
    }[method];
    if (operation) return { operation, input: { Name: decode(name) } };
  } else if (segments.length === 4 && method === 'POST') {
    if (action === 'start') return { operation: 'StartPipe', input: { Name: decode(name) } };
    if (action === 'stop') return { operation: 'StopPipe', input: { Name: decode(name) } };
  }
  throw unknownOperation(method, url);
}

function tagRoute(method: string, url: URL, resourceArn: string): Route {
  if (method === 'GET') return { operation: 'ListTagsForResource', input: { resourceArn } };
  if (method === 'POST') return { operation: 'TagResource', input: { resourceArn } };
  if (method === 'DELETE') {
    const tagKeys = url.searchParams.getAll('tagKeys');
    return {
      operation: 'UntagResource',
      input: { resourceArn, tagKeys: tagKeys.length === 0 ? undefined : tagKeys },
    };
  }
  throw unknownOperation(method, url);
}

function listInput(url: URL): Record<string, unknown> {
  const input: Record<string, unknown> = Object.fromEntries(url.searchParams);
  const limit = url.searchParams.get('Limit');
  if (limit !== null) {
    if (!/^-?\d+$/.test(limit))
      throw new AwsError('SerializationException', `'${limit}' at 'Limit' is not an integer.`);
    input['Limit'] = Number(limit);
  }
  return input;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new AwsError(
      'ValidationException',
      `The path segment '${segment}' is not valid percent-encoding.`,
    );
  }
}

function unknownOperation(method: string, url: URL): AwsError {
  return new AwsError(
    'UnknownOperationException',
    `${method} ${url.pathname} is not an operation of EventBridge Pipes.`,
    {
      status: 404,
    },
  );
}
