import { connect, type Socket } from 'node:net';

const HEADER_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/**
 * One kept-alive HTTP/1.1 connection that sends ready-made requests one after the other. It does no more
 * than find where each answer ends, so that on few cores the server is measured and not its client.
 */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #length = 0;
  #settle: { resolve: (answer: Buffer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the server closed the connection')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends one request and resolves to its whole answer, headers included. */
  send(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received, this.#length);
    this.#received = [all];
    if (!isComplete(all)) return;
    this.#received = [];
    this.#length = 0;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(all);
  }
}

function isComplete(answer: Buffer): boolean {
  const end = answer.indexOf(HEADER_END);
  if (end < 0) return false;
  const head = answer.toString('latin1', 0, end);
  const length = /content-length: *(\d+)/i.exec(head);
  if (length) return answer.length >= end + 4 + Number(length[1]);
  if (/transfer-encoding: *chunked/i.test(head))
    return answer.subarray(answer.length - LAST_CHUNK.length).equals(LAST_CHUNK);
  throw new Error(`no length in the answer: ${head}`);
}

export const statusOf = (answer: Buffer): number => Number(answer.toString('latin1', 9, 12));

/** A request of the DynamoDB API as bytes. Every peer accepts any signature in form. */
export function wireRequest(operation: string, input: object): Buffer {
  const body = JSON.stringify(input);
  return Buffer.from(
    [
      'POST / HTTP/1.1',
      'Host: 127.0.0.1',
      'Content-Type: application/x-amz-json-1.0',
      `X-Amz-Target: DynamoDB_20120810.${operation}`,
      'X-Amz-Date: 20260101T000000Z',
      'Authorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000',
      `Content-Length: ${String(Buffer.byteLength(body))}`,
      '',
      body,
    ].join('\r\n'),
  );
}
