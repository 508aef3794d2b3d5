import { isAwsError } from '../../../src/lib/aws-error.js';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import { isOfStreams, Wire } from '../../support/wire.js';
import type { Answer } from './compare.js';

/** Sends one request of `DynamoDB_20120810` or, for the stream's operations, of the Streams API. */
export type Send = (operation: string, input: object) => Promise<Answer>;

/** Freshet, without the wire. */
export function sendToEngine(db: DynamoDb): Send {
  return async (operation, input) => {
    try {
      const text = isOfStreams(operation)
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
  const wire = new Wire(endpoint, { connections: 4 });
  const send: Send = async (operation, input) => {
    const { status, text } = await wire.post(operation, JSON.stringify(input));
    const body = JSON.parse(text) as Record<string, string | undefined>;
    if (status === 200) return { body };
    return {
      error: (body['__type'] ?? '').split('#').at(-1)!,
      message: body['message'] ?? body['Message'] ?? '',
    };
  };
  return { send, close: () => wire.close() };
}
