import { systemClock, type Clock } from '../lib/clock.js';
import type { Caches } from './caches.js';
import { MAX_MESSAGE_BYTES, MAX_SUBSCRIPTIONS, MAX_TOPICS } from './limits.js';
import { cacheNotFound, invalidArgument, MomentoError } from './momento-error.js';

/** What a topic keeps for subscribers that come back; the last message is kept in any case. */
const MAX_REPLAYED_MESSAGES = 1000;
const MAX_REPLAYED_BYTES = 256 * 1024;
const MAX_TOPIC_NAME_BYTES = 255;

/** A message as it was published. */
export interface PublishedMessage {
  cacheName: string;
  topicName: string;
  sequenceNumber: number;
  /** Epoch milliseconds. */
  publishedAt: number;
  value: TopicValue;
  /** The id of the token that it was published with, if that has one. */
  publisherId?: string;
}

export type TopicValue = { text: string } | { binary: Buffer };

export interface TopicMessage {
  /** Counts from 1 within a page. */
  sequenceNumber: number;
  value: TopicValue;
  /** The id of the token that it was published with, if that has one. */
  publisherId?: string;
  /** Bytes of the value. */
  size: number;
}

/** Numbers that a subscriber will not see, or that begin anew. */
export interface Discontinuity {
  lastTopicSequence: number;
  newTopicSequence: number;
  newSequencePage: number;
}

/** What a subscriber gets at one time: perhaps a break in the numbers, then messages in their order. */
export interface TopicRead {
  page: number;
  discontinuity?: Discontinuity;
  messages: readonly TopicMessage[];
}

interface Topic {
  readonly cacheName: string;
  /** Names one life of the topic; larger than any before it. */
  readonly page: number;
  last: number;
  /** The newest messages, oldest first. */
  readonly tail: TopicMessage[];
  tailBytes: number;
  readonly waiting: Set<() => void>;
}

/**
 * Topics of the caches: messages go to those who wait, and a bounded tail of them to those who come back.
 * A topic is made by its first use; when there are too many, one that nobody waits for and that was used
 * longest ago makes room.
 */
export class Topics {
  readonly #store: Caches;
  readonly #clock: Clock;
  readonly #onPublished: (message: PublishedMessage) => void;
  /** By cache and topic name; the one used last comes last. */
  readonly #topics = new Map<string, Topic>();
  #lastPage = 0;
  #subscriptions = 0;

