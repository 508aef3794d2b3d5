import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../lib/aws-error.js';
import type { Log } from '../lib/log.js';
import { routeCaches, type CacheRouteOperations } from './cache-routes.js';
import { sendLines } from './json-lines.js';
import { sendEvents, type EventFeed } from './server-sent-events.js';
import { BodyTooLargeError, readBody, sendJson, unpackBody } from './http.js';
import {
  chosen,
  objectOf,
  pageOf,
  verifyOf,
  versionOf,
  waitOf,
  wholeOf,
} from './freshet-requests.js';
import { parseJson, toAwsError } from './json-protocol.js';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Freshet's own API under `/_freshet/`, for what AWS and Momento have no HTTP API of: the command and the
 * console use it. All bodies are JSON; errors are `{"code": …, "message": …}`.
 *
 *     GET    /_freshet/health                          200 once ready, 503 before
 *     GET    /_freshet/caches                          {"caches": [{name, …statistics}]}
 *     POST   /_freshet/caches                          {"name"} → 201
 *     DELETE /_freshet/caches/{name}                   204
 *     GET    /_freshet/caches/{name}/keys              {"keys": [{"text"} or {"base64"}], "cursor"?}  ?limit= &cursor=
 *     GET    /_freshet/caches/{name}/items             {"type", "ttlMs"}  ?key= or ?key_base64=
 *     GET    /_freshet/caches/{name}/elements          {"type", "length", "ttlMs", "elements": […], "cursor"?}  ?key= &limit= &cursor=
 *     PUT    /_freshet/caches/{name}/elements          {"field"?, "value", "score"?, "index"?, "was"?, "end"?} → 204  ?key=
 *     POST   /_freshet/caches/{name}/elements/remove   {"field"} or {"value"} or {"index", "was"} → 204  ?key=
 *     GET    /_freshet/caches/{name}/webhooks          {"webhooks": [{name, topic, url}]}
 *     PUT    /_freshet/caches/{name}/webhooks/{name}   {"topic", "url"} → the same with its name
 *     DELETE /_freshet/caches/{name}/webhooks/{name}   204
 *     GET    /_freshet/caches/{name}/webhooks/{name}/secret          {"secret"}
 *     POST   /_freshet/caches/{name}/webhooks/{name}/secret/rotate   {"secret"}: the new one
 *     POST   /_freshet/api-destinations/{name}/test    {"pathParameters"?, "queryStringParameters"?, "headerParameters"?, "body"?} → {request, response …}
 *     POST   /_freshet/preview                         {"definition", "record"?, "last"?, "enrichmentResponse"?} → {"previews": […]} of a pipe that is not made yet
 *     POST   /_freshet/lint                            {"definition"} → {"samples", "warnings"} of it
 *     GET    /_freshet/pipes                           {"pipes": [{…definition, status}]}
 *     GET    /_freshet/pipes/{name}                    {…definition, status, deadLetters}
 *     GET    /_freshet/pipes/{name}/extensions         {"InputTemplates"?: {…}}
 *     PUT    /_freshet/pipes/{name}/extensions         the same, replaced as one
 *     GET    /_freshet/pipes/{name}/template           {"template": YAML, "secrets": [names of parameters]}
 *     GET    /_freshet/pipes/{name}/metrics            {"metrics": [{MetricName, Unit, Datapoints}]}  ?minutes=
 *     POST   /_freshet/pipes/{name}/wait               {"timeoutMs"?, "since"?} → {"result", "deadLettered"}
 *     POST   /_freshet/pipes/{name}/backfill           {"segments"?, "rate"?} → 202 {state, about, read, delivered …}
 *     GET    /_freshet/pipes/{name}/backfill           how far the last one is
 *     DELETE /_freshet/pipes/{name}/backfill           ends it; how far it came
 *     POST   /_freshet/pipes/{name}/preview            {"record"?, "last"?, "enrichmentResponse"?, "definition"?} → {"previews": […]}
 *     GET    /_freshet/pipes/{name}/lint               {"samples", "answers"?, "warnings": [{code, message, path, suggestion}], "notes": […]}
 *     GET    /_freshet/pipes/{name}/item               {keys, table, lastSent, target}  ?key=
 *     GET    /_freshet/pipes/{name}/trace              {"records": […], "next"}  ?limit= &after=
 *     GET    /_freshet/pipes/{name}/trace/live         server-sent events `record` and `dropped`
 *     POST   /_freshet/pipes/{name}/verify             {"repair"?, "keepExtra"?, "settleMs"?} → lines of JSON: what differs, then the counts
 *     GET    /_freshet/pipes/{name}/dead-letters       {"deadLetters": […]}  ?after= &limit=
 *     POST   /_freshet/pipes/{name}/dead-letters/replay   {"ids", "force"?, "record"?} → {"results": [{id, result, reason?}]}
 *     POST   /_freshet/pipes/{name}/dead-letters/discard  {"ids"} → {"discarded": n}
 */
