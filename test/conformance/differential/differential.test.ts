import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openDynamoDb } from '../../../src/dynamodb/index.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../../tools/dynamodb-local.js';
import { pick, randomOf } from '../../support/random.js';
import { java } from '../../support/programs.js';
import { canonical, sorted, type Answer } from './compare.js';
import { createTable, requestFor, SHAPES, type Request, type Shape } from './generator.js';
import { KNOWN_DIFFERENCES, onlyTakesAway } from './known-differences.js';
import { sendOverHttp, sendToEngine, type Send } from './servers.js';

/**
 * FRESHET_DIFFERENTIAL=100000 for a long run, FRESHET_SEED for another one. The seeds are fixed: that a new
 * one meets a new oddity of DynamoDB Local must not fail a change that has nothing to do with it.
 */
const REQUESTS = Number(process.env['FRESHET_DIFFERENTIAL'] ?? 3_000);
const SEEDS =
  process.env['FRESHET_SEED'] === undefined ? [1, 2, 3] : [Number(process.env['FRESHET_SEED'])];

/**
 * The same random requests, right and wrong, go to Freshet and to AWS's own DynamoDB Local. Results, the
 * types of errors and the streams must agree, but for {@link KNOWN_DIFFERENCES}.
 */
describe('beside DynamoDB Local', { skip: java.skip }, () => {
  let local: DynamoDbLocal;
  before(async () => {
    local = await startDynamoDbLocal({ inMemory: true, brief: true });
  });
  after(() => local.close());

  for (const seed of SEEDS)
    it(`answers the same, and streams the same (seed ${seed})`, async () => {
      const db = await openDynamoDb({ region: 'us-east-1', accountId: '000000000000' });
      const http = sendOverHttp(local.endpoint);
      try {
        await compare(sendToEngine(db), http.send, seed);
      } finally {
        for (const { name } of SHAPES) await http.send('DeleteTable', { TableName: name });
        await http.close();
        await db.close();
      }
    });
});

async function compare(ours: Send, theirs: Send, seed: number): Promise<void> {
  const random = randomOf(seed);
  for (const shape of SHAPES)
    for (const send of [ours, theirs]) {
      const { error, message } = await send('CreateTable', createTable(shape));
      assert.equal(error, undefined, message);
    }
  /** Items whose histories differ for a known reason. */
  const parted = new Set<string>();
  for (let count = 0; count < REQUESTS; count += 1) {
    const shape = pick(random, SHAPES);
    const request = requestFor(random, shape);
    const [mine, other] = await Promise.all([
      ours(request.operation, request.input),
      theirs(request.operation, request.input),
    ]);
    if (agree(request, mine, other) && (mine.error || !onlyTakesAway(request))) continue;
    const known = KNOWN_DIFFERENCES.some(({ holds }) => holds(request, mine, other));
    assert.ok(
      known,
      `seed ${seed}, request ${count}: ${JSON.stringify(request)}\nours   ${JSON.stringify(mine)}\ntheirs ${JSON.stringify(other)}`,
    );
    for (const Key of keysIn(request, shape)) {
      parted.add(nameOf(shape.name, Key));
      for (const send of [ours, theirs]) await send('DeleteItem', { TableName: shape.name, Key });
    }
  }
  for (const shape of SHAPES)
    assert.deepEqual(
      await histories(ours, shape, parted),
      await histories(theirs, shape, parted),
      `seed ${seed}: the stream of ${shape.name}`,
    );
}

const agree = (request: Request, mine: Answer, other: Answer): boolean =>
  JSON.stringify(canonical(request, mine)) === JSON.stringify(canonical(request, other));

interface WriteInput {
  Key?: Item;
  Item?: Item;
  RequestItems?: Record<string, { PutRequest?: WriteInput; DeleteRequest?: WriteInput }[]>;
  TransactItems?: Record<string, WriteInput>[];
}

/** The keys that a request writes. */
function keysIn({ input }: Request, shape: Shape): Item[] {
  const { Key, Item, RequestItems, TransactItems } = input as WriteInput;
  const parts = [...Object.values(RequestItems ?? {}).flat(), ...(TransactItems ?? [])].flatMap(
    (one) => Object.values(one as Record<string, WriteInput>),
  );
  return [Key, Item, ...parts.flatMap((part) => [part.Key, part.Item])]
    .filter((item) => item !== undefined)
    .map(({ pk, sk }) => ({ pk: pk!, ...(shape.range && { sk: sk! }) }));
}

const nameOf = (table: string, { pk, sk }: Item): string => JSON.stringify([table, pk, sk]);

/** What the stream says of each item, in order: event, images, view type. */
async function histories(
  send: Send,
  { name }: Shape,
  parted: ReadonlySet<string>,
): Promise<Record<string, unknown[]>> {
  const { body: described } = await send('DescribeTable', { TableName: name });
  const { LatestStreamArn: StreamArn } = (described as { Table: { LatestStreamArn: string } })
    .Table;
  const { body } = await send('DescribeStream', { StreamArn });
  const { Shards } = (body as { StreamDescription: { Shards: { ShardId: string }[] } })
    .StreamDescription;
  const found: Record<string, unknown[]> = {};
  for (const { ShardId } of Shards) {
    const first = await send('GetShardIterator', {
      StreamArn,
      ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    let { ShardIterator } = first.body as { ShardIterator: string | undefined };
    while (ShardIterator !== undefined) {
      const { body: page } = await send('GetRecords', { ShardIterator });
      const { Records, NextShardIterator } = page as {
        Records: { eventName: string; dynamodb: Record<string, unknown> & { Keys: Item } }[];
        NextShardIterator?: string;
      };
      for (const { eventName, dynamodb } of Records) {
        const { Keys, NewImage, OldImage, StreamViewType } = dynamodb;
        const key = nameOf(name, Keys);
        if (parted.has(key)) continue;
        (found[key] ??= []).push(sorted({ eventName, NewImage, OldImage, StreamViewType }));
      }
      ShardIterator = Records.length === 0 ? undefined : NextShardIterator;
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}
