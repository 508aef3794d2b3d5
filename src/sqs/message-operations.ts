import { AwsError } from '../lib/aws-error.js';
import { performBatch } from './batch.js';
import { missingParameter } from './errors.js';
import { text, texts, type Input } from '../lib/aws-input.js';
import { attributeMap, integer, requiredText } from './input.js';
import { checkMessage, sizeOf, type MessageInput } from './message.js';
import { chosenAttributes, md5, md5OfAttributes } from './message-attributes.js';
import { queueOf, type Operation } from './operation.js';
import { MAX_MESSAGE_BYTES } from './queue-attributes.js';
import type { Queue, ReceivedMessage } from './queue.js';
import type { Queues } from './queues.js';

/** Documented bounds, and the service's words for what lies beyond. */
const VISIBILITY = [[0, 43_200], 'Must be >= 0 and <= 43200, if provided.'] as const;
const WAIT = [[0, 20], 'Must be >= 0 and <= 20, if provided.'] as const;
const DELAY = [[0, 900], 'DelaySeconds must be >= 0 and <= 900.'] as const;
const COUNT = [[1, 10], 'Must be between 1 and 10, if provided.'] as const;

/** Operations on messages, by name. */
export const messageOperations: Readonly<Record<string, Operation>> = {
  SendMessage: (queues, input) => send(queues, queueOf(queues, input), input),

  async SendMessageBatch(queues, input) {
    const queue = queueOf(queues, input);
    return performBatch(
      input,
      'SendMessageBatchRequestEntry',
      (entry) => send(queues, queue, entry),
      (entries) => {
        const size = entries.reduce((sum, entry) => sum + sizeOf(messageOf(entry)), 0);
        if (size > MAX_MESSAGE_BYTES)
          throw new AwsError(
            'BatchRequestTooLong',
            `Batch requests cannot be longer than ${String(MAX_MESSAGE_BYTES)} bytes. You have sent ${String(size)} bytes.`,
          );
      },
    );
  },

  async ReceiveMessage(queues, input, { signal }) {
    const queue = queueOf(queues, input);
    const max = integer(input, 'MaxNumberOfMessages', ...COUNT) ?? 1;
    const visibility = integer(input, 'VisibilityTimeout', ...VISIBILITY);
    const wait = integer(input, 'WaitTimeSeconds', ...WAIT);
    const system = [
      ...texts(input, 'AttributeNames'),
      ...texts(input, 'MessageSystemAttributeNames'),
    ];
    const named = texts(input, 'MessageAttributeNames');
    const { visibilityMs, waitMs } = queue.settings;
    const received = await queue.receive({
      max,
      visibilityMs: visibility === undefined ? visibilityMs : visibility * 1000,
      waitMs: wait === undefined ? waitMs : wait * 1000,
      signal,
    });
    return received.length === 0
      ? {}
      : { Messages: received.map((message) => shown(message, system, named)) };
  },

  async DeleteMessage(queues, input) {
    await queueOf(queues, input).delete(requiredText(input, 'ReceiptHandle'));
    return {};
  },

  async DeleteMessageBatch(queues, input) {
    const queue = queueOf(queues, input);
    return performBatch(input, 'DeleteMessageBatchRequestEntry', async (entry) => {
      await queue.delete(requiredText(entry, 'ReceiptHandle'));
      return {};
    });
  },

  async ChangeMessageVisibility(queues, input) {
    await changeVisibility(queueOf(queues, input), input);
    return {};
  },

  async ChangeMessageVisibilityBatch(queues, input) {
    const queue = queueOf(queues, input);
    return performBatch(input, 'ChangeMessageVisibilityBatchRequestEntry', async (entry) => {
      await changeVisibility(queue, entry);
      return {};
    });
  },
};

async function send(queues: Queues, queue: Queue, input: Input): Promise<object> {
  const message = messageOf(input);
  const { body, attributes, systemAttributes } = message;
  const sent = await queue.send({
    ...checkMessage(queue.settings, message),
    senderId: queues.accountId,
  });
  const ofAttributes = md5OfAttributes(attributes);
  const ofSystemAttributes = md5OfAttributes(systemAttributes);
  return {
    MD5OfMessageBody: md5(body),
    ...(ofAttributes !== undefined && { MD5OfMessageAttributes: ofAttributes }),
    ...(ofSystemAttributes !== undefined && { MD5OfMessageSystemAttributes: ofSystemAttributes }),
    MessageId: sent.messageId,
    ...(queue.settings.isFifo && { SequenceNumber: sent.id }),
  };
}

function messageOf(input: Input): MessageInput {
  const attributes = attributeMap(input, 'MessageAttributes');
  const systemAttributes = attributeMap(input, 'MessageSystemAttributes');
  const delay = integer(input, 'DelaySeconds', ...DELAY);
  const messageGroupId = text(input, 'MessageGroupId');
  const messageDeduplicationId = text(input, 'MessageDeduplicationId');
  return {
    body: requiredText(input, 'MessageBody'),
    ...(attributes && { attributes }),
    ...(systemAttributes && { systemAttributes }),
    ...(delay !== undefined && { delay }),
    ...(messageGroupId !== undefined && { messageGroupId }),
    ...(messageDeduplicationId !== undefined && { messageDeduplicationId }),
  };
}

async function changeVisibility(queue: Queue, input: Input): Promise<void> {
  const handle = requiredText(input, 'ReceiptHandle');
  const seconds = integer(input, 'VisibilityTimeout', ...VISIBILITY);
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  await queue.changeVisibility(handle, seconds * 1000);
}

function shown(
  { message, receipt, receiptHandle }: ReceivedMessage,
  system: readonly string[],
  named: readonly string[],
): object {
  const attributes = chosenAttributes(message.attributes, named);
  const ofAttributes = md5OfAttributes(attributes);
  const all: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(receipt.receives),
    ApproximateFirstReceiveTimestamp: String(receipt.firstReceivedAt),
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: message.deduplicationId === undefined ? undefined : message.id,
    AWSTraceHeader: message.systemAttributes?.['AWSTraceHeader']?.StringValue,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
  const Attributes = Object.fromEntries(
    Object.entries(all).filter(
      ([name, value]) => value !== undefined && (system.includes('All') || system.includes(name)),
    ),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
    ...(ofAttributes !== undefined && {
      MD5OfMessageAttributes: ofAttributes,
      MessageAttributes: attributes,
    }),
  };
}
