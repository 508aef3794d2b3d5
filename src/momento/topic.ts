/** What a topic keeps for subscribers that come back; the last message is kept in any case. */
export const MAX_REPLAYED_MESSAGES = 1000;
export const MAX_REPLAYED_BYTES = 256 * 1024;

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

/** The newest messages of a topic, and who waits for more. */
export class Topic {
  readonly cacheName: string;
  readonly name: string;
  readonly #waiting = new Set<() => void>();
  #page: number;
  #last = 0;
  /** Without a gap up to the last one, oldest first. */
  #tail: TopicMessage[] = [];
  #tailBytes = 0;

  /** `page` is 0 while it is not known. */
  constructor(cacheName: string, name: string, page: number) {
    this.cacheName = cacheName;
    this.name = name;
    this.#page = page;
  }

  /** Names one life of the topic; larger than any before it. */
  get page(): number {
    return this.#page;
  }

  /** The number of the newest message. */
  get last(): number {
    return this.#last;
  }

  get isWaitedFor(): boolean {
    return this.#waiting.size > 0;
  }

  append(message: Omit<TopicMessage, 'sequenceNumber'>): void {
    this.#add({ ...message, sequenceNumber: this.#last + 1 });
    this.wake();
  }

  /** Follows what is kept elsewhere: messages up to `last`; those known already may be among them. */
  take(page: number, last: number, messages: readonly TopicMessage[]): void {
    // Numbers also go back when a server comes up again with an older state of it.
    if (page !== this.#page || last < this.#last) this.#restart(page);
    for (const message of messages) if (message.sequenceNumber > this.#last) this.#add(message);
    this.wake();
  }

  /**
   * What there is from number `from` of `page` on; undefined when nothing is. 0 as `page` means the present one.
   */
  from(from: number, page: number): TopicRead | undefined {
    if (this.#page === 0) return undefined;
    const oldest = this.#last - this.#tail.length + 1;
    const isOtherPage = page !== 0 && page !== this.#page;
    const messages = isOtherPage ? [...this.#tail] : this.#tail.slice(Math.max(from - oldest, 0));
    // Number 1 asks for whatever recent messages there are, so none of them is missing to it.
    const isMissed = from > 1 && from < oldest;
    const isAhead = from > this.#last + 1;
    if (!isOtherPage && !isMissed && !isAhead)
      return messages.length > 0 ? { page: this.#page, messages } : undefined;
    const discontinuity = {
      lastTopicSequence: Math.max(from - 1, 0),
      newTopicSequence: isAhead && !isOtherPage ? this.#last + 1 : oldest,
      newSequencePage: this.#page,
    };
    return { page: this.#page, discontinuity, messages };
  }

  /** Resolves with the next change, or when `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  wake(): void {
    for (const done of [...this.#waiting]) done();
  }

  #add(message: TopicMessage): void {
    const { sequenceNumber, size } = message;
    if (sequenceNumber !== this.#last + 1) {
      this.#tail = [];
      this.#tailBytes = 0;
    }
    this.#last = sequenceNumber;
    this.#tail.push(message);
    this.#tailBytes += size;
    while (
      this.#tail.length > MAX_REPLAYED_MESSAGES ||
      (this.#tailBytes > MAX_REPLAYED_BYTES && this.#tail.length > 1)
    )
      this.#tailBytes -= this.#tail.shift()!.size;
  }

  #restart(page: number): void {
    this.#page = page;
    this.#last = 0;
    this.#tail = [];
    this.#tailBytes = 0;
  }
}
