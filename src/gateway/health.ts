import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { corsHeaders } from './cors.js';
import { sendBody } from './http.js';
import { dynamoDbRequestId } from './request-id.js';

/** `GET /` as DynamoDB's endpoints answer it (recorded); tools wait for it until a server is ready. */
export function serveHealth(
  request: IncomingMessage,
  response: ServerResponse,
  region: string,
): void {
  const body = `healthy: dynamodb.${region}.amazonaws.com `;
  const headers = ['x-amzn-RequestId', dynamoDbRequestId(), 'x-amz-crc32', String(crc32(body))];
  sendBody(
    response,
    200,
    [...headers, 'Content-Type', 'text/plain', ...corsHeaders(request)],
    body,
  );
}
