import { systemClock, type Clock } from '../lib/clock.js';
import type { Caches } from './caches.js';
import { MAX_MESSAGE_BYTES, MAX_SUBSCRIPTIONS, MAX_TOPICS } from './limits.js';
import { cacheNotFound, invalidArgument, MomentoError } from './momento-error.js';
import { Topic, type TopicRead, type TopicValue } from './topic.js';
import type { TopicLog } from './topic-log.js';

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

/** One who listens, and how far it is. */
export interface TopicSubscription {
  /**
   * What has come since the last time; waits for it until `signal` aborts, and resolves to undefined then.
   * Rejects with NOT_FOUND when the cache is deleted, RESOURCE_EXHAUSTED (too many subscriptions).
   */
  read(signal: AbortSignal): Promise<TopicRead | undefined>;
}

/** A topic of this process: all there is of it, or what is known of it when it lies elsewhere. */
interface Known {
  readonly topic: Topic;
  /** Resolves when no message can be missed any more; undefined when nobody has followed it yet. */
  following?: Promise<void>;
  /** There may be messages that were not read yet. */
  isBehind: boolean;
  catchingUp: boolean;
}

/**
 * Topics of the caches: messages go to those who wait, and a bounded tail of them to those who come back.
 * A topic is made by its first use; when there are too many, one that nobody waits for and that was used
 * longest ago makes room. Where servers share the caches they share the messages, and each keeps the tail
 * of the topics that it has subscribers of.
 */
export class Topics {
  readonly #store: Caches;
  readonly #log: TopicLog | undefined;
  readonly #clock: Clock;
  readonly #onPublished: (message: PublishedMessage) => void;
  /** By cache and topic name; the one used last comes last. */
  readonly #topics = new Map<string, Known>();
  #lastPage = 0;
  #subscriptions = 0;

