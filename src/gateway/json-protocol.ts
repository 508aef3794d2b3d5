import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsError, isAwsError } from '../lib/aws-error.js';
import type { Log } from '../lib/log.js';
import { corsHeaders } from './cors.js';
import { packAnswer, type Packing } from './content-encoding.js';
import { BodyEncodingError, BodyTooLargeError, readBody, sendBody, unpackBody } from './http.js';
import { dynamoDbRequestId, uuidRequestId } from './request-id.js';

/**
 * AWS JSON 1.0 and 1.1: POST, the operation in `X-Amz-Target: <service>.<Operation>`, errors as
 * `{"__type": …, "message": …}`.
 */
export interface JsonService {
  /** Runs one operation; resolves to the response body, JSON as text or as UTF-8. */
  invoke(
    operation: string,
    input: unknown,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<string | Buffer>;
  /** Whether there is such an operation; where this is missing, `invoke` refuses the others. */
  has?(operation: string): boolean;
  /** Largest request body in bytes. */
  maxBodyBytes: number;
  /** Error type on the wire for an error code. */
  errorType(code: string): string;
  /** Further headers of an error. */
  errorHeaders?(error: AwsError): string[];
  /** Code of the service's own fault. */
  internalErrorCode: string;
  /** DynamoDB answers with a CRC-32 of the body and request ids of its own form. */
  isDynamoDb: boolean;
}

/** What DynamoDB takes for JSON (recorded). */
const DYNAMODB_TYPES = new Set(['application/x-amz-json-1.0', 'application/json']);
const JSON_TYPES = new Set([...DYNAMODB_TYPES, 'application/x-amz-json-1.1']);
/** What is read of a request for no service: as much as of one for DynamoDB. */
const MAX_UNKNOWN_BODY_BYTES = 16 * 1024 * 1024;

const CORAL_VALIDATION = new Set(['ValidationException']);
const CORAL_SERVICE = new Set([
  'AccessDeniedException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);
/** Error types whose text is in `Message`, not `message` (service model and recorded answers). */
const CAPITAL_MESSAGE = new Set([
  'AccessDeniedException',
  'IdempotentParameterMismatchException',
  'SerializationException',
  'TransactionCanceledException',
  'TransactionInProgressException',
]);

/** DynamoDB's error types carry the namespace of the layer that refuses (recorded by dynalite). */
export function dynamoDbErrorType(code: string): string {
  if (CORAL_VALIDATION.has(code)) return `com.amazon.coral.validate#${code}`;
  if (CORAL_SERVICE.has(code)) return `com.amazon.coral.service#${code}`;
  return `com.amazonaws.dynamodb.v20120810#${code}`;
}

/**
 * Answers one request of a JSON service. `checkAccess` gets the body before anything is done with it and
 * throws the AwsError of a refused signature.
 */
export async function serveJson(
  service: JsonService,
  operation: string,
  request: IncomingMessage,
  response: ServerResponse,
  checkAccess: (request: IncomingMessage, body: Buffer) => void,
  log: Log,
): Promise<void> {
  let answer: string | Buffer;
  let status = 200;
  let errorHeaders: string[] = [];
  try {
    const packed = await readBody(request, service.maxBodyBytes);
    if (service.isDynamoDb && packed.length > 0 && !DYNAMODB_TYPES.has(mediaTypeOf(request)))
      return sendPageNotFound(request, response);
    const body = unpackBody(request, packed, service.maxBodyBytes);
    // What is not JSON is refused before the signature, that there is nothing after it (recorded).
    const input = body.length > 0 ? parseJson(body) : undefined;
    // What there is not is said to everybody, signed or not (recorded).
    if (service.has?.(operation) === false) throw new AwsError('UnknownOperationException', '');
    checkAccess(request, packed);
    if (body.length === 0) throw notJson();
    answer = await service.invoke(operation, input, request, response);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return cutOff(response);
    if (request.destroyed && !request.complete) return;
    const known =
      service.isDynamoDb && error instanceof BodyEncodingError
        ? // Status and type are recorded, the text is ours.
          new AwsError(service.internalErrorCode, error.message, { status: 500 })
        : toAwsError(error, service.internalErrorCode, log, operation);
    status = known.status;
    answer = errorBody(service.errorType(known.code), known);
    errorHeaders = service.errorHeaders?.(known) ?? [];
  }
  const { body, encoding }: { body: string | Buffer; encoding?: Packing } = service.isDynamoDb
    ? await packAnswer(request, answer)
    : { body: answer };
  const headers = answerHeaders(request, body, service.isDynamoDb);
  if (encoding) headers.push('Content-Encoding', encoding);
  sendBody(response, status, [...headers, ...errorHeaders], body);
}

/**
 * Answers a request to `/` that names no service, or is not a POST, as DynamoDB does (recorded): a page that
 * was not found unless it is posted as JSON.
 */
export async function serveUnknownTarget(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request, MAX_UNKNOWN_BODY_BYTES);
    // Other services' clients get JSON back, whatever they ask for; they name a target.
    const types = request.headers['x-amz-target'] === undefined ? DYNAMODB_TYPES : JSON_TYPES;
    const isJson = body.length === 0 || types.has(mediaTypeOf(request));
    if (request.method !== 'POST' || !isJson) return sendPageNotFound(request, response);
    const code =
      body.length === 0 || isJsonText(body)
        ? 'UnknownOperationException'
        : 'SerializationException';
    const answer = JSON.stringify({ __type: dynamoDbErrorType(code) });
    sendBody(response, 400, answerHeaders(request, answer, true), answer);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return cutOff(response);
    if (!request.destroyed) throw error;
  }
}

function sendPageNotFound(request: IncomingMessage, response: ServerResponse): void {
  const body = '<UnknownOperationException/>\n';
  const headers = ['x-amzn-RequestId', dynamoDbRequestId(), 'x-amz-crc32', String(crc32(body))];
  sendBody(response, 404, [...headers, ...corsHeaders(request)], body);
}

/** DynamoDB cuts a request that is too large off with an empty 413, without a length (recorded by dynalite). */
function cutOff(response: ServerResponse): void {
  response.writeHead(413, { Connection: 'close', 'Transfer-Encoding': 'chunked' }).end();
}

/** Turns whatever was thrown into the error that the client sees; our own faults are logged, not shown. */
export function toAwsError(
  error: unknown,
  internalErrorCode: string,
  log: Log,
  operation: string,
): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof BodyEncodingError)
    return new AwsError('SerializationException', error.message);
  log.error('An operation failed by a fault of ours; please report it', { operation, error });
  return new AwsError(
    internalErrorCode,
    'The request processing has failed because of an unknown error, exception or failure.',
    { status: 500 },
  );
}

