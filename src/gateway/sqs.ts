import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError } from '../lib/aws-error.js';
import type { JsonService } from './json-protocol.js';

/** Ten messages of the largest size, in JSON that escapes much of them. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** What the SQS room offers. */
export interface SqsService {
  invoke(
    operation: string,
    input: unknown,
    caller: { origin: string; signal: AbortSignal },
  ): Promise<object>;
}

/** Codes that are longer in the Query protocol, which the JSON protocol names beside (documented). */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
};

/** An error code in the Query protocol. */
export const sqsQueryCode = (code: string): string => QUERY_CODES[code] ?? code;

/** SQS in its JSON protocol. */
export function sqsJson(sqs: SqsService): JsonService {
  return {
    async invoke(operation, input, request, response) {
      const caller = callerOf(request, response);
      return JSON.stringify(await sqs.invoke(operation, input, caller));
    },
    maxBodyBytes: MAX_BODY_BYTES,
    errorType: (code) => `com.amazonaws.sqs#${code}`,
    errorHeaders: ({ code, status }: AwsError) => [
      'x-amzn-query-error',
      `${sqsQueryCode(code)};${status < 500 ? 'Sender' : 'Receiver'}`,
    ],
    internalErrorCode: 'InternalError',
    isDynamoDb: false,
  };
}

/** How the client reached the server, and whether it still waits. */
export function callerOf(
  request: IncomingMessage,
  response: ServerResponse,
): { origin: string; signal: AbortSignal } {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return { origin: `http://${request.headers.host ?? 'localhost'}`, signal: gone.signal };
}
