import { alreadyExists, invalidParameter, streamNotFound } from './errors.js';
import { structures, text, type Input } from '../lib/aws-input.js';
import { boolean, integer, oneOf, requiredName } from './input.js';
import type { LogGroup } from './log-group.js';
import type { LogGroups } from './log-groups.js';
import { filterLogEvents, getLogEvents } from './reading.js';

type Operation = (groups: LogGroups, input: Input) => object | Promise<object>;

/** Forms of the service model. */
const GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const STREAM_NAME = /^[^:*]{1,512}$/;
const MAX_PAGE = 50;
const MAX_EVENTS = 10_000;

/** The group that an input names, by name or by ARN. */
export function groupOf(groups: LogGroups, input: Input): LogGroup {
  const identifier = text(input, 'logGroupIdentifier');
  if (identifier !== undefined) return groups.named(groups.nameOf(identifier) ?? identifier);
  return groups.named(requiredName(input, 'logGroupName', GROUP_NAME));
}

/** All operations by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [
    'CreateLogGroup',
    (groups, input) => {
      const name = requiredName(input, 'logGroupName', GROUP_NAME);
      if (groups.has(name)) throw alreadyExists('group');
      groups.make(name);
      return {};
    },
  ],
  [
    'DeleteLogGroup',
    async (groups, input) => {
      await groups.delete(groupOf(groups, input));
      return {};
    },
  ],
  [
    'DescribeLogGroups',
    (groups, input) => {
      const prefix = text(input, 'logGroupNamePrefix') ?? '';
      const pattern = text(input, 'logGroupNamePattern') ?? '';
      const found = groups
        .all()
        .map(({ facts }) => facts)
        .filter(({ logGroupName: name }) => name.startsWith(prefix) && name.includes(pattern));
      const { page, next } = pageOf(found, ({ logGroupName }) => logGroupName, input);
      return {
        logGroups: page.map(({ logGroupName, creationTime }) => ({
          logGroupName,
          creationTime,
          metricFilterCount: 0,
          arn: `${groups.arnOf(logGroupName)}:*`,
          logGroupArn: groups.arnOf(logGroupName),
          logGroupClass: 'STANDARD',
        })),
        ...next,
      };
    },
  ],
  [
    'CreateLogStream',
    (groups, input) => {
      const group = groupOf(groups, input);
      const name = requiredName(input, 'logStreamName', STREAM_NAME);
      if (group.hasStream(name)) throw alreadyExists('stream');
      group.makeStream(name, groups.clock.now());
      return {};
    },
  ],
  ['DescribeLogStreams', describeLogStreams],
  ['PutLogEvents', putLogEvents],
  ['GetLogEvents', (groups, input) => getLogEvents(groupOf(groups, input), input)],
  ['FilterLogEvents', (groups, input) => filterLogEvents(groupOf(groups, input), input)],
]);

async function describeLogStreams(groups: LogGroups, input: Input): Promise<object> {
  const group = groupOf(groups, input);
  const prefix = text(input, 'logStreamNamePrefix') ?? '';
  const times = new Map<string, { first: number; last: number; came: number }>();
  for await (const { logStreamName, timestamp, ingestionTime } of group.read()) {
    const { first, last } = times.get(logStreamName) ?? { first: timestamp, last: timestamp };
    times.set(logStreamName, {
      first: Math.min(first, timestamp),
      last: Math.max(last, timestamp),
      came: ingestionTime,
    });
  }
  const found = group.streams.filter(({ logStreamName }) => logStreamName.startsWith(prefix));
  const order = oneOf(input, 'orderBy', ['LogStreamName', 'LastEventTime']);
  const descending = boolean(input, 'descending');
  if (order === 'LastEventTime' && prefix !== '')
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  if (order === 'LastEventTime') {
    const lastOf = (name: string): number => times.get(name)?.last ?? 0;
    found.sort((a, b) => lastOf(a.logStreamName) - lastOf(b.logStreamName));
  }
  if (descending) found.reverse();
  const { page, next } = pageOf(found, ({ logStreamName }) => logStreamName, input);
  return {
    logStreams: page.map(({ logStreamName, creationTime }) => {
      const seen = times.get(logStreamName);
      return {
        logStreamName,
        creationTime,
        ...(seen && {
          firstEventTimestamp: seen.first,
          lastEventTimestamp: seen.last,
          lastIngestionTime: seen.came,
        }),
        arn: `${groups.arnOf(group.facts.logGroupName)}:log-stream:${logStreamName}`,
        storedBytes: 0,
      };
    }),
    ...next,
  };
}

async function putLogEvents(groups: LogGroups, input: Input): Promise<object> {
  const group = groupOf(groups, input);
  const logStreamName = requiredName(input, 'logStreamName', STREAM_NAME);
  if (!group.hasStream(logStreamName)) throw streamNotFound();
  const entries = structures(input, 'logEvents');
  if (entries.length === 0 || entries.length > MAX_EVENTS)
    throw invalidParameter(`Send from 1 to ${String(MAX_EVENTS)} log events at once.`);
  const events = entries.map((entry) => {
    const message = text(entry, 'message');
    const timestamp = integer(entry, 'timestamp', 0);
    if (message === undefined || message === '' || timestamp === undefined)
      throw invalidParameter('Each log event must have a message and a timestamp.');
    return { logStreamName, timestamp, message };
  });
  if (events.some(({ timestamp }, at) => at > 0 && timestamp < events[at - 1]!.timestamp))
    throw invalidParameter(
      'Log events in a single PutLogEvents request must be in chronological order.',
    );
  await group.put(events, groups.clock.now());
  return { nextSequenceToken: String(groups.clock.now()) };
}

/** A page of a list; the token is the name of its last entry. */
function pageOf<T>(
  found: T[],
  nameOf: (entry: T) => string,
  input: Input,
): { page: T[]; next: { nextToken?: string } } {
  const limit = integer(input, 'limit', 1, MAX_PAGE) ?? MAX_PAGE;
  const token = text(input, 'nextToken');
  const before = token === undefined ? -1 : found.findIndex((entry) => nameOf(entry) === token);
  if (token !== undefined && before < 0)
    throw invalidParameter('The specified nextToken is invalid.');
  const page = found.slice(before + 1, before + 1 + limit);
  const hasMore = before + 1 + page.length < found.length;
  return { page, next: hasMore ? { nextToken: nameOf(page.at(-1)!) } : {} };
}
