import type { Log } from '../../lib/log.js';
import type { Clock } from '../../lib/clock.js';
import type { PublishedMessage } from '../topics.js';
import { webhookRequest } from './webhook-request.js';

/** Posts to a URL; resolves to the answer's status, rejects when none comes before `signal` aborts. */
export type Post = (
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
) => Promise<number>;

/** Where a webhook leads, and what its messages are signed with. */
export interface Webhook {
  cacheName: string;
  webhookName: string;
  topicName: string;
  url: string;
  secret: string;
}

/** An answer that takes longer is none, and the message is dropped (documented). */
const TIME_LIMIT_MS = 5_000;
/** Messages of one webhook that wait; what comes when there are as many is dropped. */
const MAX_WAITING = 1_000;
/** Failures of one webhook are told so often at most. */
const LOG_GAP_MS = 10_000;

/** Messages of one webhook on their way: one after the other, each tried once, as the service does. */
export class WebhookLine {
  readonly #webhook: () => Webhook;
  readonly #options: { post: Post; clock: Clock; log: Log };
  readonly #waiting: PublishedMessage[] = [];
  readonly #end = new AbortController();
  #isSending = false;
  #lost = 0;
  #toldAt = -Infinity;

  /** `webhook` tells what it is like now: secret and URL may change while messages wait. */
  constructor(webhook: () => Webhook, options: { post: Post; clock: Clock; log: Log }) {
    this.#webhook = webhook;
    this.#options = options;
  }

  push(message: PublishedMessage): void {
    if (this.#waiting.length >= MAX_WAITING) this.#drop(`${MAX_WAITING} messages wait already`);
    else this.#waiting.push(message);
    if (!this.#isSending) void this.#send();
  }

  /** Drops what waits, and what is on its way. */
  close(): void {
    this.#waiting.length = 0;
    this.#end.abort();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    for (;;) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      const { url, secret } = this.#webhook();
      const { headers, body } = webhookRequest(message, secret, this.#options.clock.now());
      const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
      try {
        const status = await this.#options.post(url, headers, body, signal);
        if (status < 200 || status > 299) this.#drop(`it answered ${status}`);
      } catch (error) {
        if (!this.#end.signal.aborted) this.#drop(reasonOf(error));
      }
    }
    this.#isSending = false;
  }

  #drop(reason: string): void {
    this.#lost += 1;
    const now = this.#options.clock.now();
    if (now - this.#toldAt < LOG_GAP_MS) return;
    this.#toldAt = now;
    const { cacheName, webhookName } = this.#webhook();
    this.#options.log.warn('Messages to a webhook are lost; subscribers still get them', {
      cache: cacheName,
      webhook: webhookName,
      messages: this.#lost,
      reason,
    });
    this.#lost = 0;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'TimeoutError' ? `no answer within ${TIME_LIMIT_MS} ms` : error.message;
}
