import { isStructure } from '../lib/aws-input.js';
import { element, type QueryService } from './query-protocol.js';
import { callerOf, sqsQueryCode, type SqsService } from './sqs.js';

const VERSION = '2012-11-05';
/** Where a queue's URL leads. */
const QUEUE_PATH = /^\/\d{12}\/[^/]+$/;

/** Parameters with whole numbers. */
const NUMBERS = new Set([
  'DelaySeconds',
  'MaxNumberOfMessages',
  'MaxResults',
  'VisibilityTimeout',
  'WaitTimeSeconds',
]);
/** Lists, written `Name.1`, and what they are called in the JSON protocol. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};
/** Maps, written `Name.1.Name` and `Name.1.Value`. */
const MAPS: Readonly<Record<string, { member: string; key: string }>> = {
  Attribute: { member: 'Attributes', key: 'Name' },
  MessageAttribute: { member: 'MessageAttributes', key: 'Name' },
  MessageSystemAttribute: { member: 'MessageSystemAttributes', key: 'Name' },
  Tag: { member: 'Tags', key: 'Key' },
};

/** What clients send with an empty text when there is nothing in it, under its name in the JSON protocol. */
const EMPTY: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...Object.values(LISTS).map((member) => [member, []] as const),
  ...Object.values(MAPS).map(({ member }) => [member, {}] as const),
]);

/** SQS in its Query protocol, which older clients speak. */
export function sqsQuery(sqs: SqsService): QueryService {
  return {
    namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
    serves: (path, version = VERSION) =>
      QUEUE_PATH.test(path) || (path === '/' && version === VERSION),
    errorCode: sqsQueryCode,
    async invoke(action, form, request, response) {
      const caller = callerOf(request, response);
      const input = inputOf(form);
      // A form posted to a queue's URL need not name it again.
      input['QueueUrl'] ??= QUEUE_PATH.test(request.url ?? '') ? request.url : undefined;
      if (action === 'CreateQueue') input['tags'] = input['Tags'];
      return resultOf(action, await sqs.invoke(action, input, caller));
    },
  };
}

interface Tree {
  [name: string]: Tree | string;
}

function inputOf(form: URLSearchParams): Record<string, unknown> {
  const tree = Object.create(null) as Tree;
  for (const [name, value] of form) {
    const path = name.split('.');
    let at = tree;
    for (const part of path.slice(0, -1)) {
      const next = at[part];
      at = typeof next === 'object' ? next : (at[part] = Object.create(null) as Tree);
    }
    at[path.at(-1)!] = value;
  }
  return structureOf(tree);
}

function structureOf(tree: Tree): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tree)) {
    const map = MAPS[name];
    if (map) members[map.member] = mapOf(value, map.key);
    else if (LISTS[name]) members[LISTS[name]] = listOf(value).map(contentOf);
    else if (value === '' && EMPTY.has(name)) members[name] = EMPTY.get(name);
    else if (typeof value === 'string')
      members[name] = NUMBERS.has(name) && value !== '' ? numberOf(value) : value;
  }
  return members;
}

/** What is no number is left as it is, to be refused. */
function numberOf(text: string): number | string {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

const contentOf = (value: Tree | string): unknown =>
  typeof value === 'string' ? value : structureOf(value);

/** By their numbers. */
function listOf(value: Tree | string): (Tree | string)[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, member]) => member);
}

function mapOf(value: Tree | string, key: string): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const member of listOf(value)) {
    if (typeof member === 'string' || typeof member[key] !== 'string') continue;
    entries.push([member[key], contentOf(member['Value'] ?? '')]);
  }
  return Object.fromEntries(entries);
}

/** Members of answers that are lists or maps: what an element of theirs is called. */
const ELEMENTS: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Failed: 'BatchResultErrorEntry',
};
const SUCCESSFUL: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessageBatchResultEntry',
  DeleteMessageBatch: 'DeleteMessageBatchResultEntry',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibilityBatchResultEntry',
};
const MAP_ELEMENTS: Readonly<Record<string, { name: string; key: string }>> = {
  Attributes: { name: 'Attribute', key: 'Name' },
  MessageAttributes: { name: 'MessageAttribute', key: 'Name' },
  Tags: { name: 'Tag', key: 'Key' },
};

function resultOf(action: string, output: object): string {
  let xml = '';
  for (const [name, value] of Object.entries(output) as [string, unknown][]) {
    const map = MAP_ELEMENTS[name];
    if (map && isStructure(value)) xml += mapXml(action, map, value);
    else if (Array.isArray(value)) {
      const listed = name === 'Successful' ? SUCCESSFUL[action]! : ELEMENTS[name]!;
      for (const member of value as unknown[]) xml += anyXml(action, listed, member);
    } else xml += anyXml(action, name, value);
  }
  return xml;
}

function mapXml(
  action: string,
  { name, key }: { name: string; key: string },
  map: Readonly<Record<string, unknown>>,
): string {
  return Object.entries(map)
    .map(
      ([entry, value]) =>
        `<${name}>${element(key, entry)}${anyXml(action, 'Value', value)}</${name}>`,
    )
    .join('');
}

function anyXml(action: string, name: string, value: unknown): string {
  return isStructure(value)
    ? `<${name}>${resultOf(action, value)}</${name}>`
    : element(name, String(value));
}
