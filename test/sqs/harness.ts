import type { TestContext } from 'node:test';
import { openDynamoDb } from '../../src/dynamodb/index.js';
import { silentLog } from '../../src/lib/log.js';
import { openQueues, type Queues, type QueuesOptions } from '../../src/sqs/index.js';
import { openState } from '../../src/state/index.js';
import { FakeClock } from '../momento/fake-clock.js';

const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
const ORIGIN = 'http://localhost';

export interface Answer {
  QueueUrl: string;
  MessageId: string;
  Messages?: { Body: string; ReceiptHandle: string; Attributes: Record<string, string> }[];
  Attributes: Record<string, string>;
}

/** Queues over tables in memory, on a clock that the test sets. */
export class QueueHarness {
  readonly clock: FakeClock;
  readonly #options: QueuesOptions;
  #queues: Queues;

  private constructor(options: QueuesOptions, clock: FakeClock, queues: Queues) {
    this.#options = options;
    this.clock = clock;
    this.#queues = queues;
  }

  static async open(test: Pick<TestContext, 'after'>): Promise<QueueHarness> {
    const clock = new FakeClock();
    const operations = await openDynamoDb(SCOPE);
    const state = await openState({ operations, secretKey: Buffer.alloc(32), clock });
    const options = { state, scope: SCOPE, clock, log: silentLog };
    const harness = new QueueHarness(options, clock, await openQueues(options));
    test.after(async () => {
      await harness.#queues.close();
      await operations.close();
    });
    return harness;
  }

  get queues(): Queues {
    return this.#queues;
  }

  /** As another process would find them. */
  async reopen(): Promise<void> {
    await this.#queues.close();
    this.#queues = await openQueues(this.#options);
  }

  call(operation: string, input: object, signal = new AbortController().signal): Promise<Answer> {
    return this.#queues.invoke(operation, input, { origin: ORIGIN, signal }) as Promise<Answer>;
  }

  /** Makes a queue and returns its URL. */
  async create(name: string, attributes: Record<string, string> = {}): Promise<string> {
    const answer = await this.call('CreateQueue', { QueueName: name, Attributes: attributes });
    return answer.QueueUrl;
  }

  send(QueueUrl: string, MessageBody: string, more: object = {}): Promise<Answer> {
    return this.call('SendMessage', { QueueUrl, MessageBody, ...more });
  }

  async receive(QueueUrl: string, more: object = {}): Promise<NonNullable<Answer['Messages']>> {
    const input = { QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'], ...more };
    return (await this.call('ReceiveMessage', input)).Messages ?? [];
  }

  async bodies(QueueUrl: string, more: object = {}): Promise<string[]> {
    return (await this.receive(QueueUrl, more)).map(({ Body }) => Body);
  }
}
