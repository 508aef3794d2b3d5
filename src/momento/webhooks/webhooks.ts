import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import { PrivateFile } from '../../lib/private-file.js';
import type { Caches } from '../caches.js';
import { cacheNotFound, invalidArgument, MomentoError } from '../momento-error.js';
import { checkTopicName, type PublishedMessage } from '../topics.js';
import { WebhookLine, type Post, type Webhook } from './webhook-line.js';

export interface WebhooksOptions {
  store: Caches;
  /** Sends to the webhooks' URLs, where that is allowed. */
  post: Post;
  /** File that keeps them; without it they go with the process. */
  file?: string;
  clock: Clock;
  log: Log;
}

const SECRET_BYTES = 24;
const MAX_NAME_BYTES = 255;
/** Of one cache. Momento documents none. */
const MAX_WEBHOOKS = 100;

/** Webhooks of the caches' topics: each message of their topic is posted to them, signed. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #file: PrivateFile<Webhook[]> | undefined;
  readonly #webhooks: Webhook[];
  readonly #lines = new Map<string, WebhookLine>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#file =
      options.file === undefined
        ? undefined
        : new PrivateFile(options.file, 'mend it, or remove it and put the webhooks anew');
    this.#webhooks = this.#file?.read() ?? [];
    options.store.onDeleted((cacheName) =>
      this.#remove((webhook) => webhook.cacheName === cacheName),
    );
  }

  /**
   * Makes a webhook, or points the one of this name elsewhere; its secret stays (inferred). Returns the secret.
   * Throws NOT_FOUND (no such cache), INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
   */
  put({ cacheName, webhookName, topicName, url }: Omit<Webhook, 'secret'>): string {
    const others = this.list(cacheName);
    checkTopicName(topicName);
    checkUrl(url);
    if (webhookName.trim() === '' || Buffer.byteLength(webhookName) > MAX_NAME_BYTES)
      throw invalidArgument(
        `A webhook's name has 1 to ${MAX_NAME_BYTES} bytes, not only blanks; choose another one.`,
      );
    const known = others.find((webhook) => webhook.webhookName === webhookName);
    if (known !== undefined) Object.assign(known, { topicName, url });
    else if (others.length >= MAX_WEBHOOKS)
      throw new MomentoError(
        'RESOURCE_EXHAUSTED',
        `The cache has ${MAX_WEBHOOKS} webhooks, the most there can be. Delete some first.`,
      );
    const secret = known?.secret ?? newSecret();
    if (known === undefined)
      this.#webhooks.push({ cacheName, webhookName, topicName, url, secret });
    this.#write();
    return secret;
  }

  /** Throws NOT_FOUND when there is no such cache. */
  list(cacheName: string): Webhook[] {
    if (this.#options.store.find(cacheName) === undefined) throw cacheNotFound(cacheName);
    return this.#webhooks.filter((webhook) => webhook.cacheName === cacheName);
  }

  /** Throws NOT_FOUND when there is no such webhook (inferred). */
  delete(cacheName: string, webhookName: string): void {
    const found = this.find(cacheName, webhookName);
    this.#remove((webhook) => webhook === found);
  }

  /** Throws NOT_FOUND when there is no such webhook. */
  find(cacheName: string, webhookName: string): Webhook {
    const found = this.list(cacheName).find((webhook) => webhook.webhookName === webhookName);
    if (found !== undefined) return found;
    throw new MomentoError(
      'NOT_FOUND',
      `The cache '${cacheName}' has no webhook '${webhookName}'. Put one, or list those there are.`,
    );
  }

  /** Signs with a new secret from now on, and returns it. Throws NOT_FOUND. */
  rotateSecret(cacheName: string, webhookName: string): string {
    const webhook = this.find(cacheName, webhookName);
    webhook.secret = newSecret();
    this.#write();
    return webhook.secret;
  }

  /** Sends a message to the webhooks of its topic. */
  published(message: PublishedMessage): void {
    for (const webhook of this.#webhooks)
      if (webhook.cacheName === message.cacheName && webhook.topicName === message.topicName)
        this.#lineOf(webhook).push(message);
  }

  /** Drops what has not been sent. */
  close(): void {
    for (const line of this.#lines.values()) line.close();
  }

  #lineOf(webhook: Webhook): WebhookLine {
    const id = idOf(webhook);
    let line = this.#lines.get(id);
    if (line === undefined) {
      line = new WebhookLine(() => webhook, this.#options);
      this.#lines.set(id, line);
    }
    return line;
  }

  #remove(which: (webhook: Webhook) => boolean): void {
    const removed = this.#webhooks.filter(which);
    if (removed.length === 0) return;
    for (const webhook of removed) {
      this.#webhooks.splice(this.#webhooks.indexOf(webhook), 1);
      this.#lines.get(idOf(webhook))?.close();
      this.#lines.delete(idOf(webhook));
    }
    this.#write();
  }

  #write(): void {
    this.#file?.write(this.#webhooks);
  }
}

function idOf({ cacheName, webhookName }: Webhook): string {
  return JSON.stringify([cacheName, webhookName]);
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'https:' || parsed?.protocol === 'http:') return;
  throw invalidArgument(
    `The destination '${url.slice(0, 200)}' is no URL to post to; give one that begins with https:// or http://.`,
  );
}
