import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsError } from '../lib/aws-error.js';
import type { Log } from '../lib/log.js';
import { BodyEncodingError, BodyTooLargeError, readBody, sendBody } from './http.js';
import { dynamoDbRequestId, uuidRequestId } from './request-id.js';

/**
 * AWS JSON 1.0 and 1.1: POST, the operation in `X-Amz-Target: <service>.<Operation>`, errors as
 * `{"__type": …, "message": …}`.
 */
export interface JsonService {
  /** Runs one operation; resolves to the response body, JSON as text or as UTF-8. */
  invoke(operation: string, input: unknown): Promise<string | Buffer>;
  /** Largest request body in bytes. */
  maxBodyBytes: number;
  /** Error type on the wire for an error code. */
  errorType(code: string): string;
  /** Code of the service's own fault. */
  internalErrorCode: string;
  /** DynamoDB answers with a CRC-32 of the body and request ids of its own form. */
  isDynamoDb: boolean;
}

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
  try {
    const body = await readBody(request, service.maxBodyBytes);
    const input = parseJson(body);
    checkAccess(request, body);
    answer = await service.invoke(operation, input);
  } catch (error) {
    if (error instanceof BodyTooLargeError) {
      // DynamoDB cuts such a request off with an empty 413 (recorded by dynalite).
      sendBody(response, 413, ['Connection', 'close'], '');
      return;
    }
    if (request.destroyed && !request.complete) return;
    const known = toAwsError(error, service.internalErrorCode, log, operation);
    status = known.status;
    answer = errorBody(service.errorType(known.code), known);
  }
  sendJsonAnswer(service, request, response, status, answer);
}

/** Answers a request whose target names no operation of any service. */
export function serveUnknownTarget(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const body = '{"__type":"com.amazon.coral.service#UnknownOperationException"}';
  sendBody(response, 400, answerHeaders(request, body, true), body);
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
    throw new AwsError('SerializationException', '');
  }
}

function errorBody(type: string, error: AwsError): string {
  const messageName = CAPITAL_MESSAGE.has(error.code) ? 'Message' : 'message';
  const message = error.message === '' ? {} : { [messageName]: error.message };
  return JSON.stringify({ __type: type, ...message, ...error.members });
}

function sendJsonAnswer(
  service: JsonService,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  answer: string | Buffer,
): void {
  sendBody(response, status, answerHeaders(request, answer, service.isDynamoDb), answer);
}

function answerHeaders(
  request: IncomingMessage,
  body: string | Buffer,
  isDynamoDb: boolean,
): string[] {
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
  if (!isDynamoDb) return ['Content-Type', contentType, 'x-amzn-RequestId', uuidRequestId()];
  return [
    'Content-Type',
    contentType,
    'x-amzn-RequestId',
    dynamoDbRequestId(),
    'x-amz-crc32',
    String(crc32(body)),
  ];
}
