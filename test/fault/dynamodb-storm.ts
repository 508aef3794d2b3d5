/**
 * A child process for `dynamodb-kill.test.ts`: opens the folder given as its first argument and writes
 * as fast as it can. Each acknowledged write is a line on standard output, `i version` for item i;
 * `i -1`: deleted.
 */
import { writeSync } from 'node:fs';
import { openDynamoDb } from '../../src/dynamodb/index.js';

const ITEMS = 200;
const WRITERS = 32;

const db = await openDynamoDb({
  path: process.argv[2]!,
  region: 'eu-west-1',
  accountId: '123456789012',
});

await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

/** Each writer has items of its own, so that the order of its acknowledgements is that of the writes. */
async function write(writer: number): Promise<void> {
  for (let version = Number(process.argv[3]); ; version += 1) {
    const item = writer + WRITERS * Math.floor((Math.random() * ITEMS) / WRITERS);
    const pk = { S: `item-${item}` };
    const isDeletion = Math.random() < 0.1;
    if (isDeletion) await db.deleteItem({ TableName: 'storm', Key: { pk } });
    else
      await db.putItem({
        TableName: 'storm',
        Item: { pk, version: { N: String(version) }, group: { S: `g${version % 7}` } },
      });
    // In one call and to the end: a line is out before the next write begins.
    writeSync(1, `${item} ${isDeletion ? -1 : version}\n`);
  }
}
