import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';

/** A request body beyond its limit. The door answers it in its protocol's own form. */
export class BodyTooLargeError extends Error {}

/** A body that is not in the encoding that it says it is in, or in one that is not known. */
export class BodyEncodingError extends Error {}

/**
 * Reads a whole request body of at most `limit` bytes. Rejects with {@link BodyTooLargeError} beyond it:
 * what follows is then thrown away as it arrives, so that the client still gets to read its answer.
 * Rejects with the stream's own error when the client goes away.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(new BodyTooLargeError(`The request body is larger than ${String(limit)} bytes.`));
      }
    });
    request.on('end', () => {
      if (length <= limit)
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
    });
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete)
        reject(new Error('The client went away before its request was complete.'));
    });
  });
}

/** Encodings that leave a body as it is; older SDKs name `amz-1.0` for plain JSON. */
const PLAIN: ReadonlySet<string | undefined> = new Set([undefined, 'identity', 'amz-1.0']);

/** `deflate` is the zlib format (RFC 9110). */
const UNPACKERS: ReadonlyMap<
  string | undefined,
  (body: Buffer, options: { maxOutputLength: number }) => Buffer
> = new Map([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
]);

/**
 * The content of a body that {@link readBody} read: clients sign it as it travels, packed. Throws
 * {@link BodyEncodingError}, and {@link BodyTooLargeError} when there is more than `limit` bytes in it.
 */
export function unpackBody(request: IncomingMessage, body: Buffer, limit: number): Buffer {
  const encoding = request.headers['content-encoding'];
  if (PLAIN.has(encoding)) return body;
  const unpack = UNPACKERS.get(encoding);
  if (!unpack)
    throw new BodyEncodingError(
      `The content encoding '${String(encoding)}' is not known. Send the request plain, as gzip or as deflate.`,
    );
  try {
    return unpack(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new BodyTooLargeError(
        `The request body holds more than ${String(limit)} bytes. Send a smaller one.`,
      );
    throw new BodyEncodingError(
      `The request body is not valid ${String(encoding)}. Send it complete, or plain.`,
      { cause: error },
    );
  }
}

interface Answer {
  response: ServerResponse;
  status: number;
  headers: string[];
  body: Buffer | string;
}

/** Answers of this turn of the event loop. */
let answers: Answer[] = [];

/**
 * Sends a complete answer. Header names and values alternate in `headers`.
 *
 * The answers of one turn of the event loop leave together: a client that waits for several is woken once,
 * which on a busy machine costs more than making them.
 */
export function sendBody(
  response: ServerResponse,
  status: number,
  headers: string[],
  body: Buffer | string,
): void {
  if (answers.push({ response, status, headers, body }) === 1) setImmediate(sendAll);
}

function sendAll(): void {
  const all = answers;
  answers = [];
  for (const { response, status, headers, body } of all) {
    if (response.destroyed || response.headersSent) continue;
    headers.push(
      'Content-Length',
      String(typeof body === 'string' ? Buffer.byteLength(body) : body.length),
    );
    response.writeHead(status, headers);
    response.end(body);
  }
}

/** Sends a JSON document. */
export function sendJson(response: ServerResponse, status: number, document: unknown): void {
  sendBody(response, status, ['Content-Type', 'application/json'], JSON.stringify(document));
}
