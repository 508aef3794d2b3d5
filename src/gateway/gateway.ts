import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Log } from '../lib/log.js';
import type { AccessPolicy } from './access.js';
import { isConsolePath, sendToConsole, type ConsoleFiles } from './console-files.js';
import { takeHttp2 } from './first-bytes.js';
import { isPreflight, servePreflight } from './cors.js';
import { serveFreshet, isFreshetPath, type FreshetOperations } from './freshet-api.js';
import { serveHealth } from './health.js';
import { sendJson } from './http.js';
import {
  dynamoDbErrorType,
  serveJson,
  serveUnknownTarget,
  type JsonService,
} from './json-protocol.js';
import { isPipesPath, servePipes, type PipesService } from './pipes-routes.js';
import { isQueryRequest, serveQuery, type QueryService } from './query-protocol.js';
import { sqsJson, type SqsService } from './sqs.js';
import { sqsQuery } from './sqs-query.js';
import { sts, type CallerIdentity } from './sts.js';

/** DynamoDB refuses larger requests (documented). */
const DYNAMODB_MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Far above the largest connection or destination that its field limits allow. */
const EVENTS_MAX_BODY_BYTES = 1024 * 1024;
/** PutLogEvents takes 1 MB of messages, which JSON makes longer. */
const LOGS_MAX_BODY_BYTES = 8 * 1024 * 1024;
/** Longer than clients keep idle connections, so that it is they who close, never we under a request. */
export const KEEP_ALIVE_MS = 75_000;
/** API keys may come in the query string or a header, longer than node's default of 16 KiB in all. */
export const MAX_HEADER_BYTES = 64 * 1024;

type AwsJsonAnswer = (operation: string, input: unknown) => Promise<string | Buffer>;

/** Tables, and their streams. */
interface TableService {
  answer: AwsJsonAnswer;
  answerStreams: AwsJsonAnswer;
  has(operation: string): boolean;
  hasStreams(operation: string): boolean;
}

/** A room that performs the operations of a service's API. */
interface PlainService {
  invoke(operation: string, input: unknown): Promise<object>;
}

