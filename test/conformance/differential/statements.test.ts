import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openDynamoDb } from '../../../src/dynamodb/index.js';
import type { Item } from '../../../src/lib/attribute-value.js';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../../tools/dynamodb-local.js';
import { randomOf } from '../../support/random.js';
import { java } from '../../support/programs.js';
import { byText, sorted, type Answer } from './compare.js';
import type { Request } from './generator.js';
import { KNOWN_STATEMENT_DIFFERENCES } from './known-differences.js';
import { sendOverHttp, sendToEngine, type Send } from './servers.js';
import {
  STATEMENT_TABLE as TableName,
  statementFor,
  statementTable,
} from './statement-generator.js';

/** As in differential.test.ts: settable for long runs, fixed in the ordinary one. */
const REQUESTS = Number(process.env['FRESHET_DIFFERENTIAL'] ?? 1_000);
const SEED = Number(process.env['FRESHET_SEED'] ?? 1);

describe('PartiQL statements, beside DynamoDB Local', { skip: java.skip }, () => {
  let local: DynamoDbLocal;
  before(async () => {
    local = await startDynamoDbLocal({ inMemory: true, brief: true });
  });
  after(() => local.close());

  it(`answer the same, and leave the same items (seed ${SEED})`, async () => {
    const db = await openDynamoDb({ region: 'us-east-1', accountId: '000000000000' });
    const http = sendOverHttp(local.endpoint);
    const servers = [sendToEngine(db), http.send];
    try {
      await Promise.all(servers.map(made));
      const random = randomOf(SEED);
      for (let count = 0; count < REQUESTS; count += 1) {
        const request = statementFor(random);
        const [ours, theirs] = (await Promise.all(
          servers.map((send) => send(request.operation, request.input)),
        )) as [Answer, Answer];
        const [mine, other] = await Promise.all(servers.map(items));
        const isSame = JSON.stringify(mine) === JSON.stringify(other);
        if (isSame && canonical(request, ours) === canonical(request, theirs)) continue;
        assert.ok(
          KNOWN_STATEMENT_DIFFERENCES.some(({ holds }) => holds(request, ours, theirs)),
          `seed ${SEED}, request ${count}: ${JSON.stringify(request)}\nours   ${JSON.stringify(ours)}\ntheirs ${JSON.stringify(theirs)}`,
        );
        if (!isSame) await Promise.all(servers.map(emptied));
      }
    } finally {
      await http.close();
      await db.close();
    }
  });
});

async function made(send: Send): Promise<void> {
  const { error, message } = await send('CreateTable', statementTable);
  assert.equal(error, undefined, message);
  for (;;) {
    const { body } = await send('DescribeTable', { TableName });
    if ((body as { Table: { TableStatus: string } }).Table.TableStatus === 'ACTIVE') return;
    await delay(1);
  }
}

async function items(send: Send): Promise<unknown[]> {
  const { body } = await send('Scan', { TableName });
  return (body as { Items: Item[] }).Items.map(sorted).sort(byText);
}

async function emptied(send: Send): Promise<void> {
  for (const item of (await items(send)) as Item[])
    await send('DeleteItem', { TableName, Key: { pk: item['pk'], sk: item['sk'] } });
}

/** What two right servers agree on: items in an order only where one is asked for. */
function canonical({ input }: Request, { error, body }: Answer): string {
  if (error !== undefined) return error;
  const found = ((body as { Items?: Item[] }).Items ?? []).map(sorted);
  const isOrdered = /ORDER BY/.test(input['Statement'] as string);
  return JSON.stringify(isOrdered ? found : found.sort(byText));
}
