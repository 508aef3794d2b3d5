import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AwsError } from '../../src/lib/aws-error.js';
import { LogGroups } from '../../src/logs/index.js';
import { FakeClock } from '../momento/fake-clock.js';

const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
const NAME = '/pipes/users';
const ARN = `arn:aws:logs:us-east-1:000000000000:log-group:${NAME}`;

interface Answer {
  events: { message: string; timestamp: number; logStreamName: string; eventId: string }[];
  nextToken?: string;
  nextForwardToken: string;
  nextBackwardToken: string;
  logGroups: { logGroupName: string; arn: string }[];
  logStreams: {
    logStreamName: string;
    firstEventTimestamp?: number;
    lastEventTimestamp?: number;
  }[];
}

describe('log groups', () => {
  let folder: string;
  let clock: FakeClock;
  let groups: LogGroups;
  const open = (): LogGroups => new LogGroups({ folder, scope: SCOPE, clock });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'freshet-logs-'));
    clock = new FakeClock();
    groups = open();
  });
  afterEach(async () => {
    await groups.close();
    rmSync(folder, { recursive: true });
  });

  const call = (operation: string, input: object): Promise<Answer> =>
    groups.invoke(operation, input) as Promise<Answer>;
  const put = async (message: string, logStreamName = 's', timestamp = clock.time): Promise<void> =>
    groups.put(ARN, { logStreamName, timestamp, message });
  const messages = async (operation: string, input: object = {}): Promise<string[]> =>
    (await call(operation, { logGroupName: NAME, ...input })).events.map(({ message }) => message);
  const refusal = async (operation: string, input: object): Promise<string> => {
    try {
      await call(operation, input);
    } catch (error) {
      assert.ok(error instanceof AwsError);
      return `${error.code}: ${error.message}`;
    }
    throw new Error(`${operation} was not refused`);
  };

  it('are made by the first event, and read back in order, also by the next process', async () => {
    await Promise.all(['a', 'b'].map((message) => put(message)));
    await put('c', 'other');
    clock.time += 1;
    groups = open();
    await put('d');
    assert.deepEqual(await messages('FilterLogEvents'), ['a', 'b', 'c', 'd']);
    assert.deepEqual(await messages('GetLogEvents', { logStreamName: 's' }), ['a', 'b', 'd']);
    const { events } = await call('FilterLogEvents', { logGroupIdentifier: `${ARN}:*` });
    assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 4);
  });

  it('pass over the line that a process was writing when it died', async () => {
    await put('a');
    const [group] = readdirSync(folder);
    appendFileSync(join(folder, group!, 'events.jsonl'), '{"id":1,"mess');
    assert.deepEqual(await messages('FilterLogEvents'), ['a']);
  });

  it('filter by time, stream, and the words that an event must hold', async () => {
    for (const [n, stream] of ['a', 'b', 'a'].entries())
      await put(`record ${String(n)} of ${stream}`, stream, n * 1000);
    const filtered = (input: object): Promise<string[]> => messages('FilterLogEvents', input);
    assert.deepEqual(await filtered({ startTime: 1000, endTime: 2000 }), ['record 1 of b']);
    assert.equal((await filtered({ logStreamNames: ['a'] })).length, 2);
    assert.deepEqual(await filtered({ filterPattern: '"of b" record' }), ['record 1 of b']);
    assert.match(
      await refusal('FilterLogEvents', { logGroupName: NAME, filterPattern: '{ $.a = 1 }' }),
      /^InvalidParameterException: The filter pattern \{ \$\.a = 1 \} is not supported/,
    );
  });

  it('are read in pages, forwards and backwards', async () => {
    for (let n = 0; n < 5; n += 1) await put(String(n));
    const read = (more: object): Promise<Answer> =>
      call('GetLogEvents', { logGroupName: NAME, logStreamName: 's', limit: 2, ...more });
    const texts = ({ events }: Answer): string => events.map(({ message }) => message).join('');
    const last = await read({});
    assert.equal(texts(last), '34');
    const before = await read({ nextToken: last.nextBackwardToken });
    assert.equal(texts(before), '12');
    assert.equal(texts(await read({ nextToken: before.nextForwardToken })), '34');
    const end = await read({ nextToken: last.nextForwardToken });
    assert.equal(texts(end), '');
    assert.equal(end.nextForwardToken, last.nextForwardToken);
    assert.equal(texts(await read({ startFromHead: true })), '01');
  });

  it('have the operations that make, list and fill them', async () => {
    await call('CreateLogGroup', { logGroupName: NAME });
    await call('CreateLogStream', { logGroupName: NAME, logStreamName: 's' });
    await call('PutLogEvents', {
      logGroupName: NAME,
      logStreamName: 's',
      logEvents: [
        { timestamp: 1, message: 'a' },
        { timestamp: 2, message: 'b' },
      ],
    });
    const { logGroups } = await call('DescribeLogGroups', { logGroupNamePrefix: '/pipes' });
    assert.deepEqual(
      logGroups.map(({ logGroupName, arn }) => [logGroupName, arn]),
      [[NAME, `${ARN}:*`]],
    );
    const { logStreams } = await call('DescribeLogStreams', { logGroupName: NAME });
    const [stream] = logStreams;
    assert.deepEqual(
      [stream!.logStreamName, stream!.firstEventTimestamp, stream!.lastEventTimestamp],
      ['s', 1, 2],
    );
    await call('DeleteLogGroup', { logGroupName: NAME });
    assert.deepEqual((await call('DescribeLogGroups', {})).logGroups, []);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('refuse what the service refuses, in its words', async () => {
    await call('CreateLogGroup', { logGroupName: NAME });
    const group = { logGroupName: NAME };
    for (const [operation, input, expected] of [
      [
        'CreateLogGroup',
        group,
        'ResourceAlreadyExistsException: The specified log group already exists',
      ],
      [
        'FilterLogEvents',
        { logGroupName: 'x' },
        'ResourceNotFoundException: The specified log group does not exist.',
      ],
      [
        'GetLogEvents',
        { ...group, logStreamName: 'x' },
        'ResourceNotFoundException: The specified log stream does not exist.',
      ],
      [
        'CreateLogStream',
        { ...group, logStreamName: 'a:b' },
        /^InvalidParameterException: .*'logStreamName'/,
      ],
      [
        'PutLogEvents',
        { ...group, logStreamName: 'x', logEvents: [] },
        /ResourceNotFoundException/,
      ],
      [
        'FilterLogEvents',
        { ...group, nextToken: 'x' },
        'InvalidParameterException: The specified nextToken is invalid.',
      ],
      [
        'FilterLogEvents',
        { ...group, logStreamNames: ['a'], logStreamNamePrefix: 'b' },
        'InvalidParameterException: Give logStreamNames or logStreamNamePrefix, not both.',
      ],
      [
        'FilterLogEvents',
        { ...group, logStreamNames: Array<string>(101).fill('a') },
        'InvalidParameterException: logStreamNames may name at most 100 streams.',
      ],
      [
        'DescribeLogStreams',
        { ...group, orderBy: 'Name' },
        "InvalidParameterException: 1 validation error detected: Value 'Name' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]",
      ],
      [
        'DescribeLogStreams',
        { ...group, orderBy: 'LastEventTime', logStreamNamePrefix: 's' },
        'InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.',
      ],
      ['DescribeLogStreams', { ...group, descending: 'yes' }, /^SerializationException/],
      ['StartQuery', group, /^UnknownOperationException/],
    ] as const) {
      const text = await refusal(operation, input);
      if (typeof expected === 'string') assert.equal(text, expected);
      else assert.match(text, expected);
    }
    await assert.rejects(
      groups.put(ARN.replace('us-east-1', 'eu-west-1'), {
        logStreamName: 's',
        timestamp: 0,
        message: 'a',
      }),
      { code: 'ResourceNotFoundException' },
    );
  });
});
