// The script that a user would write: polls the stream with the SDK and PUTs each record, in order.
//   poller.ts ENDPOINT STREAM_ARN TARGET_ORIGIN POLL_MS
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { SDK_CONFIG } from './common.js';

const [endpoint, streamArn, targetOrigin, pollMs] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const streams = new DynamoDBStreamsClient({ ...SDK_CONFIG, endpoint });
const target = new Pool(targetOrigin, { connections: 1 });
const started = new Set<string>();

for (;;) {
  const { StreamDescription } = await streams.send(
    new DescribeStreamCommand({ StreamArn: streamArn }),
  );
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    if (started.has(ShardId!)) continue;
    started.add(ShardId!);
    void readShard(ShardId!);
  }
  await delay(1000);
}

async function readShard(ShardId: string): Promise<void> {
  let { ShardIterator: iterator } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn: streamArn,
      ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  while (iterator !== undefined) {
    const { Records, NextShardIterator } = await streams.send(
      new GetRecordsCommand({ ShardIterator: iterator }),
    );
    for (const record of Records ?? []) {
      const image = record.dynamodb?.NewImage;
      if (!image) continue;
      const answer = await target.request({
        method: 'PUT',
        path: `/cache/user?key=${encodeURIComponent(image['id']!.S!)}&ttl_seconds=300`,
        headers: { authorization: 'bench', 'content-type': 'application/json' },
        body: JSON.stringify({
          name: image['name']!.S,
          email: image['email']!.S,
          version: image['version']!.N,
        }),
      });
      await answer.body.dump();
    }
    iterator = NextShardIterator;
    if (!Records?.length) await delay(Number(pollMs));
  }
}
