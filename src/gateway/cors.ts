import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendBody } from './http.js';
import { dynamoDbRequestId } from './request-id.js';

/** For how long browsers keep what a preflight allowed, in seconds (recorded). */
const MAX_AGE_SECONDS = '172800';
/** Recorded that there are some; which is what the SDKs read. */
const EXPOSED = 'x-amzn-RequestId, x-amzn-ErrorType, x-amz-crc32';

/**
 * Headers for a script of a page (recorded of DynamoDB): none when the request is not of one. Every origin that
 * gets to its answer is let in: strangers were refused before.
 */
export function corsHeaders(request: IncomingMessage): string[] {
  if (request.headers.origin === undefined) return [];
  return ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', EXPOSED];
}

/** Whether a browser asks what a page's script may send. */
export function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && request.headers.origin !== undefined;
}

/** Allows what the browser asks for, as DynamoDB does (recorded). */
export function servePreflight(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const headers = ['x-amzn-RequestId', dynamoDbRequestId(), ...corsHeaders(request)];
  const wanted = [
    ['Access-Control-Allow-Headers', request.headers['access-control-request-headers']],
    ['Access-Control-Allow-Methods', request.headers['access-control-request-method']],
  ] as const;
  for (const [name, value] of wanted) if (value !== undefined) headers.push(name, value);
  sendBody(response, 200, [...headers, 'Access-Control-Max-Age', MAX_AGE_SECONDS], '');
}
