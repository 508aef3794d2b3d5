import type { DeadLetter, DeadLetters, PipeResource } from '../state/index.js';
import type { ChangeRecord } from '../streams/index.js';
import type { Rooms } from './rooms.js';

/** The ARN of the queue that is told of what a pipe gives up. */
export const deadLetterArn = (pipe: PipeResource): string | undefined =>
  pipe.sourceParameters.DynamoDBStreamParameters.DeadLetterConfig?.Arn;

/**
 * Where a pipe puts what it gives up: it is kept whole in the state, and then the queue of its
 * DeadLetterConfig gets AWS's message about it.
 */
export class DeadLetterOutlet implements Pick<DeadLetters, 'add'> {
  readonly #pipe: PipeResource;
  readonly #deadLetters: Pick<DeadLetters, 'add'>;
  readonly #queues: Rooms['queues'];

  constructor(pipe: PipeResource, deadLetters: Pick<DeadLetters, 'add'>, queues: Rooms['queues']) {
    this.#pipe = pipe;
    this.#deadLetters = deadLetters;
    this.#queues = queues;
  }

  /** Resolves when both have it. After a failure the same letter is to be added again: it is kept once. */
  async add(letter: DeadLetter): Promise<void> {
    await this.#deadLetters.add(letter);
    const arn = deadLetterArn(this.#pipe);
    if (arn === undefined) return;
    const body = JSON.stringify(deadLetterMessage(this.#pipe, letter));
    await this.#queues.send(arn, { body });
  }
}

/**
 * What AWS sends to a dead-letter queue: where the record lies in its stream, not the record (reference: pipes,
 * section 7.1). Arrival times are in whole seconds there.
 */
export function deadLetterMessage(pipe: PipeResource, letter: DeadLetter): object {
  const { dynamodb } = letter.record as ChangeRecord;
  const arrival = `${new Date(Math.floor(dynamodb.ApproximateCreationDateTime) * 1000).toISOString().slice(0, -5)}Z`;
  return {
    context: { partnerResourceArn: pipe.arn, condition: letter.condition },
    version: '1.0',
    timestamp: new Date(letter.failedAt).toISOString(),
    DDBStreamBatchInfo: {
      shardId: letter.shardId,
      startSequenceNumber: dynamodb.SequenceNumber,
      endSequenceNumber: dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival,
      approximateArrivalOfLastRecord: arrival,
      batchSize: 1,
      streamArn: pipe.source,
    },
  };
}
