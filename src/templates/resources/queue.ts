import { flag, integer, listOf, object, required, text } from '../shape.js';
import type { TemplateObject } from '../value.js';
import {
  bringUpDescribed,
  unlessMissing,
  type BringUpRequest,
  type ResourceType,
  type Standing,
} from './resource-type.js';

const FIFO_SUFFIX = '.fifo';

interface Description {
  QueueUrl: string;
  Attributes: Record<string, string>;
  Tags: Record<string, string>;
}

/** AWS::SQS::Queue. Ref: its URL. */
export const queue: ResourceType = {
  name: 'AWS::SQS::Queue',
  properties: object({
    ContentBasedDeduplication: flag,
    DeduplicationScope: text,
    DelaySeconds: integer,
    FifoQueue: flag,
    FifoThroughputLimit: text,
    KmsDataKeyReusePeriodSeconds: integer,
    KmsMasterKeyId: text,
    MaximumMessageSize: integer,
    MessageRetentionPeriod: integer,
    QueueName: text,
    ReceiveMessageWaitTimeSeconds: integer,
    RedriveAllowPolicy: { kind: 'any' },
    RedrivePolicy: { kind: 'any' },
    SqsManagedSseEnabled: flag,
    Tags: listOf(object({ Key: required(text), Value: required(text) })),
    VisibilityTimeout: integer,
  }),
  attributes: ['Arn', 'QueueName', 'QueueUrl'],
  // Room for the suffix of a name that is made up.
  naming: { property: 'QueueName', maxLength: 80 - FIFO_SUFFIX.length },
  bringUp,
};

async function bringUp(request: BringUpRequest): Promise<Standing> {
  const { api } = request;
  const properties = request.properties;
  const isFifo = properties['FifoQueue'] === true;
  const QueueName =
    isFifo && !request.name.endsWith(FIFO_SUFFIX) ? request.name + FIFO_SUFFIX : request.name;
  const Attributes = attributesOf(properties);
  const tags = tagsOf(properties);
  const { action, description } = await bringUpDescribed<Description>(request, {
    describe: () => describe(request, QueueName),
    create: () => api.sqs('CreateQueue', { QueueName, Attributes, tags }),
    async update({ QueueUrl, Tags }) {
      await api.sqs('SetQueueAttributes', { QueueUrl, Attributes });
      const gone = Object.keys(Tags).filter((key) => !Object.hasOwn(tags, key));
      if (gone.length > 0) await api.sqs('UntagQueue', { QueueUrl, TagKeys: gone });
      if (Object.keys(tags).length > 0) await api.sqs('TagQueue', { QueueUrl, Tags: tags });
      return true;
    },
  });
  const { QueueUrl } = description;
  return {
    action,
    ref: QueueUrl,
    attributes: { Arn: description.Attributes['QueueArn'], QueueName, QueueUrl },
  };
}

async function describe(
  { api }: BringUpRequest,
  QueueName: string,
): Promise<Description | undefined> {
  const found = await unlessMissing<{ QueueUrl: string }>(api.sqs('GetQueueUrl', { QueueName }));
  if (found === undefined) return undefined;
  const { QueueUrl } = found;
  const { Attributes } = (await api.sqs('GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['All'],
  })) as Pick<Description, 'Attributes'>;
  const { Tags = {} } = (await api.sqs('ListQueueTags', { QueueUrl })) as Partial<Description>;
  return { QueueUrl, Attributes, Tags };
}

/** The API takes texts; policies may be objects in templates. */
function attributesOf(properties: TemplateObject): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'QueueName' || name === 'Tags') continue;
    // FifoQueue can only be given as true.
    if (name === 'FifoQueue' && value !== true) continue;
    attributes[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return attributes;
}

function tagsOf({ Tags }: TemplateObject): Record<string, string> {
  const tags = (Tags ?? []) as unknown as { Key: string; Value: string }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** AWS::SQS::QueuePolicy. */
export const queuePolicy: ResourceType = {
  name: 'AWS::SQS::QueuePolicy',
  properties: object({ PolicyDocument: { kind: 'any' }, Queues: { kind: 'any' } }),
  attributes: ['Id'],
  naming: { maxLength: 128 },
  withoutEffect: 'requests are not checked against policies here.',
  bringUp: ({ name }) => Promise.resolve({ action: 'without effect', attributes: { Id: name } }),
};
