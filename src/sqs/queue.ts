import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../lib/aws-error.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { MessageReceipt, QueueMessage, QueueMessages, QueueResource } from '../state/index.js';
import { Deduplication } from './deduplication.js';
import { Arrivals } from './arrivals.js';
import { MessageIds } from './message-ids.js';
import { FifoOrder, StandardOrder, type Entry, type MessageOrder } from './message-order.js';
import { settingsOf, type QueueSettings } from './queue-attributes.js';
import { makeReceiptHandle, parseReceiptHandle } from './receipt-handle.js';

const TOKEN_BYTES = 12;

/** A message to be sent. */
export type NewMessage = Pick<
  QueueMessage,
  | 'body'
  | 'attributes'
  | 'systemAttributes'
  | 'groupId'
  | 'deduplicationId'
  | 'deadLetterSourceArn'
  | 'senderId'
> & {
  /** Milliseconds; by default the queue's. */
  delayMs?: number;
  /** Of one that is moved here: it stays the same message. */
  messageId?: string;
  sentAt?: number;
};

export interface ReceivedMessage {
  message: QueueMessage;
  receipt: MessageReceipt;
  receiptHandle: string;
}

export interface ReceiveOptions {
  max: number;
  /** Milliseconds, like the next. */
  visibilityMs: number;
  waitMs: number;
  /** The receiver has gone. */
  signal: AbortSignal;
}

export interface QueueOptions {
  arn: string;
  messages: QueueMessages;
  clock: Clock;
  log: Log;
  /** Sends a message that nobody could handle to its dead-letter queue; false when there is no such queue. */
  sendToDeadLetters: (arn: string, message: NewMessage) => Promise<boolean>;
}

/** One queue. What is in sight is known in memory; the messages themselves lie in the state. */
export class Queue {
  readonly #options: QueueOptions;
  readonly #ids: MessageIds;
  readonly #entries = new Map<string, Entry>();
  readonly #order: MessageOrder;
  readonly #arrivals = new Arrivals();
  readonly #deduplication: Deduplication;
  #resource: QueueResource;
  #settings: QueueSettings;

  private constructor(resource: QueueResource, options: QueueOptions) {
    this.#options = options;
    this.#resource = resource;
    this.#settings = settingsOf(resource.attributes);
    this.#order = this.#settings.isFifo ? new FifoOrder() : new StandardOrder();
    this.#ids = new MessageIds(options.clock);
    this.#deduplication = new Deduplication(options.clock);
  }

  /** A queue with the messages that are kept of it. */
  static async open(resource: QueueResource, options: QueueOptions): Promise<Queue> {
    const queue = new Queue(resource, options);
    for await (const { message, receipt } of options.messages.list(resource.id))
      queue.#restore(message, receipt);
    return queue;
  }

  get arn(): string {
    return this.#options.arn;
  }

