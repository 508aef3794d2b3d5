import { Agent } from 'undici';
import { isAwsError } from '../../../src/lib/aws-error.js';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import type { Answer } from './compare.js';

/** Sends one request of `DynamoDB_20120810` or, for the stream's operations, of the Streams API. */
export type Send = (operation: string, input: object) => Promise<Answer>;

const STREAM_OPERATIONS = new Set([
  'ListStreams',
  'DescribeStream',
  'GetShardIterator',
  'GetRecords',
]);

/** Freshet, without the wire. */
export function sendToEngine(db: DynamoDb): Send {
  return async (operation, input) => {
    try {
      const text = STREAM_OPERATIONS.has(operation)
        ? await db.invokeStreams(operation, input)
        : await db.invoke(operation, input);
      return { body: JSON.parse(text) as unknown };
    } catch (error) {
      if (!isAwsError(error)) throw error;
      return { error: error.code, message: error.message };
    }
  };
}

/** A server over HTTP. */
export function sendOverHttp(endpoint: string): { send: Send; close: () => Promise<void> } {
  const agent = new Agent({ connections: 4 });
  const send: Send = async (operation, input) => {
    const service = STREAM_OPERATIONS.has(operation) ? 'DynamoDBStreams' : 'DynamoDB';
    const answer = await agent.request({
      origin: endpoint,
      path: '/',
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${service}_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
      },
      body: JSON.stringify(input),
    });
    const body = JSON.parse(await answer.body.text()) as Record<string, string | undefined>;
    if (answer.statusCode === 200) return { body };
    return {
      error: (body['__type'] ?? '').split('#').at(-1)!,
      message: body['message'] ?? body['Message'] ?? '',
    };
  };
  return { send, close: () => agent.close() };
}
