import { AwsError } from '../lib/aws-error.js';
import { invalidParameter, invalidValue, queueDoesNotExist } from './errors.js';
import { text, texts } from '../lib/aws-input.js';
import { integer, requireMember, requiredText, textMap } from './input.js';
import { queueOf, urlOf, type Operation } from './operation.js';
import {
  checkAttributeNames,
  checkAttributes,
  redriveOf,
  shownAttributes,
} from './queue-attributes.js';
import type { Queue } from './queue.js';
import type { Queues } from './queues.js';

const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const FIFO_SUFFIX = '.fifo';
/** Documented. */
const MAX_TAGS = 50;
const PAGE_SIZE: readonly [number, number] = [1, 1000];

/** Operations on queues themselves, by name. */
export const queueOperations: Readonly<Record<string, Operation>> = {
  async CreateQueue(queues, input, caller) {
    const name = requiredText(input, 'QueueName');
    const attributes = textMap(input, 'Attributes');
    const tags = textMap(input, 'tags');
    const isFifo = attributes['FifoQueue'] !== undefined;
    checkName(name, isFifo);
    checkAttributes(attributes, isFifo);
    checkRedrive(queues, attributes, isFifo);
    checkTags(tags);
    const queue = await queues.create(name, attributes, tags);
    checkSame(queue, attributes);
    return { QueueUrl: urlOf(queues, queue, caller) };
  },

  GetQueueUrl(queues, input, caller) {
    const queue = queues.named(requiredText(input, 'QueueName'));
    const owner = text(input, 'QueueOwnerAWSAccountId');
    if (owner !== undefined && owner !== queues.accountId) throw queueDoesNotExist();
    return { QueueUrl: urlOf(queues, queue, caller) };
  },

  ListQueues(queues, input, caller) {
    const prefix = text(input, 'QueueNamePrefix') ?? '';
    const found = queues.all().filter(({ resource }) => resource.name.startsWith(prefix));
    const { page, next } = pageOf(found, input);
    return {
      ...(page.length > 0 && { QueueUrls: page.map((queue) => urlOf(queues, queue, caller)) }),
      ...next,
    };
  },

  ListDeadLetterSourceQueues(queues, input, caller) {
    const { arn } = queueOf(queues, input);
    const sources = queues
      .all()
      .filter(({ settings }) => settings.redrive?.deadLetterTargetArn === arn);
    const { page, next } = pageOf(sources, input);
    return { queueUrls: page.map((queue) => urlOf(queues, queue, caller)), ...next };
  },

  async DeleteQueue(queues, input) {
    await queues.delete(queueOf(queues, input));
    return {};
  },

  async PurgeQueue(queues, input) {
    await queueOf(queues, input).purge();
    return {};
  },

  GetQueueAttributes(queues, input) {
    const queue = queueOf(queues, input);
    const wanted = texts(input, 'AttributeNames');
    checkAttributeNames(wanted);
    const all = attributesOf(queue);
    const Attributes = wanted.includes('All')
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
    return Object.keys(Attributes).length > 0 ? { Attributes } : {};
  },

  async SetQueueAttributes(queues, input) {
    const queue = queueOf(queues, input);
    requireMember(input, 'Attributes');
    const attributes = textMap(input, 'Attributes');
    const { isFifo } = queue.settings;
    checkAttributes(attributes, isFifo);
    if (attributes['FifoQueue'] !== undefined && !isFifo)
      throw new AwsError('InvalidAttributeName', 'Unknown Attribute FifoQueue.');
    checkRedrive(queues, attributes, isFifo);
    await queues.change(queue, (resource, now) => ({
      attributes: withoutEmpty({ ...resource.attributes, ...attributes }),
      lastModifiedTime: now,
    }));
    return {};
  },

  async TagQueue(queues, input) {
    const queue = queueOf(queues, input);
    requireMember(input, 'Tags');
    const added = textMap(input, 'Tags');
    checkTags({ ...queue.resource.tags, ...added });
    await queues.change(queue, ({ tags }) => ({ tags: { ...tags, ...added } }));
    return {};
  },

  async UntagQueue(queues, input) {
    const queue = queueOf(queues, input);
    requireMember(input, 'TagKeys');
    const keys = new Set(texts(input, 'TagKeys'));
    await queues.change(queue, ({ tags }) => ({
      tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.has(key))),
    }));
    return {};
  },

  ListQueueTags(queues, input) {
    const { tags } = queueOf(queues, input).resource;
    return Object.keys(tags).length > 0 ? { Tags: tags } : {};
  },
};

function checkName(name: string, isFifo: boolean): void {
  const base = isFifo && name.endsWith(FIFO_SUFFIX) ? name.slice(0, -FIFO_SUFFIX.length) : name;
  const hasSuffix = base !== name;
  if (isFifo && (!hasSuffix || !NAME.test(base) || name.length > 80))
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  if (!isFifo && !NAME.test(name))
    throw invalidParameter(
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
    );
}

/** Throws QueueNameExists when a queue of this name was made otherwise. */
function checkSame(queue: Queue, attributes: Readonly<Record<string, string>>): void {
  const existing = shownAttributes(queue.resource.attributes);
  for (const [name, value] of Object.entries(attributes))
    if (existing[name] !== value)
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${name}`,
      );
}

/** The dead-letter queue must be there, and of the same kind (documented). */
function checkRedrive(
  queues: Queues,
  attributes: Readonly<Record<string, string>>,
  isFifo: boolean,
): void {
  const text = attributes['RedrivePolicy'];
  const redrive = redriveOf(text);
  if (redrive === undefined) return;
  if (!queues.exists(redrive.deadLetterTargetArn))
    throw invalidValue(text, 'RedrivePolicy', 'Dead letter target does not exist.');
  if (redrive.deadLetterTargetArn.endsWith(FIFO_SUFFIX) !== isFifo)
    throw invalidValue(
      text,
      'RedrivePolicy',
      `Dead-letter queue must be same type of queue as the source.`,
    );
}

function checkTags(tags: Readonly<Record<string, string>>): void {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS)
    throw invalidParameter(`Too many tags: a queue may have ${String(MAX_TAGS)}.`);
  for (const key of keys)
    if (key === '' || key.length > 128 || tags[key]!.length > 256)
      throw invalidParameter(
        `The tag '${key}' is invalid: keys have 1 to 128 characters, values at most 256.`,
      );
}

const withoutEmpty = (attributes: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));

function attributesOf(queue: Queue): Record<string, string> {
  const { attributes, creationTime, lastModifiedTime } = queue.resource;
  const { visible, notVisible, delayed } = queue.counts();
  const seconds = (ms: number): string => String(Math.floor(ms / 1000));
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(creationTime),
    LastModifiedTimestamp: seconds(lastModifiedTime),
    ...shownAttributes(attributes),
  };
}

/** One page, in the order of names; the token is the last name in base64. */
function pageOf(
  found: readonly Queue[],
  input: Parameters<Operation>[1],
): { page: readonly Queue[]; next: { NextToken?: string } } {
  const max = integer(input, 'MaxResults', PAGE_SIZE, 'MaxResults must be between 1 and 1000.');
  const token = text(input, 'NextToken');
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString();
  const left = found.filter(({ resource }) => resource.name > after);
  const page = left.slice(0, max ?? PAGE_SIZE[1]);
  const last = page.at(-1);
  // Without MaxResults there is no token, however many there are (documented).
  return max !== undefined && last !== undefined && left.length > page.length
    ? { page, next: { NextToken: Buffer.from(last.resource.name).toString('base64') } }
    : { page, next: {} };
}
