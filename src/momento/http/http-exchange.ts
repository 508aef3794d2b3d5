import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError } from '../../lib/aws-error.js';

/**
 * A body that is not wanted is read and thrown away up to here, so that the client gets to read its answer
 * instead of a broken connection; beyond it the connection is closed with the answer.
 */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;
/** Seconds that browsers may remember a preflight's answer; the most that Chromium does. */
const PREFLIGHT_MAX_AGE = '7200';
const CORS_METHODS = 'GET, PUT, POST, DELETE, OPTIONS';
const CORS_HEADERS = 'Authorization, Content-Type';

/** One HTTP request and its answer, in the way all of Momento's HTTP API answers. */
export class HttpExchange {
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #allowOrigin: string;
  #discarded: Promise<void> | undefined;

  /** `allowOrigin`: the origin whose pages may read answers; `*` is any. */
  constructor(request: IncomingMessage, response: ServerResponse, allowOrigin: string) {
    this.request = request;
    this.#response = response;
    this.#allowOrigin = allowOrigin;
  }

  /** Whether the client has gone, so that no answer reaches it. */
  get isGone(): boolean {
    return this.#response.destroyed;
  }

  /** Calls `listener` when the client goes or has its answer. */
  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }

  /**
   * The whole body; `'too large'` beyond `limit` bytes; `'gone'` when the client went before its end.
   * Memory for at most `limit` bytes is held.
   */
  readBody(limit: number): Promise<Buffer | 'too large' | 'gone'> {
    const { request } = this;
    if (Number(request.headers['content-length']) > limit)
      return this.discardBody().then(() => 'too large' as const);
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const onData = (chunk: Buffer): void => {
        length += chunk.length;
        if (length <= limit) {
          chunks.push(chunk);
          return;
        }
        chunks.length = 0;
        request.off('data', onData);
        void this.discardBody().then(() => resolve('too large'));
      };
      request.on('data', onData);
      request.once('end', () => {
        if (length <= limit) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      });
      request.once('close', () => resolve(length <= limit ? 'gone' : 'too large'));
    });
  }

  /** Resolves when the body has been thrown away, or more of it comes than is worth reading. */
  discardBody(): Promise<void> {
    this.#discarded ??= this.#discard();
    return this.#discarded;
  }

  #discard(): Promise<void> {
    const { request } = this;
    const announced = Number(request.headers['content-length'] ?? 0);
    const isChunked = request.headers['transfer-encoding'] !== undefined;
    if (request.complete || (!isChunked && announced === 0)) return Promise.resolve();
    return new Promise((resolve) => {
      let length = 0;
      const check = (): void => {
        if (Math.max(length, announced) <= MAX_DISCARDED_BYTES) return;
        this.#response.shouldKeepAlive = false;
        resolve();
      };
      request.on('data', (chunk: Buffer) => {
        length += chunk.length;
        check();
      });
      request.once('end', resolve);
      request.once('close', resolve);
      check();
    });
  }

  /** 200 with a value, byte for byte. */
  sendValue(value: Buffer): void {
    this.#send(200, ['Content-Type', 'application/octet-stream'], value);
  }

  sendJson(status: number, document: unknown): void {
    this.#send(status, ['Content-Type', 'application/json'], JSON.stringify(document));
  }

  /** 204: done, nothing to say. */
  sendDone(): void {
    this.#send(204, [], undefined);
  }

  /** Answers an error in the form `{"code", "message", "err"?}`, once the request's body has been read. */
  async sendError(error: AwsError): Promise<void> {
    await this.discardBody();
    const { code, message, members, status } = error;
    this.sendJson(status, { code, message, ...members });
  }

  /** 405, naming the methods that there are. */
  async sendWrongMethod(allowed: string): Promise<void> {
    await this.discardBody();
    const message = `${this.request.method ?? ''} is not served here; use one of ${allowed}.`;
    this.#send(
      405,
      ['Content-Type', 'application/json', 'Allow', allowed],
      JSON.stringify({ code: 'Method Not Allowed', message }),
    );
  }

  /** Answers a browser that asks whether a page of another origin may send its request. */
  sendPreflight(): void {
    this.#send(
      204,
      [
        'Access-Control-Allow-Methods',
        CORS_METHODS,
        'Access-Control-Allow-Headers',
        CORS_HEADERS,
        'Access-Control-Max-Age',
        PREFLIGHT_MAX_AGE,
      ],
      undefined,
    );
  }

  #send(status: number, headers: string[], body: Buffer | string | undefined): void {
    if (this.isGone) return;
    headers.push('Access-Control-Allow-Origin', this.#allowOrigin);
    if (this.#allowOrigin !== '*') headers.push('Vary', 'Origin');
    if (body === undefined) {
      this.#response.writeHead(status, headers).end();
      return;
    }
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    headers.push('Content-Length', String(length));
    this.#response.writeHead(status, headers).end(body);
  }
}
