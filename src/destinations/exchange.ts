import { constants, createGunzip, createInflate } from 'node:zlib';
import type { Gunzip, Inflate } from 'node:zlib';
import type { IncomingHttpHeaders } from 'node:http';
import type { Client, Dispatcher } from 'undici';
import {
  AnswerEncodingError,
  AnswerTooLongError,
  CancelledError,
  TimeLimitError,
} from './failure.js';
import type { Phase } from './failure.js';
import type { OutgoingRequest } from './request.js';
import type { Limited, TimeLimits } from './time-limits.js';

/** As much of a delivery's answer is kept as text. */
export const TEXT_CHARACTERS = 1024;
const MAX_BYTES_PER_CHARACTER = 4;

/** How much of an answer is read. */
export interface AnswerLimits {
  /** Of the text that is kept. */
  readonly characters: number;
  /** Bytes of body, as they travel. */
  readonly bytes: number;
  /** Whether a longer answer is a failure. Otherwise its status is enough, and the rest is not read. */
  readonly whole: boolean;
}

/** Of deliveries: 1 MiB (inferred from the Range header that AWS sends). */
export const BEGINNING: AnswerLimits = {
  characters: TEXT_CHARACTERS,
  bytes: 1_048_576,
  whole: false,
};
/** Of enrichments: 6 MB (documented). */
export const WHOLE: AnswerLimits = { characters: 6_291_456, bytes: 6_291_456, whole: true };

/** Who started an exchange, and is told of it. */
export interface ExchangeOwner {
  /** The request is about to be written to a connection. */
  written(): void;
  /** The result is known. Comes once. */
  settled(): void;
  /** The connection is free again, or gone. Comes once, at the same time as `settled` but before it, or later. */
  gone(failed: boolean): void;
}

/**
 * One request and its answer on a connection of a pool. What became of it can be read after `settled`. The
 * time limit runs from `start` to the end of the answer's body, connecting included.
 */
export class Exchange implements Dispatcher.DispatchHandler, Limited {
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
  readonly #limits: AnswerLimits;
  previous: Limited | undefined;
  next: Limited | undefined;
  waits = false;
  deadline = 0;
  #timeLimits: TimeLimits | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #gone = false;
  #encoding: string | undefined;
  readonly #kept: Buffer[] = [];

  constructor(owner: ExchangeOwner, limits = BEGINNING) {
    this.#owner = owner;
    this.#limits = limits;
  }

  start(
    client: Client,
    method: string,
    request: OutgoingRequest,
    options: { timeLimits: TimeLimits; connectionClose: boolean },
  ): void {
    this.#timeLimits = options.timeLimits;
    options.timeLimits.begin(this);
    client.dispatch(
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

  timeOver(): void {
    this.abort(new TimeLimitError('time limit'));
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
    if (this.bytes === 0) return '';
    const kept = this.#kept.length === 1 ? this.#kept[0]! : Buffer.concat(this.#kept);
    const { characters } = this.#limits;
    if (this.#encoding === undefined || this.#encoding === 'identity')
      return textOf(kept, characters);
    return this.#inflate(kept, this.#encoding);
  }

  /** Unpacks the beginning of a compressed body, no further than the text needs (it may be a bomb). */
  #inflate(bytes: Buffer, encoding: string): Promise<string> {
    const { characters, whole } = this.#limits;
    const stream = decoder(encoding);
    if (stream === undefined) {
      if (whole) this.error = new AnswerEncodingError(encoding);
      return Promise.resolve('');
    }
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (fault?: Error): void => {
        if (whole && fault !== undefined) this.error = fault;
        stream.destroy();
        resolve(textOf(Buffer.concat(chunks), characters));
      };
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= characters * MAX_BYTES_PER_CHARACTER)
          finish(new AnswerTooLongError('the unpacked answer is too long'));
      });
      stream.on('end', () => finish());
      stream.on('error', () => finish(new AnswerEncodingError(encoding)));
      stream.end(bytes);
    });
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
    const { characters, bytes, whole } = this.#limits;
    if (this.bytes < characters * MAX_BYTES_PER_CHARACTER) this.#kept.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes <= bytes || this.#settled) return;
    const error = new AnswerTooLongError(`the answer is longer than ${String(bytes)} bytes`);
    // Where the rest is of no use the status is an answer, not a failure.
    this.#settle(whole ? error : undefined);
    controller.abort(error);
  }

  /** What is sent in here goes out on this connection without a further turn of the event loop. */
  onResponseEnd(): void {
    this.#leave(false);
    this.#settle(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    // Not in here: until this returns the client is not ready for another request.
    queueMicrotask(() => {
      this.#leave(true);
      this.#settle(error);
    });
  }

  #settle(error: Error | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#timeLimits?.end(this);
    this.error = error;
    this.#owner.settled();
  }

  #leave(failed: boolean): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#owner.gone(failed);
  }
}

function textOf(bytes: Buffer, characters: number): string {
  return bytes.toString('utf8', 0, characters * MAX_BYTES_PER_CHARACTER).slice(0, characters);
}

/** Undefined for a coding that was not asked for. */
function decoder(encoding: string): Gunzip | Inflate | undefined {
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip(options);
  return encoding === 'deflate' ? createInflate(options) : undefined;
}
