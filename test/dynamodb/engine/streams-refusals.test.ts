import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import { createTable, open, refusal, streamArnOf, streams } from './harness.js';

interface Vector {
  title: string;
  operation: string;
  /** `{arn}`, `{shard}` and `{iterator}` stand for those of a stream that is there. */
  input: object;
  code: string;
  message: string;
}

const VECTORS = JSON.parse(
  readFileSync(new URL('../../vectors/dynamodb-streams/refusals.json', import.meta.url), 'utf8'),
) as Vector[];

describe('a wrong request of a stream is refused in the service’s words', () => {
  const cleanups: (() => unknown)[] = [];
  let db: DynamoDb;
  const names = new Map<string, string>();

  before(async () => {
    db = await open({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) });
    await createTable(db, 'users', { stream: 'KEYS_ONLY' });
    const StreamArn = await streamArnOf(db, 'users');
    const ShardId = db.streamLog.describe(StreamArn).shards[0]!.shardId;
    const input = { StreamArn, ShardId, ShardIteratorType: 'LATEST' };
    const { ShardIterator } = await streams<{ ShardIterator: string }>(
      db,
      'GetShardIterator',
      input,
    );
    names.set('{arn}', StreamArn).set('{shard}', ShardId).set('{iterator}', ShardIterator);
  });

  after(async () => {
    for (const cleanup of cleanups) await cleanup();
  });

  for (const { title, operation, input, code, message } of VECTORS)
    it(`${operation}: ${title}`, async () => {
      let text = JSON.stringify(input);
      for (const [name, value] of names) text = text.replaceAll(name, value);
      const error = await refusal(db.invokeStreams(operation, JSON.parse(text)));
      assert.equal(error.code, code);
      assert.equal(error.message, message);
    });
});