  /** `onPublished` is told of each message that this process publishes. */
  constructor(options: {
    store: Caches;
    clock?: Clock;
    onPublished?: (message: PublishedMessage) => void;
  }) {
    this.#store = options.store;
    this.#log = options.store.topicLog;
    this.#clock = options.clock ?? systemClock;
    this.#onPublished = options.onPublished ?? (() => undefined);
    options.store.onDeleted((name) => this.#deleteAll(name));
  }

  /**
   * Publishes a message, whether or not anyone listens. Rejects with NOT_FOUND (no such cache),
   * INVALID_ARGUMENT (topic name), RESOURCE_EXHAUSTED (too large, too many topics), UNAVAILABLE.
   */
  async publish(
    cacheName: string,
    topicName: string,
    value: TopicValue,
    publisherId?: string,
  ): Promise<void> {
    const size = 'text' in value ? Buffer.byteLength(value.text) : value.binary.length;
    if (size > MAX_MESSAGE_BYTES) throw messageTooLarge();
    this.#check(cacheName, topicName);
    const message = { value, size, ...(publisherId !== undefined && { publisherId }) };
    let sequenceNumber: number;
    if (this.#log === undefined) {
      const { topic } = this.#use(cacheName, topicName);
      topic.append(message);
      sequenceNumber = topic.last;
    } else sequenceNumber = await this.#log.append(cacheName, topicName, message);
    this.#onPublished({
      cacheName,
      topicName,
      sequenceNumber,
      publishedAt: this.#clock.now(),
      value,
      ...(publisherId !== undefined && { publisherId }),
    });
  }

  /**
   * Listens from number `next` of `page` on; what is published from when this resolves is not missed. 0 as
   * `next` means only what comes from now on; 0 as `page` means the topic's present one. Rejects as
   * {@link publish} does.
   */
  async subscribe(
    cacheName: string,
    topicName: string,
    next: number,
    page: number,
  ): Promise<TopicSubscription> {
    this.#check(cacheName, topicName);
    const known = this.#use(cacheName, topicName);
    if (this.#log !== undefined) {
      await this.#follow(this.#log, known);
      await this.#catchUp(this.#log, known);
    }
    const { topic } = known;
    const isSamePage = page === 0 || page === topic.page;
    const coming = topic.last + 1;
    // A number from the future can only be a subscriber's miscount; it must not cost it messages.
    const place = isSamePage
      ? { from: Math.min(next === 0 ? coming : next, coming), page: topic.page }
      : { from: next, page };
    return {
      read: async (signal) => {
        const read = await this.#read(cacheName, topicName, place, signal);
        if (read === undefined) return undefined;
        const { messages, discontinuity } = read;
        place.from = (messages.at(-1)?.sequenceNumber ?? discontinuity!.newTopicSequence - 1) + 1;
        place.page = read.page;
        return read;
      },
    };
  }

  async #read(
    cacheName: string,
    topicName: string,
    { from, page }: { from: number; page: number },
    signal: AbortSignal,
  ): Promise<TopicRead | undefined> {
    for (;;) {
      this.#check(cacheName, topicName);
      const known = this.#use(cacheName, topicName);
      const found = known.topic.from(from, page);
      if (found !== undefined) return found;
      if (signal.aborted) return undefined;
      const waiting = this.#wait(known.topic, signal);
      // It may have made room meanwhile, and be known anew.
      const isFollowed = known.following !== undefined && !known.isBehind;
      if (this.#log !== undefined && !isFollowed) this.#pursue(this.#log, known);
      await waiting;
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
    await topic.wait(signal);
    this.#subscriptions -= 1;
  }

  #follow(log: TopicLog, known: Known): Promise<void> {
    const { cacheName, name } = known.topic;
    known.following ??= log
      .follow(cacheName, name, () => this.#pursue(log, known))
      .catch((error: unknown) => {
        delete known.following;
        throw error;
      });
    return known.following;
  }

  async #catchUp(log: TopicLog, { topic }: Known): Promise<void> {
    const found = await log.since(topic.cacheName, topic.name, topic.page, topic.last);
    if (found !== undefined) topic.take(found.page, found.last, found.messages);
  }

  /** Reads what there is more, for those who wait; however often it is told meanwhile, one read follows. */
  #pursue(log: TopicLog, known: Known): void {
    known.isBehind = true;
    if (known.catchingUp || !known.topic.isWaitedFor) return;
    known.catchingUp = true;
    known.isBehind = false;
    const end = (isBehind: boolean): void => {
      known.catchingUp = false;
      known.isBehind ||= isBehind;
    };
    this.#follow(log, known)
      .then(() => this.#catchUp(log, known))
      .then(
        () => {
          end(false);
          if (known.isBehind) this.#pursue(log, known);
        },
        // The log tells again once it can be reached.
        () => end(true),
      );
  }

  /** Throws NOT_FOUND (no such cache), INVALID_ARGUMENT (topic name). */
  #check(cacheName: string, topicName: string): void {
    if (this.#store.find(cacheName) === undefined) throw cacheNotFound(cacheName);
    checkTopicName(topicName);
  }

  #use(cacheName: string, topicName: string): Known {
    const id = `${cacheName}\n${topicName}`;
    let known = this.#topics.get(id);
    if (known === undefined) {
      if (this.#topics.size >= MAX_TOPICS) this.#dropIdle();
      const page = this.#log === undefined ? this.#newPage() : 0;
      const topic = new Topic(cacheName, topicName, page);
      known = { topic, isBehind: false, catchingUp: false };
    } else this.#topics.delete(id);
    this.#topics.set(id, known);
    return known;
  }

  #newPage(): number {
    this.#lastPage = Math.max(Math.floor(this.#clock.now() / 1000), this.#lastPage + 1);
    return this.#lastPage;
  }

  #dropIdle(): void {
    for (const [id, { topic }] of this.#topics) {
      if (topic.isWaitedFor) continue;
      this.#drop(id, topic);
      return;
    }
    throw new MomentoError(
      'RESOURCE_EXHAUSTED',
      `All of ${MAX_TOPICS} topics, the most there can be, have subscribers. Close some and try again.`,
      'topic_subscriptions_limit_exceeded',
    );
  }

  #deleteAll(cacheName: string): void {
    for (const [id, { topic }] of this.#topics) {
      if (topic.cacheName !== cacheName) continue;
      this.#drop(id, topic);
      topic.wake();
    }
  }

  #drop(id: string, { cacheName, name }: Topic): void {
    this.#topics.delete(id);
    this.#log?.unfollow(cacheName, name);
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
