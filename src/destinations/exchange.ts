import { constants, createGunzip, createInflate } from 'node:zlib';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { CancelledError, TimeLimitError } from './failure.js';
import type { Phase } from './failure.js';
import type { OutgoingRequest } from './request.js';

/** More of an answer is not read (inferred from the Range header that AWS sends). */
const MAX_BODY_BYTES = 1_048_576;
/** As much of a delivery's answer is kept as text. */
export const TEXT_CHARACTERS = 1024;
const MAX_BYTES_PER_CHARACTER = 4;

/** Who started an exchange, and is told of it. */
export interface ExchangeOwner {
  /** The request is about to be written to a connection. */
  written(): void;
  /** The result is known. Comes once. */
  settled(): void;
  /** The connection is free again, or gone. Comes once, at the same time or after `settled`. */
  gone(): void;
}

/**
 * One request and its answer on a connection of a pool. What became of it can be read after `settled`. The
 * time limit runs from `start` to the end of the answer's body, connecting included.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Status of the final answer; undefined when none came. */
  status: number | undefined;
  retryAfter: string | undefined;
  location: string | undefined;
  /** Why there is no whole answer. */
  error: Error | undefined;
  phase: Phase = 'connecting';
  /** Bytes of body that came, as they travelled. */
  bytes = 0;

  readonly #owner: ExchangeOwner;
  readonly #textCharacters: number;
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #gone = false;
  #encoding: string | undefined;
  #kept: Buffer | undefined;

  /** `textCharacters`: how much of the answer's body to keep. */
  constructor(owner: ExchangeOwner, textCharacters = TEXT_CHARACTERS) {
    this.#owner = owner;
    this.#textCharacters = textCharacters;
  }

  start(
    pool: Pool,
    method: string,
    request: OutgoingRequest,
    options: { timeLimitMs: number; connectionClose: boolean },
  ): void {
    this.#timer = setTimeout(onTimeLimit, options.timeLimitMs, this);
    pool.dispatch(
      {
        method,
        path: request.path,
        headers: request.headers,
        body: request.body,
        // The time limit here covers the whole exchange; undici's own would only cost.
        headersTimeout: 0,
        bodyTimeout: 0,
        ...(options.connectionClose && { reset: true }),
      },
      this,
    );
  }

  /** Ends it with `error` unless it has ended already. */
  abort(error: Error = new CancelledError('called off')): void {
    this.#settle(error);
    // Before the request is on a connection there is no controller yet: see onRequestStart.
    this.#controller?.abort(error);
  }

  /**
   * The beginning of the body as text; at once unless it is compressed. What does not decode is left out.
   */
  text(): string | Promise<string> {
    const kept = this.#kept;
    if (!kept || this.bytes === 0) return '';
    if (this.#encoding === undefined || this.#encoding === 'identity')
      return textOf(kept, this.#textCharacters);
    return inflate(kept, this.#encoding, this.#textCharacters);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      // It was given up while it waited for its connection: nothing must be sent any more.
      controller.abort(this.error ?? new CancelledError('called off'));
      return;
    }
    this.#controller = controller;
    this.phase = 'waiting';
    this.#owner.written();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return; // an informational answer before the final one
    this.status = status;
    this.phase = 'reading';
    this.retryAfter = headers['retry-after'];
    this.location = headers.location;
    this.#encoding = headers['content-encoding']?.trim().toLowerCase();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.bytes < this.#textCharacters * MAX_BYTES_PER_CHARACTER)
      this.#kept = this.#kept ? Buffer.concat([this.#kept, chunk]) : chunk;
    this.bytes += chunk.length;
    if (this.bytes > MAX_BODY_BYTES && !this.#settled) {
      // The status is known and the rest is of no use: that is an answer, not a failure.
      this.#settle(undefined);
      controller.abort(new CancelledError('the answer is longer than 1 MiB'));
    }
  }

  onResponseEnd(): void {
    this.#settle(undefined);
    this.#leave();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#settle(error);
    this.#leave();
  }

  #settle(error: Error | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.error = error;
    this.#owner.settled();
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#owner.gone();
  }
}

function onTimeLimit(exchange: Exchange): void {
  exchange.abort(new TimeLimitError('time limit'));
}

function textOf(bytes: Buffer, characters: number): string {
  return bytes.toString('utf8', 0, characters * MAX_BYTES_PER_CHARACTER).slice(0, characters);
}

/** Unpacks the beginning of a compressed body, no further than the text needs (it may be a bomb). */
function inflate(bytes: Buffer, encoding: string, characters: number): Promise<string> {
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  const stream =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip(options)
      : encoding === 'deflate'
        ? createInflate(options)
        : undefined;
  if (!stream) return Promise.resolve('');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (): void => {
      stream.destroy();
      resolve(textOf(Buffer.concat(chunks), characters));
    };
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= characters * MAX_BYTES_PER_CHARACTER) finish();
    });
    stream.on('end', finish);
    stream.on('error', finish);
    stream.end(bytes);
  });
}
