import { createHash } from 'node:crypto';
import { AwsError } from '../lib/aws-error.js';
import type { MessageAttribute } from '../state/index.js';
import { invalidParameter, missingParameter, wrongQueueType } from './errors.js';
import { checkMessageAttributes, sizeOfAttributes } from './message-attributes.js';
import type { QueueSettings } from './queue-attributes.js';
import type { NewMessage } from './queue.js';

/** A message as its sender gives it. */
export interface MessageInput {
  body: string;
  attributes?: Record<string, MessageAttribute>;
  systemAttributes?: Record<string, MessageAttribute>;
  /** Seconds. */
  delay?: number;
  messageGroupId?: string;
  messageDeduplicationId?: string;
}

/** Documented: letters, digits and punctuation. */
const FIFO_ID = /^[\x21-\x7e]{1,128}$/;

/** Checks a message against its queue. Throws the AwsError of SendMessage. */
export function checkMessage(
  settings: QueueSettings,
  message: MessageInput,
): Omit<NewMessage, 'senderId'> {
  const { body, attributes, systemAttributes, delay } = message;
  if (body === '') throw missingParameter('MessageBody');
  checkCharacters(body);
  if (attributes) checkMessageAttributes(attributes);
  if (systemAttributes) checkSystemAttributes(systemAttributes);
  const size = sizeOf(message);
  if (size > settings.maxMessageBytes)
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${String(settings.maxMessageBytes)} bytes.`,
    );
  if (delay !== undefined && settings.isFifo) throw wrongQueueType(delay, 'DelaySeconds');
  return {
    body,
    ...(attributes && { attributes }),
    ...(systemAttributes && { systemAttributes }),
    ...(delay !== undefined && { delayMs: delay * 1000 }),
    ...fifoMembers(settings, message),
  };
}

/** Bytes that count: the body and the attributes (documented). */
export const sizeOf = ({ body, attributes }: MessageInput): number =>
  Buffer.byteLength(body) + sizeOfAttributes(attributes);

function fifoMembers(
  settings: QueueSettings,
  { body, messageGroupId, messageDeduplicationId }: MessageInput,
): Pick<NewMessage, 'groupId' | 'deduplicationId'> {
  checkFifoId('MessageGroupId', messageGroupId);
  checkFifoId('MessageDeduplicationId', messageDeduplicationId);
  if (!settings.isFifo) {
    if (messageDeduplicationId !== undefined)
      throw wrongQueueType(messageDeduplicationId, 'MessageDeduplicationId');
    // Since 2025 a group may be named in standard queues, for fair shares; it does not order them.
    return messageGroupId === undefined ? {} : { groupId: messageGroupId };
  }
  if (messageGroupId === undefined) throw missingParameter('MessageGroupId');
  if (messageDeduplicationId === undefined && !settings.contentBasedDeduplication)
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  const deduplicationId = messageDeduplicationId ?? createHash('sha256').update(body).digest('hex');
  return { groupId: messageGroupId, deduplicationId };
}

function checkFifoId(name: string, value: string | undefined): void {
  if (value !== undefined && !FIFO_ID.test(value))
    throw invalidParameter(
      `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
}

function checkSystemAttributes(attributes: Record<string, MessageAttribute>): void {
  for (const [name, { DataType }] of Object.entries(attributes))
    if (name !== 'AWSTraceHeader' || DataType !== 'String')
      throw invalidParameter(
        `Message system attribute name '${name}' is invalid: AWSTraceHeader, a String, is the one that can be sent.`,
      );
}

/** Not XML's: #x9, #xA, #xD and what lies in #x20 to #xD7FF, #xE000 to #xFFFD, #x10000 to #x10FFFF (documented). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

function checkCharacters(body: string): void {
  const character = FORBIDDEN.exec(body)?.[0];
  if (character === undefined) return;
  throw new AwsError(
    'InvalidMessageContents',
    `Invalid binary character '#x${character.codePointAt(0)!.toString(16).toUpperCase()}' was found in the message body, ` +
      'the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );
}