export interface FreshetOperations extends CacheRouteOperations {
  /** Whether everything that the start asked for is up. */
  isReady(): boolean;
  /** Sends one request with an API destination, and tells what came back. */
  testDestination(name: string, request: object, signal: AbortSignal): Promise<object>;
  listKeys(): Promise<object>;
  createKey(document: unknown): Promise<object>;
  revokeKey(id: string): Promise<void>;
  /** What a definition that is not stored would do with records. */
  previewDraft(request: object): Promise<object>;
  lintDraft(request: object): Promise<object>;
  listPipes(): Promise<object>;
  showPipe(name: string): Promise<object>;
  showExtensions(pipe: string): Promise<object>;
  setExtensions(pipe: string, extensions: object): Promise<object>;
  /** A CloudFormation template of the pipe and of what it needs. */
  exportPipe(name: string): Promise<object>;
  pipeMetrics(name: string, minutes: number | undefined): Promise<object>;
  /** Waits until all that was written before is done with; the signal ends it. */
  settlePipe(
    name: string,
    options: { timeoutMs: number; since: number | undefined; signal: AbortSignal },
  ): Promise<object>;
  startBackfill(pipe: string, request: object): Promise<object>;
  showBackfill(pipe: string): Promise<object>;
  cancelBackfill(pipe: string): Promise<object>;
  /** What would be sent, in the stored definition or with the parts of another. */
  previewPipe(name: string, request: object): Promise<object>;
  lintPipe(name: string): Promise<object>;
  /** One item from end to end; `keys` is what the caller gave, as JSON. */
  showItem(name: string, keys: unknown, signal: AbortSignal): Promise<object>;
  /** The last records with their steps; `after` is `next` of an earlier answer. */
  tracePipe(
    name: string,
    options: { limit: number | undefined; after: number | undefined },
  ): Promise<object>;
  /** Resolves to what opens a feed of what the pipe does from then on. */
  watchPipe(name: string): Promise<(onMore: () => void) => EventFeed>;
  /** Tells what it finds, one after the other. */
  verifyPipe(
    pipe: string,
    options: { repair: boolean; keepExtra: boolean; settleMs: number; signal: AbortSignal },
  ): AsyncIterable<object>;
  listDeadLetters(pipe: string, options: { after?: string; limit?: number }): Promise<object>;
  /** `record`: what is sent in place of the one letter's own record. */
  replayDeadLetters(
    pipe: string,
    ids: string[],
    force: boolean,
    record: object | undefined,
  ): Promise<object>;
  discardDeadLetters(pipe: string, ids: string[]): Promise<object>;
}

/** Whether the path belongs to Freshet's own API. */
export function isFreshetPath(path: string): boolean {
  return path.startsWith('/_freshet/');
}

/** Answers one request to Freshet's own API. `closing`: what waits or never ends is to end. */
export async function serveFreshet(
  operations: FreshetOperations,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  checkAccess: (request: IncomingMessage, body: Buffer) => void,
  closing: AbortSignal,
  log: Log,
): Promise<void> {
  try {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (url.pathname === '/_freshet/health') {
      const ready = operations.isReady();
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'starting' });
      return;
    }
    checkAccess(request, body);
    const content = unpackBody(request, body, MAX_BODY_BYTES);
    await route(operations, request.method ?? 'GET', url, content, response, closing);
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const known =
      error instanceof BodyTooLargeError
        ? new AwsError('RequestTooLarge', error.message, { status: 413 })
        : toAwsError(error, 'InternalError', log, `${request.method ?? ''} ${url.pathname}`);
    sendJson(response, known.status, {
      code: known.code,
      message: known.message,
      ...known.members,
    });
  }
}

