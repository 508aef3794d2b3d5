import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  ShardListener,
  StoredStreamRecord,
  StreamLog,
  StreamPosition,
} from '../../src/dynamodb/index.js';
import { AwsError } from '../../src/lib/aws-error.js';
import { embeddedStreams } from '../../src/streams/index.js';

const ARN = 'arn:aws:dynamodb:eu-west-1:000000000000:table/users/stream/2026-01-01T00:00:00.000';
const SCOPE = { region: 'eu-west-1', accountId: '000000000000' };

const STORED: StoredStreamRecord = {
  // Not in AWS's order, and with a member of its own: neither may show.
  SequenceNumber: '42',
  StreamViewType: 'NEW_AND_OLD_IMAGES',
  writtenAt: 1_672_592_664_789,
  eventName: 'MODIFY',
  eventID: 'c4ca4238a0b923820dcc509a6f75849b',
  SizeBytes: 505,
  OldImage: { pk: { S: 'USER#1' }, age: { N: '41' } },
  NewImage: { pk: { S: 'USER#1' }, age: { N: '42' } },
  Keys: { pk: { S: 'USER#1' } },
};

interface Read {
  shardId: string;
  position: StreamPosition;
  limit: number;
}

/** A log of one shard that holds `records`, and remembers what was asked of it. */
function logOf(...records: StoredStreamRecord[]): StreamLog & { asked: Read[]; commit(): void } {
  const listeners = new Set<ShardListener>();
  const asked: Read[] = [];
  return {
    asked,
    commit: () => {
      for (const listener of listeners) listener(new Set(['child']));
    },
    describe(streamArn) {
      if (streamArn !== ARN) throw new AwsError('ResourceNotFoundException', 'not found');
      return {
        viewType: 'NEW_AND_OLD_IMAGES',
        enabled: true,
        shards: [
          { shardId: 'parent', closed: true },
          { shardId: 'child', parentShardId: 'parent', closed: false },
        ],
      };
    },
    read(_streamArn, shardId, position, limit) {
      asked.push({ shardId, position, limit });
      return { records, next: { type: 'AFTER', sequenceNumber: '42' } };
    },
    subscribe(_streamArn, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function recordOf(stored: StoredStreamRecord): Promise<string> {
  const stream = embeddedStreams({ log: logOf(stored), scope: SCOPE }).open(ARN);
  const { entries } = await stream.read('child', { type: 'TRIM_HORIZON' }, 1);
  return JSON.stringify(entries[0]!.record);
}

describe('the embedded stream', () => {
  it('gives records in the shape and the order of members that AWS gives', async () => {
    assert.equal(
      await recordOf(STORED),
      JSON.stringify({
        eventID: 'c4ca4238a0b923820dcc509a6f75849b',
        eventName: 'MODIFY',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-west-1',
        dynamodb: {
          ApproximateCreationDateTime: 1_672_592_664,
          Keys: { pk: { S: 'USER#1' } },
          NewImage: { pk: { S: 'USER#1' }, age: { N: '42' } },
          OldImage: { pk: { S: 'USER#1' }, age: { N: '41' } },
          SequenceNumber: '42',
          SizeBytes: 505,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: ARN,
      }),
    );
  });

  it('leaves out the images that a record does not have', async () => {
    const { NewImage: _new, OldImage: _old, ...keysOnly } = STORED;
    const record = await recordOf({ ...keysOnly, StreamViewType: 'KEYS_ONLY' });
    assert.deepEqual(Object.keys((JSON.parse(record) as { dynamodb: object }).dynamodb), [
      'ApproximateCreationDateTime',
      'Keys',
      'SequenceNumber',
      'SizeBytes',
      'StreamViewType',
    ]);
  });

  it('says who deleted an item whose time was up', async () => {
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const;
    const record = JSON.parse(await recordOf({ ...STORED, eventName: 'REMOVE', userIdentity })) as {
      userIdentity: object;
    };
    assert.deepEqual(record.userIdentity, userIdentity);
  });

  it('says when a change was written, to the millisecond, beside the record', async () => {
    const stream = embeddedStreams({ log: logOf(STORED), scope: SCOPE }).open(ARN);
    const { entries } = await stream.read('child', { type: 'LATEST' }, 1);
    assert.equal(entries[0]!.writtenAt, 1_672_592_664_789);
  });

  it('hands shard, position and limit on, and what comes next back', async () => {
    const log = logOf();
    const stream = embeddedStreams({ log, scope: SCOPE }).open(ARN);
    const position = { type: 'AFTER', sequenceNumber: '7' } as const;
    const batch = await stream.read('child', position, 500);
    assert.deepEqual(log.asked, [{ shardId: 'child', position, limit: 500 }]);
    assert.deepEqual(batch, { entries: [], next: { type: 'AFTER', sequenceNumber: '42' } });
  });

  it('lists its shards with their parents', async () => {
    const stream = embeddedStreams({ log: logOf(), scope: SCOPE }).open(ARN);
    assert.deepEqual(await stream.shards(), [
      { shardId: 'parent' },
      { shardId: 'child', parentShardId: 'parent' },
    ]);
  });

  it('tells its readers of each commit, and which shards it is about, until they have had enough', () => {
    const log = logOf();
    const calls: (string[] | undefined)[] = [];
    const end = embeddedStreams({ log, scope: SCOPE })
      .open(ARN)
      .onMore((shardIds) => calls.push(shardIds && [...shardIds]));
    log.commit();
    end();
    log.commit();
    assert.deepEqual(calls, [['child']]);
  });

  it('cannot be opened when there is none', () => {
    assert.throws(() => embeddedStreams({ log: logOf(), scope: SCOPE }).open('arn:other'), {
      code: 'ResourceNotFoundException',
    });
  });

  it('rejects a read when the log throws', async () => {
    const log = logOf();
    log.read = () => {
      throw new AwsError('TrimmedDataAccessException', 'trimmed');
    };
    const stream = embeddedStreams({ log, scope: SCOPE }).open(ARN);
    await assert.rejects(stream.read('child', { type: 'TRIM_HORIZON' }, 1), {
      code: 'TrimmedDataAccessException',
    });
  });
});