  get resource(): QueueResource {
    return this.#resource;
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  /** Its attributes or tags were changed. */
  define(resource: QueueResource): void {
    this.#resource = resource;
    this.#settings = settingsOf(resource.attributes);
  }

  /** Messages by where they are. */
  counts(): { visible: number; notVisible: number; delayed: number } {
    const counts = { visible: 0, notVisible: 0, delayed: 0 };
    const now = this.#options.clock.now();
    for (const { visibleAt, receives } of this.#entries.values()) {
      if (visibleAt <= now) counts.visible += 1;
      else if (receives > 0) counts.notVisible += 1;
      else if (visibleAt !== Infinity) counts.delayed += 1;
    }
    return counts;
  }

  /** Resolves when the message is kept. One that was sent already to a FIFO queue is not sent again. */
  async send(given: NewMessage): Promise<{ messageId: string; id: string }> {
    const key = this.#deduplicationKey(given);
    const earlier = key === undefined ? undefined : this.#deduplication.find(key);
    if (earlier !== undefined) {
      await earlier.kept;
      return earlier;
    }
    const message = this.#messageOf(given);
    const { id, messageId } = message;
    const kept = this.#keep(message);
    if (key !== undefined) this.#deduplication.remember(key, { id, messageId, kept });
    try {
      await kept;
    } catch (error) {
      if (key !== undefined) this.#deduplication.delete(key);
      throw error;
    }
    return { id, messageId };
  }

  /** Takes messages for a time, after which they are seen again unless they were deleted. */
  async receive(options: ReceiveOptions): Promise<ReceivedMessage[]> {
    const { clock } = this.#options;
    const deadline = clock.monotonic() + options.waitMs;
    for (;;) {
      const now = clock.now();
      const received = await this.#take(options, now);
      const leftMs = deadline - clock.monotonic();
      const isOver = leftMs <= 0 || options.signal.aborted || this.#arrivals.isClosed;
      if (received.length > 0 || isOver) return received;
      const due = this.#order.nextDue(now);
      const dueMs = due === undefined ? Infinity : Math.max(due - clock.now(), 0);
      await this.#arrivals.wait(Math.ceil(Math.min(leftMs, dueMs)), options.signal);
    }
  }

  /** Throws ReceiptHandleIsInvalid. An older handle than the message's latest deletes nothing (documented). */
  async delete(receiptHandle: string): Promise<void> {
    const entry = this.#find(receiptHandle);
    if (entry !== undefined) await this.#remove(entry);
  }

  /** Throws ReceiptHandleIsInvalid, and MessageNotInflight. */
  async changeVisibility(receiptHandle: string, visibilityMs: number): Promise<void> {
    const entry = this.#find(receiptHandle);
    const now = this.#options.clock.now();
    if (entry === undefined || entry.visibleAt <= now)
      throw new AwsError(
        'MessageNotInflight',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    entry.visibleAt = now + visibilityMs;
    await this.#keepReceipt(entry);
    this.#moved(entry);
  }

  /** Deletes all messages. */
  async purge(): Promise<void> {
    const kept = [...this.#entries.values()].filter(({ visibleAt }) => visibleAt !== Infinity);
    await Promise.all(kept.map((entry) => this.#remove(entry)));
  }

  /** Deletes messages that are older than the queue keeps them. */
  async expire(): Promise<void> {
    const until = this.#options.clock.now() - this.#settings.retentionMs;
    for (const entry of this.#entries.values())
      if (entry.sentAt < until && entry.visibleAt !== Infinity) await this.#remove(entry);
  }

  /** Ends what waits for messages. */
  close(): void {
    this.#arrivals.close();
  }

  #restore(message: QueueMessage, receipt: MessageReceipt | undefined): void {
    const { id, sentAt, groupId, messageId } = message;
    const entry: Entry = {
      id,
      sentAt,
      groupId,
      visibleAt: receipt?.visibleAt ?? message.visibleAt,
      receives: receipt?.receives ?? 0,
      firstReceivedAt: receipt?.firstReceivedAt,
      token: receipt?.token,
      isGone: false,
    };
    this.#entries.set(id, entry);
    this.#order.add(entry);
    this.#ids.startAfter(id);
    const key = this.#deduplicationKey(message);
    if (key !== undefined)
      this.#deduplication.remember(key, { id, messageId, kept: Promise.resolve() }, sentAt);
  }

  #deduplicationKey(
    message: Pick<QueueMessage, 'groupId' | 'deduplicationId'>,
  ): string | undefined {
    if (!this.#settings.isFifo || message.deduplicationId === undefined) return undefined;
    return this.#settings.deduplicatesByGroup
      ? `${message.groupId ?? ''} ${message.deduplicationId}`
      : message.deduplicationId;
  }

  #messageOf({ delayMs, messageId, sentAt, ...rest }: NewMessage): QueueMessage {
    const now = this.#options.clock.now();
    return {
      ...rest,
      id: this.#ids.next(),
      messageId: messageId ?? randomUUID(),
      sentAt: sentAt ?? now,
      visibleAt: now + (delayMs ?? this.#settings.delayMs),
    };
  }

  async #keep(message: QueueMessage): Promise<void> {
    const { id, sentAt, groupId } = message;
    const entry: Entry = {
      id,
      sentAt,
      groupId,
      visibleAt: Infinity,
      receives: 0,
      firstReceivedAt: undefined,
      token: undefined,
      isGone: false,
    };
    // It has its place in a FIFO queue from now on, whichever of several is kept first.
    this.#entries.set(id, entry);
    if (this.#settings.isFifo) this.#order.add(entry);
    try {
      await this.#options.messages.add(this.#resource.id, message);
    } catch (error) {
      this.#drop(entry);
      throw error;
    }
    entry.visibleAt = message.visibleAt;
    if (!this.#settings.isFifo) this.#order.add(entry);
    this.#arrivals.tell();
  }

  async #take({ max, visibilityMs }: ReceiveOptions, now: number): Promise<ReceivedMessage[]> {
    const entries = this.#order.next(now, max);
    const received = await Promise.all(
      entries.map((entry) => {
        entry.visibleAt = now + visibilityMs;
        entry.receives += 1;
        entry.firstReceivedAt ??= now;
        entry.token = randomBytes(TOKEN_BYTES).toString('hex');
        this.#order.moved(entry);
        return this.#hand(entry);
      }),
    );
    return received.filter((message) => message !== undefined);
  }

  /** Undefined when it is gone, too old, or moved to the dead-letter queue. */
  async #hand(entry: Entry): Promise<ReceivedMessage | undefined> {
    const { messages, clock } = this.#options;
    const { retentionMs, redrive } = this.#settings;
    const message = await messages.get(this.#resource.id, entry.id);
    if (message === undefined || entry.sentAt + retentionMs < clock.now()) {
      await this.#remove(entry);
      return undefined;
    }
    if (redrive && entry.receives > redrive.maxReceiveCount) {
      const { id: _id, visibleAt: _visibleAt, ...rest } = message;
      const moved = { ...rest, deadLetterSourceArn: this.arn };
      if (await this.#options.sendToDeadLetters(redrive.deadLetterTargetArn, moved)) {
        await this.#remove(entry);
        return undefined;
      }
    }
    const receipt = await this.#keepReceipt(entry);
    const { id } = entry;
    const handle = makeReceiptHandle({ queueId: this.#resource.id, id, token: receipt.token });
    return { message, receipt, receiptHandle: handle };
  }

  async #keepReceipt(entry: Entry): Promise<MessageReceipt> {
    const { visibleAt, receives, firstReceivedAt, token } = entry;
    const receipt = { visibleAt, receives, firstReceivedAt: firstReceivedAt!, token: token! };
    await this.#options.messages.receive(this.#resource.id, entry.id, receipt);
    return receipt;
  }

  /** Undefined when the message is gone, or was received again since. */
  #find(receiptHandle: string): Entry | undefined {
    const { id, token } = parseReceiptHandle(receiptHandle, this.#resource.id);
    const entry = this.#entries.get(id);
    return entry?.token === token ? entry : undefined;
  }

  #moved(entry: Entry): void {
    this.#order.moved(entry);
    this.#arrivals.tell();
  }

  async #remove(entry: Entry): Promise<void> {
    await this.#options.messages.delete(this.#resource.id, entry.id);
    this.#drop(entry);
  }

  /** What waited behind it in its group may be seen now. */
  #drop(entry: Entry): void {
    entry.isGone = true;
    this.#entries.delete(entry.id);
    this.#moved(entry);
  }
}
