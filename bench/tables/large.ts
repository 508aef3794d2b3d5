// A table that grows: does it slow down, does memory stay flat?
//
//   npm run bench:large                        ten million items
//   npm run bench:large -- --items 1000000
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { say } from '../report.js';
import { measure, type Measured } from './measure.js';
import { freshet } from './peers.js';
import { Connection, statusOf, wireRequest } from './wire.js';

const { values: options } = parseArgs({
  options: {
    items: { type: 'string', default: '10000000' },
    seconds: { type: 'string', default: '10' },
  },
});
const ITEMS = Number(options.items);
const SECONDS = Number(options.seconds);
const FIRST = Math.min(100_000, ITEMS);
const BATCH = 25;
const LOADERS = 16;
const CLIENTS = 64;
const TableName = 'large';

const key = (i: number): object => ({ id: { S: `user-${String(i).padStart(9, '0')}` } });
const item = (i: number, version: number): object => ({
  ...key(i),
  name: { S: 'Tanaka Ichiro' },
  version: { N: String(version) },
});
/** Any of the first `items`, in no order that storage could use. */
const scattered = (i: number, items: number): number => (i * 7_368_787) % items;

const server = await freshet.start();
const connection = await Connection.open(server.port);
await connection.send(
  wireRequest('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  }),
);
connection.close();
try {
  await load(0, FIRST);
  await measureAll(FIRST); // warms it up
  const small = await measureAll(FIRST);
  const started = performance.now();
  await load(FIRST, ITEMS);
  const seconds = (performance.now() - started) / 1000;
  say(`loaded ${((ITEMS - FIRST) / seconds / 1000).toFixed(1)} thousand items a second`);
  const large = await measureAll(ITEMS);
  for (const operation of ['PutItem', 'GetItem'] as const)
    say(
      `${operation}: with ${ITEMS.toLocaleString('en')} items ${((100 * large[operation].perSecond) / small[operation].perSecond).toFixed(0)} % of the requests a second with ${FIRST.toLocaleString('en')}`,
    );
} finally {
  await server.close();
}

async function load(from: number, to: number): Promise<void> {
  let next = from;
  let told = from;
  const loader = async (): Promise<void> => {
    const own = await Connection.open(server.port);
    while (next < to) {
      const first = next;
      next = Math.min(to, next + BATCH);
      const requests = Array.from({ length: next - first }, (_, n) => ({
        PutRequest: { Item: item(first + n, 0) },
      }));
      const answer = await own.send(
        wireRequest('BatchWriteItem', { RequestItems: { [TableName]: requests } }),
      );
      if (statusOf(answer) !== 200) throw new Error(answer.toString('utf8', 0, 500));
      if (next - told >= 1_000_000) {
        told = next;
        say(`  ${next.toLocaleString('en')} items, ${memory()}`);
      }
    }
    own.close();
  };
  await Promise.all(Array.from({ length: LOADERS }, loader));
}

async function measureAll(items: number): Promise<Record<'PutItem' | 'GetItem', Measured>> {
  const put = await measure(
    server.port,
    (i) => wireRequest('PutItem', { TableName, Item: item(scattered(i, items), i + 1) }),
    CLIENTS,
    SECONDS,
  );
  const get = await measure(
    server.port,
    (i) => wireRequest('GetItem', { TableName, Key: key(scattered(i, items)) }),
    CLIENTS,
    SECONDS,
  );
  for (const [name, one] of [
    ['PutItem', put],
    ['GetItem', get],
  ] as const)
    say(
      `${items.toLocaleString('en').padStart(10)} items  ${name}  ${one.perSecond.toFixed(0).padStart(6)}/s  p50 ${one.p50.toFixed(2)}  p99 ${one.p99.toFixed(2)} ms  ${memory()}`,
    );
  return { PutItem: put, GetItem: get };
}

/** Of the process itself; the database's file lies in memory besides, as far as the system has room. */
function memory(): string {
  const status = readFileSync(`/proc/${String(server.pid)}/status`, 'utf8');
  const megabytes = (name: string): string =>
    (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024).toFixed(0);
  return `own memory ${megabytes('RssAnon')} MB, file in memory ${megabytes('RssFile')} MB`;
}
