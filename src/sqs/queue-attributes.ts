import { parseArn } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import { invalidParameter } from './errors.js';

/** Documented; 1 MiB since 2025. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A message is kept so long when its queue does not say. */
const FOUR_DAYS_S = 4 * 24 * 3600;

/** Attributes with whole numbers: least, most and default (documented). */
const NUMBERS: Readonly<Record<string, readonly [min: number, max: number, byDefault: number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES],
  MessageRetentionPeriod: [60, 14 * 24 * 3600, FOUR_DAYS_S],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 12 * 3600, 30],
  KmsDataKeyReusePeriodSeconds: [60, 86_400, 300],
};
const BOOLEANS = ['FifoQueue', 'ContentBasedDeduplication', 'SqsManagedSseEnabled'];
const FIFO_ONLY = [
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};
/** Kept and shown, without effect here. */
const KEPT = ['Policy', 'KmsMasterKeyId', 'RedriveAllowPolicy'];

/** What GetQueueAttributes computes. */
export const COMPUTED = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
];
const SETTABLE = [
  ...Object.keys(NUMBERS),
  ...BOOLEANS,
  ...Object.keys(ENUMS),
  ...KEPT,
  'RedrivePolicy',
];
const KNOWN = new Set([...SETTABLE, ...COMPUTED]);

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** How a queue behaves, from its attributes. Times are in milliseconds. */
export interface QueueSettings {
  readonly isFifo: boolean;
  readonly delayMs: number;
  readonly maxMessageBytes: number;
  readonly retentionMs: number;
  readonly waitMs: number;
  readonly visibilityMs: number;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicatesByGroup: boolean;
  readonly redrive: RedrivePolicy | undefined;
}

export type Attributes = Readonly<Record<string, string>>;

export function settingsOf(attributes: Attributes): QueueSettings {
  const number = (name: string): number => Number(attributes[name] ?? NUMBERS[name]![2]);
  const isTrue = (name: string): boolean => attributes[name] === 'true';
  return {
    isFifo: isTrue('FifoQueue'),
    delayMs: number('DelaySeconds') * 1000,
    maxMessageBytes: number('MaximumMessageSize'),
    retentionMs: number('MessageRetentionPeriod') * 1000,
    waitMs: number('ReceiveMessageWaitTimeSeconds') * 1000,
    visibilityMs: number('VisibilityTimeout') * 1000,
    contentBasedDeduplication: isTrue('ContentBasedDeduplication'),
    deduplicatesByGroup: attributes['DeduplicationScope'] === 'messageGroup',
    redrive: redriveOf(attributes['RedrivePolicy']),
  };
}

/** All attributes that a user may have set, with their defaults, as GetQueueAttributes shows them. */
export function shownAttributes(attributes: Attributes): Record<string, string> {
  const shown: Record<string, string> = { SqsManagedSseEnabled: 'true' };
  for (const [name, [, , byDefault]] of Object.entries(NUMBERS))
    if (name !== 'KmsDataKeyReusePeriodSeconds') shown[name] = String(byDefault);
  if (attributes['FifoQueue'] === 'true')
    Object.assign(shown, {
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    });
  return { ...shown, ...attributes };
}

/** Throws InvalidAttributeName for a name that GetQueueAttributes does not know. */
export function checkAttributeNames(names: readonly string[]): void {
  for (const name of names)
    if (name !== 'All' && !KNOWN.has(name))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

/**
 * Checks attributes that a user sets. `isFifo`: of the queue. Throws InvalidAttributeName and
 * InvalidAttributeValue.
 */
export function checkAttributes(attributes: Attributes, isFifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SETTABLE.includes(name) || (FIFO_ONLY.includes(name) && !isFifo))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (!isValid(name, value))
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
}

function isValid(name: string, value: string): boolean {
  const bounds = NUMBERS[name];
  if (bounds)
    return /^\d+$/.test(value) && Number(value) >= bounds[0] && Number(value) <= bounds[1];
  if (name === 'FifoQueue') return value === 'true'; // documented: it cannot be said that it is none
  if (BOOLEANS.includes(name)) return value === 'true' || value === 'false';
  if (ENUMS[name]) return ENUMS[name].includes(value);
  return true;
}

/** Undefined for an empty text, which removes it. Throws InvalidParameterValue. */
export function redriveOf(text: string | undefined): RedrivePolicy | undefined {
  if (text === undefined || text === '') return undefined;
  const invalid = (reason: string): AwsError =>
    invalidParameter(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  let policy: Partial<Record<string, unknown>>;
  try {
    policy = JSON.parse(text) as typeof policy;
  } catch {
    throw invalid('Redrive policy is not a valid JSON map.');
  }
  const { deadLetterTargetArn: arn, maxReceiveCount: count } = policy;
  if (arn === undefined)
    throw invalid('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (count === undefined)
    throw invalid('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  if (typeof arn !== 'string' || parseArn(arn)?.service !== 'sqs')
    throw invalid('Invalid value for deadLetterTargetArn.');
  const maxReceiveCount = Number(count);
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000)
    throw invalid('Invalid value for maxReceiveCount: must be between 1 and 1000.');
  return { deadLetterTargetArn: arn, maxReceiveCount };
}