export interface GatewayOptions {
  dynamodb: TableService;
  region: string;
  access: AccessPolicy;
  /** Missing, as what follows, where tables are served alone. */
  identity?: CallerIdentity;
  events?: PlainService;
  logs?: PlainService;
  pipes?: PipesService;
  sqs?: SqsService;
  momento?: (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;
  /** Takes the connections that speak HTTP/2. */
  grpc?: { serve(socket: Socket): void; close(graceMs: number): Promise<void> };
  freshet?: FreshetOperations;
  console?: ConsoleFiles;
  log: Log;
}

/** The one port: tells the protocols apart and hands each request to its room. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #services: ReadonlyMap<string, JsonService>;
  readonly #queryServices: readonly QueryService[];
  readonly #server: Server;
  readonly #endSilent: (() => void) | undefined;
  readonly #closing = new AbortController();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#services = jsonServices(options);
    this.#queryServices = queryServices(options);
    this.#server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES },
      (request, response) => void this.#serve(request, response),
    );
    const { grpc } = options;
    this.#endSilent = grpc && takeHttp2(this.#server, (socket) => grpc.serve(socket));
  }

  /** Starts to listen; rejects as `node:net` does, e.g. with EADDRINUSE. */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** Takes no more connections, lets running requests end and resolves when all are gone. */
  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#closeHttp(graceMs), this.#options.grpc?.close(graceMs)]);
  }

  #closeHttp(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      this.#server.closeIdleConnections();
      this.#endSilent?.();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      this.#options.log.error('A request failed by a fault of ours; please report it', { error });
      if (response.headersSent) response.destroy();
      else
        sendJson(response, 500, {
          code: 'InternalError',
          message: 'The server failed; its log says why.',
        });
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, freshet, log, momento, pipes } = this.#options;
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') {
      const refusal = access.refusal(request);
      if (refusal !== undefined) return refuse(request, response, refusal);
      const dot = target.indexOf('.');
      const service = this.#services.get(target.slice(0, dot));
      if (!service || request.method !== 'POST') return serveUnknownTarget(request, response);
      const operation = target.slice(dot + 1);
      return serveJson(service, operation, request, response, this.#checkSignature, log);
    }
    const url = parseUrl(request.url ?? '/');
    if (url === undefined)
      return refuse(request, response, 'The request target is not a valid URL.', 400);
    if (momento && (url.pathname.startsWith('/cache/') || url.pathname.startsWith('/topics/')))
      return momento(request, response, url);
    const refusal = access.refusal(request);
    if (refusal !== undefined) return refuse(request, response, refusal);
    const consoleFiles = this.#options.console;
    if (consoleFiles && isConsolePath(url.pathname))
      return consoleFiles.serve(request, response, url.pathname);
    if (freshet && isFreshetPath(url.pathname))
      return serveFreshet(
        freshet,
        request,
        response,
        url,
        this.#checkOperator,
        this.#closing.signal,
        log,
      );
    if (pipes && isPipesPath(url.pathname))
      return servePipes(pipes, request, response, url, this.#checkSignature, log);
    if (isQueryRequest(request, url.pathname, this.#queryServices))
      return serveQuery(this.#queryServices, request, response, this.#checkSignature, log);
    if (url.pathname === '/') {
      if (request.method === 'GET' && consoleFiles?.isWanted(request))
        return sendToConsole(response);
      if (request.method === 'GET') return serveHealth(request, response, this.#options.region);
      if (isPreflight(request)) return servePreflight(request, response);
      return serveUnknownTarget(request, response);
    }
    refuse(
      request,
      response,
      `Nothing is served at ${url.pathname}.${freshet ? ' Freshet is ready at GET /_freshet/health.' : ''}`,
      404,
    );
  }

  readonly #checkSignature = (request: IncomingMessage, body: Buffer): void =>
    this.#options.access.checkSignature(request, body);

  readonly #checkOperator = (request: IncomingMessage, body: Buffer): void =>
    this.#options.access.checkOperator(request, body);
}

function jsonServices(options: GatewayOptions): Map<string, JsonService> {
  const dynamodb = (answer: AwsJsonAnswer, has: (operation: string) => boolean): JsonService => ({
    has,
    async invoke(operation, input, { headers: { host } }) {
      const document = await answer(operation, input);
      // Only the door knows by which address the client has come.
      return operation === 'DescribeEndpoints' && host !== undefined
        ? JSON.stringify({ Endpoints: [{ Address: host, CachePeriodInMinutes: 1440 }] })
        : document;
    },
    maxBodyBytes: DYNAMODB_MAX_BODY_BYTES,
    errorType: dynamoDbErrorType,
    internalErrorCode: 'InternalServerError',
    isDynamoDb: true,
  });
  const services = new Map([
    [
      'DynamoDB_20120810',
      dynamodb(
        (operation, input) => options.dynamodb.answer(operation, input),
        (operation) => options.dynamodb.has(operation),
      ),
    ],
    [
      'DynamoDBStreams_20120810',
      dynamodb(
        (operation, input) => options.dynamodb.answerStreams(operation, input),
        (operation) => options.dynamodb.hasStreams(operation),
      ),
    ],
  ]);
  const { events, logs, sqs } = options;
  if (sqs) services.set('AmazonSQS', sqsJson(sqs));
  if (events)
    services.set('AWSEvents', plainJson(events, EVENTS_MAX_BODY_BYTES, 'InternalException'));
  if (logs)
    services.set(
      'Logs_20140328',
      plainJson(logs, LOGS_MAX_BODY_BYTES, 'ServiceUnavailableException'),
    );
  return services;
}

function plainJson(
  service: PlainService,
  maxBodyBytes: number,
  internalErrorCode: string,
): JsonService {
  return {
    invoke: async (operation, input) => JSON.stringify(await service.invoke(operation, input)),
    maxBodyBytes,
    errorType: (code) => code,
    internalErrorCode,
    isDynamoDb: false,
  };
}

function queryServices({ identity, sqs }: GatewayOptions): QueryService[] {
  return [...(sqs ? [sqsQuery(sqs)] : []), ...(identity ? [sts(identity)] : [])];
}

function parseUrl(target: string): URL | undefined {
  // URL.parse is not in Node 20, and `new URL` throws for targets such as `//`.
  return URL.canParse(target, 'http://localhost') ? new URL(target, 'http://localhost') : undefined;
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  message: string,
  status = 403,
): void {
  request.resume();
  const code = { 400: 'BadRequest', 403: 'Forbidden', 404: 'NotFound' }[status] ?? 'Error';
  sendJson(response, status, { code, message });
}
