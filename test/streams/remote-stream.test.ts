import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  GetRecordsOutput,
  GetShardIteratorInput,
  _Record as SdkRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { isAwsError } from '../../src/lib/aws-error.js';
import { StreamReadError } from '../../src/streams/index.js';
import { RemoteStream, type StreamsApi } from '../../src/streams/remote-stream.js';

const ARN = 'arn:aws:dynamodb:eu-west-1:111111111111:table/users/stream/2026-01-01T00:00:00.000';
const NOW = 1_767_225_600_000;

function record(sequenceNumber: string, writtenAt: number): SdkRecord {
  return {
    eventID: `e${sequenceNumber}`,
    eventName: 'REMOVE',
    dynamodb: {
      SequenceNumber: sequenceNumber,
      ApproximateCreationDateTime: new Date(writtenAt),
      Keys: { pk: { B: new Uint8Array([0, 255]) } },
      SizeBytes: 4,
      StreamViewType: 'KEYS_ONLY',
    },
    userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
  };
}

function failure(name: string, message = 'no', members: object = {}): Error {
  return Object.assign(new Error(message), { name, ...members });
}

type Answer = GetRecordsOutput | Error;

/** A stream whose API answers GetRecords as scripted, and notes which iterators are asked for. */
function scripted(
  answers: Answer[],
  api: Partial<StreamsApi> = {},
): { stream: RemoteStream; iterators: GetShardIteratorInput[]; tokens: (string | undefined)[] } {
  const iterators: GetShardIteratorInput[] = [];
  const tokens: (string | undefined)[] = [];
  let monotonic = 0;
  const stream = new RemoteStream({
    streamArn: ARN,
    region: 'eu-west-1',
    where: 'http://source',
    clock: { now: () => NOW, monotonic: () => (monotonic += 1_000) },
    maxIdleMs: 1,
    api: async () => ({
      describeStream: async () => ({ StreamDescription: { Shards: [] } }),
      getShardIterator: async (input) => {
        iterators.push(input);
        return { ShardIterator: `first-${iterators.length}` };
      },
      getRecords: async ({ ShardIterator }) => {
        tokens.push(ShardIterator);
        const answer = answers.shift()!;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      ...api,
    }),
  });
  return { stream, iterators, tokens };
}

describe('a stream elsewhere', () => {
  it('lists the shards of all pages, parents before children', async () => {
    const pages = [
      { Shards: [{ ShardId: 'c', ParentShardId: 'b' }], LastEvaluatedShardId: 'c' },
      { Shards: [{ ShardId: 'b', ParentShardId: 'a' }], LastEvaluatedShardId: 'b' },
      { Shards: [{ ShardId: 'x', ParentShardId: 'trimmed' }, { ShardId: 'a' }] },
    ];
    const starts: (string | undefined)[] = [];
    const { stream } = scripted([], {
      describeStream: async ({ ExclusiveStartShardId }) => {
        starts.push(ExclusiveStartShardId);
        return { StreamDescription: pages.shift() };
      },
    });
    const shards = await stream.shards();
    assert.deepEqual(
      shards.map(({ shardId }) => shardId),
      ['a', 'b', 'c', 'x'],
    );
    assert.deepEqual(starts, [undefined, 'c', 'b']);
  });

  it('gives records the shape of events', async () => {
    const { stream } = scripted([{ Records: [record('7', NOW + 999)] }]);
    const { entries, next } = await stream.read('s', { type: 'TRIM_HORIZON' }, 10);
    assert.equal(next, undefined);
    assert.equal(
      JSON.stringify(entries[0]!.record),
      JSON.stringify({
        eventID: 'e7',
        eventName: 'REMOVE',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-west-1',
        dynamodb: {
          ApproximateCreationDateTime: NOW / 1000,
          Keys: { pk: { B: 'AP8=' } },
          SequenceNumber: '7',
          SizeBytes: 4,
          StreamViewType: 'KEYS_ONLY',
        },
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
        eventSourceARN: ARN,
      }),
    );
  });

  it('reads on with the iterator it was given, and behind a record with a new one', async () => {
    const { stream, iterators, tokens } = scripted([
      { Records: [record('7', NOW)], NextShardIterator: 'second' },
      { Records: [record('8', NOW)], NextShardIterator: 'third' },
      { Records: [record('7', NOW)], NextShardIterator: 'again' },
    ]);
    const { next } = await stream.read('s', { type: 'TRIM_HORIZON' }, 1);
    assert.deepEqual(next, { type: 'AFTER', sequenceNumber: '7' });
    await stream.read('s', next, 1);
    await stream.read('s', { type: 'AFTER', sequenceNumber: '6' }, 1);
    assert.deepEqual(tokens, ['first-1', 'second', 'first-2']);
    assert.deepEqual(
      iterators.map(({ ShardIteratorType, SequenceNumber }) => [ShardIteratorType, SequenceNumber]),
      [
        ['TRIM_HORIZON', undefined],
        ['AFTER_SEQUENCE_NUMBER', '6'],
      ],
    );
  });

  it('takes a new iterator behind the last record when one has expired', async () => {
    const { stream, iterators } = scripted([
      { Records: [record('7', NOW)], NextShardIterator: 'second' },
      failure('ExpiredIteratorException'),
      { Records: [record('8', NOW)], NextShardIterator: 'third' },
    ]);
    const { next } = await stream.read('s', { type: 'TRIM_HORIZON' }, 1);
    const { entries } = await stream.read('s', next!, 1);
    assert.equal(entries[0]!.record.dynamodb.SequenceNumber, '8');
    assert.equal(iterators.at(-1)!.SequenceNumber, '7');
  });

  it('fixes LATEST by its last record, or else goes on from the same iterator', async () => {
    const { stream, tokens } = scripted([
      { Records: [record('7', NOW)], NextShardIterator: 'behind-7' },
      { Records: [], NextShardIterator: 'nothing-yet' },
      { Records: [record('8', 0)], NextShardIterator: 'behind-8' },
    ]);
    assert.deepEqual(await stream.read('a', { type: 'LATEST' }, 1), {
      entries: [],
      next: { type: 'AFTER', sequenceNumber: '7' },
    });
    const { next } = await stream.read('b', { type: 'LATEST' }, 1);
    assert.equal(next?.type, 'AFTER');
    assert.equal((await stream.read('b', next, 1)).entries.length, 1);
    assert.equal(tokens.at(-1), 'nothing-yet');
  });

  it('seeks LATEST by time when its iterator is lost before the first record', async () => {
    const before = scripted([{ Records: [], NextShardIterator: 'lost' }]);
    const { next } = await before.stream.read('s', { type: 'LATEST' }, 1);
    const { stream, iterators } = scripted([
      { Records: [record('1', NOW - 600_000)], NextShardIterator: 'b' },
      {
        Records: [record('2', NOW - 590_000), record('3', NOW - 1_000)],
        NextShardIterator: 'c',
      },
    ]);
    const { entries } = await stream.read('s', next!, 10);
    assert.deepEqual(
      entries.map(({ record: { dynamodb } }) => dynamodb.SequenceNumber),
      ['3'],
    );
    assert.equal(iterators[0]!.ShardIteratorType, 'TRIM_HORIZON');
  });

  it('tells by their codes that records were trimmed or the stream is gone', async () => {
    for (const code of ['TrimmedDataAccessException', 'ResourceNotFoundException']) {
      const { stream } = scripted([failure(code)]);
      await assert.rejects(stream.read('s', { type: 'TRIM_HORIZON' }, 1), (error) =>
        isAwsError(error, code),
      );
    }
  });

  it('says what to check, and nothing of what was signed', async () => {
    const refused = failure(
      'InvalidSignatureException',
      "The signature does not match.\n\nThe Canonical String should have been\n'x-amz-security-token:secret'",
      { $metadata: { httpStatusCode: 403 } },
    );
    const { stream } = scripted([refused, failure('Error', 'connect', { code: 'ECONNREFUSED' })]);
    await assert.rejects(stream.read('s', { type: 'TRIM_HORIZON' }, 1), (error) => {
      assert.ok(error instanceof StreamReadError);
      assert.match(error.message, /^Cannot read stream arn:.*check the server's AWS credentials/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
    await assert.rejects(
      stream.read('s', { type: 'TRIM_HORIZON' }, 1),
      /ECONNREFUSED: connect; check that http:\/\/source is reachable\.$/,
    );
  });

  it('has an idle shard looked at again, and none when nobody listens any more', async () => {
    const { stream } = scripted([
      { Records: [], NextShardIterator: 'b' },
      { Records: [], NextShardIterator: 'c' },
    ]);
    const woken = new Promise<ReadonlySet<string> | undefined>((resolve) => {
      const stop = stream.onMore((shardIds) => {
        stop();
        resolve(shardIds);
      });
    });
    const { next } = await stream.read('s', { type: 'TRIM_HORIZON' }, 1);
    assert.deepEqual(await woken, new Set(['s']));
    await stream.read('s', next!, 1); // leaves no timer behind
  });
});
