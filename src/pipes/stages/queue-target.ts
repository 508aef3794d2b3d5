import type { Attempt, AttemptReceiver } from '../../destinations/index.js';
import type { PipeSqsParameters } from '../../state/index.js';
import { compileDynamicValue, type DynamicValue } from '../../transformer/index.js';
import type { Rooms } from '../rooms.js';
import { attempted } from './attempted.js';
import type { Payload } from './payload.js';
import { tellWhenMade, type LateInput, type StageInput, type Target } from './stage.js';

/** Sends each event as a message to an SQS queue of this server. */
export class QueueTarget implements Target {
  readonly #arn: string;
  readonly #payload: Payload;
  readonly #groupId: DynamicValue | undefined;
  readonly #deduplicationId: DynamicValue | undefined;
  readonly #rooms: Pick<Rooms, 'queues' | 'clock'>;
  readonly paths: readonly string[];

  constructor(
    arn: string,
    payload: Payload,
    { MessageGroupId, MessageDeduplicationId }: PipeSqsParameters,
    rooms: Pick<Rooms, 'queues' | 'clock'>,
  ) {
    this.#arn = arn;
    this.#payload = payload;
    this.#groupId = MessageGroupId ? compileDynamicValue(MessageGroupId) : undefined;
    this.#deduplicationId = MessageDeduplicationId
      ? compileDynamicValue(MessageDeduplicationId)
      : undefined;
    this.#rooms = rooms;
    const dynamic = [this.#groupId?.path, this.#deduplicationId?.path];
    this.paths = [...new Set([...payload.paths, ...dynamic.filter((path) => path !== undefined)])];
  }

  send(input: StageInput | LateInput, _signal: AbortSignal, receiver: AttemptReceiver): void {
    tellWhenMade(this.#send(input), receiver);
  }

  async #send(given: StageInput | LateInput): Promise<Attempt> {
    const input = typeof given === 'function' ? given() : given;
    const { event, record } = input;
    const groupId = this.#groupId?.resolve(event, record);
    const deduplicationId = this.#deduplicationId?.resolve(event, record);
    const message = {
      body: this.#payload.text(input),
      ...(groupId !== undefined && { messageGroupId: groupId }),
      ...(deduplicationId !== undefined && { messageDeduplicationId: deduplicationId }),
    };
    const { queues, clock } = this.#rooms;
    return attempted({ method: 'SendMessage', url: this.#arn }, message.body, clock, () =>
      queues.send(this.#arn, message),
    );
  }

  rateLimit(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  loweredRate(): undefined {
    return undefined;
  }
}
