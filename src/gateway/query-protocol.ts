import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../lib/aws-error.js';
import type { Log } from '../lib/log.js';
import { BodyTooLargeError, readBody, sendBody, unpackBody } from './http.js';
import { toAwsError } from './json-protocol.js';
import { uuidRequestId } from './request-id.js';

const MAX_BODY_BYTES = 64 * 1024;
const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** What STS GetCallerIdentity answers. */
export interface CallerIdentity {
  Arn: string;
  UserId: string;
  Account: string;
}

/** Whether a request speaks the Query protocol: a form posted to `/`. */
export function isQueryRequest(request: IncomingMessage, path: string): boolean {
  const contentType = request.headers['content-type'] ?? '';
  return (
    request.method === 'POST' &&
    path === '/' &&
    contentType.startsWith('application/x-www-form-urlencoded')
  );
}

/** Answers one request of the Query protocol; STS GetCallerIdentity is what there is. */
export async function serveQuery(
  identity: CallerIdentity,
  request: IncomingMessage,
  response: ServerResponse,
  checkAccess: (request: IncomingMessage, body: Buffer) => void,
  log: Log,
): Promise<void> {
  const requestId = uuidRequestId();
  try {
    const body = await readBody(request, MAX_BODY_BYTES);
    checkAccess(request, body);
    const form = unpackBody(request, body, MAX_BODY_BYTES).toString('utf8');
    const action = new URLSearchParams(form).get('Action') ?? '';
    if (action !== 'GetCallerIdentity')
      throw new AwsError(
        'InvalidAction',
        `Could not find operation ${action} for version 2011-06-15`,
      );
    sendXml(
      response,
      200,
      `<GetCallerIdentityResponse xmlns="${STS_NAMESPACE}"><GetCallerIdentityResult>` +
        `<Arn>${escapeXml(identity.Arn)}</Arn><UserId>${escapeXml(identity.UserId)}</UserId>` +
        `<Account>${escapeXml(identity.Account)}</Account></GetCallerIdentityResult>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
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
      `<ErrorResponse xmlns="${STS_NAMESPACE}"><Error><Type>${known.status < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${escapeXml(known.code)}</Code><Message>${escapeXml(known.message)}</Message></Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  }
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  sendBody(response, status, ['Content-Type', 'text/xml'], xml);
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
