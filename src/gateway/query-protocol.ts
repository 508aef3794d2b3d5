import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../lib/aws-error.js';
import type { Log } from '../lib/log.js';
import { BodyTooLargeError, readBody, sendBody, unpackBody } from './http.js';
import { toAwsError } from './json-protocol.js';
import { uuidRequestId } from './request-id.js';

/** Ten SQS messages of the largest size, with much in them escaped. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** A service that speaks the Query protocol: forms in, XML out. */
export interface QueryService {
  /** Of its XML. */
  readonly namespace: string;
  /** Whether forms posted there may be for it; `version`: what the form names, once it is read. */
  serves(path: string, version?: string): boolean;
  /** Error code in this protocol for an error code. */
  errorCode(code: string): string;
  /** Performs an action; resolves to the content of its result, as XML. Rejects with AwsError. */
  invoke(
    action: string,
    form: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<string>;
}

/** Whether a request speaks the Query protocol: a form posted where a service takes one. */
export function isQueryRequest(
  request: IncomingMessage,
  path: string,
  services: readonly QueryService[],
): boolean {
  const contentType = request.headers['content-type'] ?? '';
  return (
    request.method === 'POST' &&
    contentType.startsWith('application/x-www-form-urlencoded') &&
    services.some((service) => service.serves(path))
  );
}

/** Answers one request of the Query protocol. `services`: the last one is asked when no other is meant. */
export async function serveQuery(
  services: readonly QueryService[],
  request: IncomingMessage,
  response: ServerResponse,
  checkAccess: (request: IncomingMessage, body: Buffer) => void,
  log: Log,
): Promise<void> {
  const requestId = uuidRequestId();
  const path = (request.url ?? '/').split('?', 1)[0]!;
  let service = services.findLast((candidate) => candidate.serves(path))!;
  try {
    const body = await readBody(request, MAX_BODY_BYTES);
    checkAccess(request, body);
    const form = new URLSearchParams(unpackBody(request, body, MAX_BODY_BYTES).toString('utf8'));
    const version = form.get('Version') ?? '';
    service = services.find((candidate) => candidate.serves(path, version)) ?? service;
    const action = form.get('Action') ?? '';
    if (action === '')
      throw new AwsError('MissingAction', 'The form must contain the parameter Action.');
    const result = await service.invoke(action, form, request, response);
    sendXml(
      response,
      200,
      `<${action}Response xmlns="${service.namespace}">` +
        `<${action}Result>${result}</${action}Result>` +
        `<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata></${action}Response>`,
    );
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const known =
      error instanceof BodyTooLargeError
        ? new AwsError('RequestEntityTooLarge', error.message, { status: 413 })
        : toAwsError(error, 'InternalFailure', log, 'Query');
    sendXml(
      response,
      known.status,
      `<ErrorResponse xmlns="${service.namespace}"><Error>` +
        element('Type', known.status < 500 ? 'Sender' : 'Receiver') +
        element('Code', service.errorCode(known.code)) +
        element('Message', known.message) +
        `<Detail/></Error>${element('RequestId', requestId)}</ErrorResponse>`,
    );
  }
}

/** An XML element that holds text. */
export function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  sendBody(response, status, ['Content-Type', 'text/xml'], xml);
}

/** Line ends, too: a parser would make them one. What XML cannot hold at all is replaced. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[<>&'"\r\n\t]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