/** Parses a JSON body; throws SerializationException, without text as the service does. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw notJson();
  }
}

const notJson = (): AwsError => new AwsError('SerializationException', '');

function isJsonText(body: Buffer): boolean {
  try {
    parseJson(body);
    return true;
  } catch (error) {
    if (!isAwsError(error, 'SerializationException')) throw error;
    return false;
  }
}

/** Without parameters; empty when there is none. */
function mediaTypeOf(request: IncomingMessage): string {
  const type = request.headers['content-type'] ?? '';
  const end = type.indexOf(';');
  return end < 0 ? type : type.slice(0, end).trim();
}

function errorBody(type: string, error: AwsError): string {
  const messageName = CAPITAL_MESSAGE.has(error.code) ? 'Message' : 'message';
  const message = error.message === '' ? {} : { [messageName]: error.message };
  return JSON.stringify({ __type: type, ...message, ...error.members });
}

function answerHeaders(
  request: IncomingMessage,
  body: string | Buffer,
  isDynamoDb: boolean,
): string[] {
  if (!isDynamoDb) {
    const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
    return ['Content-Type', contentType, 'x-amzn-RequestId', uuidRequestId()];
  }
  const type = mediaTypeOf(request);
  const headers = [
    'Content-Type',
    JSON_TYPES.has(type) ? type : 'application/json', // without parameters (recorded)
    'x-amzn-RequestId',
    dynamoDbRequestId(),
    'x-amz-crc32',
    String(crc32(body)),
  ];
  if (request.headers.origin !== undefined) headers.push(...corsHeaders(request));
  return headers;
}
