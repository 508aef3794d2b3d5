import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openDynamoDb } from '../../../src/dynamodb/index.js';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../../tools/dynamodb-local.js';
import { randomOf } from '../../support/random.js';
import { java } from '../../support/programs.js';
import { sorted, type Answer } from './compare.js';
import { KNOWN_TABLE_DIFFERENCES } from './known-differences.js';
import { sendOverHttp, sendToEngine, type Send } from './servers.js';
import { tableRequestFor, TABLES } from './table-generator.js';

/** As in differential.test.ts: settable for long runs, fixed in the ordinary one. */
const REQUESTS = Number(process.env['FRESHET_DIFFERENTIAL'] ?? 1_000);
const SEED = Number(process.env['FRESHET_SEED'] ?? 1);

/** What each server makes up on its own, and states, which pass at different speeds. */
const OWN = /Arn|Label|DateTime|TableId|Status$|SizeBytes|ItemCount|NumberOfDecreases|Backfilling/;
/** Members of the service that DynamoDB Local 1.25 does not have yet. */
const NEWER = /WarmThroughput|DeletionProtection/;

describe('operations on tables, beside DynamoDB Local', { skip: java.skip }, () => {
  let local: DynamoDbLocal;
  before(async () => {
    local = await startDynamoDbLocal({ inMemory: true, brief: true });
  });
  after(() => local.close());

  it(`answer the same (seed ${SEED})`, async () => {
    const db = await openDynamoDb({ region: 'us-east-1', accountId: '000000000000' });
    const http = sendOverHttp(local.endpoint);
    const servers = [sendToEngine(db), http.send];
    try {
      const random = randomOf(SEED);
      for (let count = 0; count < REQUESTS; count += 1) {
        const request = tableRequestFor(random);
        const [ours, theirs] = (await Promise.all(
          servers.map((send) => send(request.operation, request.input)),
        )) as [Answer, Answer];
        await Promise.all(servers.map(settled));
        if (JSON.stringify(common(ours)) === JSON.stringify(common(theirs))) continue;
        assert.ok(
          KNOWN_TABLE_DIFFERENCES.some(({ holds }) => holds(request, ours, theirs)),
          `seed ${SEED}, request ${count}: ${JSON.stringify(request)}\nours   ${JSON.stringify(ours)}\ntheirs ${JSON.stringify(theirs)}`,
        );
        // One has done what the other has not: both begin anew.
        await Promise.all(servers.map(emptied));
      }
    } finally {
      await http.close();
      await db.close();
    }
  });
});

interface Table {
  TableStatus: string;
  GlobalSecondaryIndexes?: { IndexStatus: string }[];
}

/** Waits until no table and no index is between two states. */
async function settled(send: Send): Promise<void> {
  for (const TableName of TABLES)
    for (;;) {
      const { body } = await send('DescribeTable', { TableName });
      if (body === undefined) break;
      const { TableStatus, GlobalSecondaryIndexes = [] } = (body as { Table: Table }).Table;
      const states = [TableStatus, ...GlobalSecondaryIndexes.map((index) => index.IndexStatus)];
      if (states.every((state) => state === 'ACTIVE')) break;
      await delay(1);
    }
}

async function emptied(send: Send): Promise<void> {
  for (const TableName of TABLES) await send('DeleteTable', { TableName });
  await settled(send);
}

function common(answer: Answer): unknown {
  return answer.error === undefined ? sorted(shared(answer.body)) : { error: answer.error };
}

/** The members that both have, with lists in one order. */
function shared(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(shared)
      .sort((a, b) => (JSON.stringify(sorted(a)) < JSON.stringify(sorted(b)) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !OWN.test(name) && !NEWER.test(name))
      .map(([name, member]) => [name, shared(member)]),
  );
}
