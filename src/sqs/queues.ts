import { randomUUID } from 'node:crypto';
import { makeArn, parseArn, type Scope } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import { checkedInput } from '../lib/aws-input.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { QueueResource, State } from '../state/index.js';
import { queueDoesNotExist } from './errors.js';
import { checkMessage, type MessageInput } from './message.js';
import { OPERATIONS } from './operations.js';
import { Queue, type NewMessage } from './queue.js';

/** How often messages are looked for that are older than their queue keeps them. */
const EXPIRE_EVERY_MS = 60_000;

export interface QueuesOptions {
  state: Pick<State, 'queues' | 'queueMessages'>;
  scope: Scope;
  clock: Clock;
  log: Log;
}

/** Who calls an operation. */
export interface Caller {
  /** Under which the client reached the server, e.g. `http://127.0.0.1:4588`: queue URLs begin with it. */
  origin: string;
  /** It has gone. */
  signal: AbortSignal;
}

/** Opens the queues that are kept in the state. */
export async function openQueues(options: QueuesOptions): Promise<Queues> {
  const queues = new Queues(options);
  await queues.open();
  return queues;
}

/** The SQS queues of this server. Made by {@link openQueues}. */
export class Queues {
  readonly #options: QueuesOptions;
  readonly #queues = new Map<string, Queue>();
  /** Creations and deletions of one name, one after the other. */
  readonly #changing = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: QueuesOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    for (const resource of await this.#options.state.queues.list())
      this.#queues.set(resource.name, await this.#load(resource));
    this.#timer = setInterval(() => void this.#expire(), EXPIRE_EVERY_MS).unref();
  }

  /** Ends what waits for messages. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    for (const queue of this.#queues.values()) queue.close();
    return Promise.resolve();
  }

  /** Performs an operation of the SQS API. `input` and the answer as in its JSON protocol. Rejects with AwsError. */
  async invoke(operation: string, input: unknown, caller: Caller): Promise<object> {
    const perform = OPERATIONS.get(operation);
    if (perform === undefined)
      throw new AwsError(
        'InvalidAction',
        `The action ${operation} is not valid for this endpoint; docs/reference/sqs.md names those that are.`,
      );
    return perform(this, checkedInput(input), caller);
  }

  /** Sends a message; resolves when it is kept. Rejects with the AwsError of SendMessage. */
  async send(queueArn: string, message: MessageInput): Promise<{ messageId: string }> {
    const queue = this.#ofArn(queueArn);
    if (queue === undefined) throw queueDoesNotExist();
    return queue.send({ ...checkMessage(queue.settings, message), senderId: this.accountId });
  }

  exists(queueArn: string): boolean {
    return this.#ofArn(queueArn) !== undefined;
  }

  get accountId(): string {
    return this.#options.scope.accountId;
  }

  /** Throws QueueDoesNotExist. */
  named(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  /** By name. */
  all(): Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.resource.name < b.resource.name ? -1 : 1));
  }

  /** Makes a queue if there is none; resolves to what there is then. */
  create(
    name: string,
    attributes: Record<string, string>,
    tags: Record<string, string>,
  ): Promise<Queue> {
    return this.#alone(name, async () => {
      const found = this.#queues.get(name);
      if (found !== undefined) return found;
      const now = this.#options.clock.now();
      const times = { creationTime: now, lastModifiedTime: now };
      const resource = { name, id: randomUUID(), attributes, tags, ...times };
      await this.#options.state.queues.create(resource);
      const queue = await this.#load(resource);
      this.#queues.set(name, queue);
      return queue;
    });
  }

  /** Changes attributes or tags of a queue. */
  change(
    queue: Queue,
    change: (resource: QueueResource, now: number) => Partial<QueueResource>,
  ): Promise<void> {
    const { name } = queue.resource;
    return this.#alone(name, async () => {
      const changed = await this.#options.state.queues.update(name, (resource) => ({
        ...resource,
        ...change(resource, this.#options.clock.now()),
      }));
      if (changed !== undefined) queue.define(changed);
    });
  }

  delete(queue: Queue): Promise<void> {
    const { name } = queue.resource;
    return this.#alone(name, async () => {
      if (this.#queues.get(name) !== queue) return;
      // Messages first: what is left when the process dies in between is still a queue.
      await queue.purge();
      await this.#options.state.queues.delete(name);
      this.#queues.delete(name);
      queue.close();
    });
  }

  #ofArn(queueArn: string): Queue | undefined {
    const arn = parseArn(queueArn);
    const { region, accountId } = this.#options.scope;
    const isOwn = arn?.service === 'sqs' && arn.region === region && arn.accountId === accountId;
    return isOwn ? this.#queues.get(arn.resource) : undefined;
  }

  #load(resource: QueueResource): Promise<Queue> {
    const { state, clock, log, scope } = this.#options;
    return Queue.open(resource, {
      arn: makeArn(scope, 'sqs', resource.name),
      messages: state.queueMessages,
      clock,
      log,
      sendToDeadLetters: (arn, message) => this.#move(arn, message),
    });
  }

  async #move(arn: string, message: NewMessage): Promise<boolean> {
    const target = this.#ofArn(arn);
    if (target === undefined) return false;
    await target.send(message);
    return true;
  }

  #alone<T>(name: string, action: () => Promise<T>): Promise<T> {
    const result = (this.#changing.get(name) ?? Promise.resolve()).then(action, action);
    const ended = result
      .catch(() => undefined)
      .finally(() => {
        if (this.#changing.get(name) === ended) this.#changing.delete(name);
      });
    this.#changing.set(name, ended);
    return result;
  }

  async #expire(): Promise<void> {
    for (const queue of this.#queues.values())
      try {
        await queue.expire();
      } catch (error) {
        this.#options.log.error(
          'Messages that are too old could not be deleted; it is tried again',
          {
            queue: queue.resource.name,
            error,
          },
        );
      }
  }
}
