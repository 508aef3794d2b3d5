import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { AwsError } from '../lib/aws-error.js';

/**
 * Answers with a JSON document a line, as they come and as fast as the client takes them. What is thrown before the
 * first is thrown on; later an AwsError becomes the last line, `{"type": "error", "message"}`.
 */
export async function sendLines(
  response: ServerResponse,
  documents: AsyncIterable<object>,
): Promise<void> {
  try {
    for await (const document of documents) {
      if (!response.headersSent)
        response.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8' });
      if (!response.write(`${JSON.stringify(document)}\n`) && !response.destroyed)
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  } catch (error) {
    if (!response.headersSent || !(error instanceof AwsError)) throw error;
    const { code, message } = error;
    response.write(`${JSON.stringify({ type: 'error', code, message })}\n`);
  }
  response.end();
}