  /** `onPublished` is told of each message that this process publishes. */
  constructor(options: {
    store: Caches;
    clock?: Clock;
    onPublished?: (message: PublishedMessage) => void;
  }) {
    this.#store = options.store;
    this.#clock = options.clock ?? systemClock;
    this.#onPublished = options.onPublished ?? (() => undefined);
    options.store.onDeleted((name) => this.#deleteAll(name));
  }

  /**
   * Publishes a message, whether or not anyone listens. Throws NOT_FOUND (no such cache), INVALID_ARGUMENT
   * (topic name), RESOURCE_EXHAUSTED (too large, too many topics).
   */
  publish(cacheName: string, topicName: string, value: TopicValue, publisherId?: string): void {
    const size = 'text' in value ? Buffer.byteLength(value.text) : value.binary.length;
    if (size > MAX_MESSAGE_BYTES) throw messageTooLarge();
    const topic = this.#use(cacheName, topicName);
    topic.last += 1;
    topic.tail.push({
      sequenceNumber: topic.last,
      value,
      size,
      ...(publisherId !== undefined && { publisherId }),
    });
    topic.tailBytes += size;
    while (
      topic.tail.length > MAX_REPLAYED_MESSAGES ||
      (topic.tailBytes > MAX_REPLAYED_BYTES && topic.tail.length > 1)
    )
      topic.tailBytes -= topic.tail.shift()!.size;
    wake(topic);
    this.#onPublished({
      cacheName,
      topicName,
      sequenceNumber: topic.last,
      publishedAt: this.#clock.now(),
      value,
      ...(publisherId !== undefined && { publisherId }),
    });
  }

  /**
   * What is there for a subscriber that expects number `next` of `page`; waits for it until `signal` aborts,
   * and resolves to undefined then. 0 as `next` means only what comes from now on; 0 as `page` means the
   * topic's present one. Throws as {@link publish} does, NOT_FOUND also when the cache is deleted meanwhile.
   */
  async read(
    cacheName: string,
    topicName: string,
    next: number,
    page: number,
    signal: AbortSignal,
  ): Promise<TopicRead | undefined> {
    let topic = this.#use(cacheName, topicName);
    const isSamePage = page === 0 || page === topic.page;
    const coming = topic.last + 1;
    // A number from the future can only be a subscriber's miscount; it must not cost it messages.
    const from = isSamePage ? Math.min(next === 0 ? coming : next, coming) : next;
    const knownPage = isSamePage ? topic.page : page;
    for (;;) {
      const found = available(topic, from, knownPage);
      if (found !== undefined) return found;
      if (signal.aborted) return undefined;
      await this.#wait(topic, signal);
      topic = this.#use(cacheName, topicName);
    }
  }

  async #wait(topic: Topic, signal: AbortSignal): Promise<void> {
    if (this.#subscriptions >= MAX_SUBSCRIPTIONS)
      throw new MomentoError(
        'RESOURCE_EXHAUSTED',
        `There are ${MAX_SUBSCRIPTIONS} subscriptions, the most there can be. Close some and try again.`,
        'topic_subscriptions_limit_exceeded',
      );
    this.#subscriptions += 1;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        topic.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      topic.waiting.add(done);
      signal.addEventListener('abort', done);
    });
    this.#subscriptions -= 1;
  }

  #use(cacheName: string, topicName: string): Topic {
    if (this.#store.find(cacheName) === undefined) throw cacheNotFound(cacheName);
    const id = `${cacheName}\n${topicName}`;
    let topic = this.#topics.get(id);
    if (topic === undefined) topic = this.#make(cacheName, topicName);
    else this.#topics.delete(id);
    this.#topics.set(id, topic);
    return topic;
  }

  #make(cacheName: string, topicName: string): Topic {
    checkTopicName(topicName);
    if (this.#topics.size >= MAX_TOPICS) this.#dropIdle();
    this.#lastPage = Math.max(Math.floor(this.#clock.now() / 1000), this.#lastPage + 1);
    return { cacheName, page: this.#lastPage, last: 0, tail: [], tailBytes: 0, waiting: new Set() };
  }

  #dropIdle(): void {
    for (const [id, { waiting }] of this.#topics) {
      if (waiting.size > 0) continue;
      this.#topics.delete(id);
      return;
    }
    throw new MomentoError(
      'RESOURCE_EXHAUSTED',
      `All of ${MAX_TOPICS} topics, the most there can be, have subscribers. Close some and try again.`,
      'topic_subscriptions_limit_exceeded',
    );
  }

  #deleteAll(cacheName: string): void {
    for (const [id, topic] of this.#topics) {
      if (topic.cacheName !== cacheName) continue;
      this.#topics.delete(id);
      wake(topic);
    }
  }
}

/** Throws INVALID_ARGUMENT on a name that no topic can have. */
export function checkTopicName(name: string): void {
  if (name.trim() !== '' && Buffer.byteLength(name) <= MAX_TOPIC_NAME_BYTES) return;
  throw invalidArgument(
    `A topic's name has 1 to ${MAX_TOPIC_NAME_BYTES} bytes, not only blanks; choose another one.`,
  );
}

/** Hosted Momento answers 429 when a size limit is exceeded (documented). */
export function messageTooLarge(): MomentoError {
  return new MomentoError(
    'RESOURCE_EXHAUSTED',
    `A message may have ${MAX_MESSAGE_BYTES} bytes; this one is larger. Publish less, or where it can be found.`,
    'request_size_limit_exceeded',
  );
}

function wake(topic: Topic): void {
  for (const done of [...topic.waiting]) done();
}

function available(topic: Topic, from: number, page: number): TopicRead | undefined {
  const oldest = topic.last - topic.tail.length + 1;
  const isOtherPage = page !== topic.page;
  const messages = isOtherPage ? [...topic.tail] : topic.tail.slice(Math.max(from - oldest, 0));
  // Number 1 asks for whatever recent messages there are, so none of them is missing to it.
  const isBroken = isOtherPage || (from > 1 && from < oldest);
  if (!isBroken) return messages.length > 0 ? { page: topic.page, messages } : undefined;
  const discontinuity = {
    lastTopicSequence: Math.max(from - 1, 0),
    newTopicSequence: oldest,
    newSequencePage: topic.page,
  };
  return { page: topic.page, discontinuity, messages };
}