async function route(
  operations: FreshetOperations,
  method: string,
  url: URL,
  body: Buffer,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const [, , collection = '', rawName, ...parts] = url.pathname.split('/');
  const name = rawName === undefined ? undefined : decodeName(rawName);
  if (collection === 'caches') {
    const segments = name === undefined ? [] : [name, ...parts.map(decodeName)];
    if (await routeCaches(operations, method, segments, url, body, response)) return;
  }
  const key = `${method} ${[collection, ...(name === undefined ? [] : ['*']), ...parts].join('/')}`;
  switch (key) {
    case 'POST api-destinations/*/test': {
      const asked = body.length === 0 ? {} : objectOf(body);
      return sendJson(
        response,
        200,
        await operations.testDestination(name!, asked, leaving(response)),
      );
    }
    case 'GET keys':
      return sendJson(response, 200, await operations.listKeys());
    case 'POST keys':
      return sendJson(response, 201, await operations.createKey(parseJson(body)));
    case 'DELETE keys/*':
      await operations.revokeKey(name!);
      response.writeHead(204).end();
      return;
    case 'POST preview':
      return sendJson(response, 200, await operations.previewDraft(objectOf(body)));
    case 'POST lint':
      return sendJson(response, 200, await operations.lintDraft(objectOf(body)));
    case 'GET pipes':
      return sendJson(response, 200, await operations.listPipes());
    case 'GET pipes/*':
      return sendJson(response, 200, await operations.showPipe(name!));
    case 'GET pipes/*/extensions':
      return sendJson(response, 200, await operations.showExtensions(name!));
    case 'PUT pipes/*/extensions':
      return sendJson(response, 200, await operations.setExtensions(name!, objectOf(body)));
    case 'GET pipes/*/template':
      return sendJson(response, 200, await operations.exportPipe(name!));
    case 'GET pipes/*/metrics':
      return sendJson(response, 200, await operations.pipeMetrics(name!, wholeOf(url, 'minutes')));
    case 'POST pipes/*/wait': {
      const options = {
        ...waitOf(body),
        signal: AbortSignal.any([closing, leaving(response)]),
      };
      return sendJson(response, 200, await operations.settlePipe(name!, options));
    }
    case 'POST pipes/*/backfill': {
      const request = body.length === 0 ? {} : objectOf(body);
      return sendJson(response, 202, await operations.startBackfill(name!, request));
    }
    case 'GET pipes/*/backfill':
      return sendJson(response, 200, await operations.showBackfill(name!));
    case 'DELETE pipes/*/backfill':
      return sendJson(response, 200, await operations.cancelBackfill(name!));
    case 'POST pipes/*/preview': {
      const request = body.length === 0 ? {} : objectOf(body);
      return sendJson(response, 200, await operations.previewPipe(name!, request));
    }
    case 'GET pipes/*/lint':
      return sendJson(response, 200, await operations.lintPipe(name!));
    case 'GET pipes/*/item': {
      const keys = parseJson(Buffer.from(url.searchParams.get('key') ?? 'null'));
      const state = await operations.showItem(name!, keys, leaving(response));
      return sendJson(response, 200, state);
    }
    case 'GET pipes/*/trace': {
      const page = { limit: wholeOf(url, 'limit'), after: versionOf(url) };
      return sendJson(response, 200, await operations.tracePipe(name!, page));
    }
    case 'GET pipes/*/trace/live':
      return sendEvents(response, await operations.watchPipe(name!), closing);
    case 'POST pipes/*/verify': {
      const options = { ...verifyOf(body), signal: leaving(response) };
      return sendLines(response, operations.verifyPipe(name!, options));
    }
    case 'GET pipes/*/dead-letters':
      return sendJson(response, 200, await operations.listDeadLetters(name!, pageOf(url)));
    case 'POST pipes/*/dead-letters/replay': {
      const { ids, force, record } = chosen(body);
      return sendJson(response, 200, await operations.replayDeadLetters(name!, ids, force, record));
    }
    case 'POST pipes/*/dead-letters/discard':
      return sendJson(response, 200, await operations.discardDeadLetters(name!, chosen(body).ids));
    default:
      throw noSuchRoute(method, url);
  }
}

/** Aborts when the client goes away, or has its answer. */
function leaving(response: ServerResponse): AbortSignal {
  const leaving = new AbortController();
  response.on('close', () => leaving.abort());
  return leaving.signal;
}

function decodeName(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new AwsError('BadRequest', `'${segment}' is not valid percent-encoding.`);
  }
}

function noSuchRoute(method: string, url: URL): AwsError {
  return new AwsError(
    'NotFound',
    `There is no ${method} ${url.pathname}; docs/reference/freshet-api.md lists what there is.`,
    {
      status: 404,
    },
  );
}
