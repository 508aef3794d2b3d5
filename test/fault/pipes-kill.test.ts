import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RotationOptions } from '../../src/dynamodb/index.js';
import { pipeResource, TARGET_ARN } from '../pipes/harness.js';
import { openRooms, PIPE, TABLE } from './pipe-rooms.js';

const STORM = fileURLToPath(new URL('pipes-storm.ts', import.meta.url));
const CONNECTION_ARN = 'arn:aws:events:us-east-1:000000000000:connection/cache/1';
const QUICK = { streamShards: 4, shardMaxRecords: 200 };
/** Each ends with a kill after so many acknowledgements. The first makes a folder with one shard. */
const ROUNDS: { rotation: RotationOptions; acknowledgements: number }[] = [
  { rotation: { streamShards: 1 }, acknowledgements: 900 },
  { rotation: QUICK, acknowledgements: 1_900 },
  { rotation: QUICK, acknowledgements: 250 },
  { rotation: QUICK, acknowledgements: 4_000 },
  { rotation: { streamShards: 6, shardMaxRecords: 50 }, acknowledgements: 1_500 },
];

/** By item, the versions that one run of the pipe delivered, in the order of their arrival. */
type Run = Map<string, number[]>;

describe('a pipe, killed while its stream rotates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-pipes-kill-'));
  const runs: Run[] = [];
  const recorder = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const [item, version] = body.split('=') as [string, string];
      const run = runs.at(-1)!;
      const versions = run.get(item);
      if (versions) versions.push(Number(version));
      else run.set(item, [Number(version)]);
      response.writeHead(204).end();
    });
  });

  before(async () => {
    recorder.listen(0, '127.0.0.1');
    await once(recorder, 'listening');
    await makePipe(folder, `http://127.0.0.1:${(recorder.address() as AddressInfo).port}/`);
  });
  after(async () => {
    recorder.close();
    recorder.closeAllConnections();
    await once(recorder, 'close');
    rmSync(folder, { recursive: true });
  });

  it('delivers every change, those of an item in their order, again only from where it was', async () => {
    const acknowledged: string[] = [];
    for (const [round, { rotation, acknowledgements }] of ROUNDS.entries()) {
      runs.push(new Map());
      await runUntilKilled(folder, rotation, round * 1_000_000, acknowledgements, acknowledged);
    }
    runs.push(new Map());
    await runToTheEnd(folder, QUICK);

    const { history, shards } = await written(folder);
    assert.ok(shards > 40, `${shards} shards`);
    const all = new Set(
      [...history].flatMap(([item, versions]) => versions.map((v) => `${item} ${v}`)),
    );
    for (const line of acknowledged) assert.ok(all.has(line), `${line} was acknowledged`);
    for (const [item, versions] of history) checkItem(item, versions, runs);
    assert.equal(new Set(runs.flatMap((run) => [...run.keys()])).size, history.size);
    const last = runs.at(-1)!;
    for (const [item, versions] of last) assert.equal(versions.at(-1), history.get(item)!.at(-1));
  });
});

/**
 * Each run must have delivered a stretch of the item's history without a gap, which begins at the latest
 * behind what the runs before it have delivered; together they must have delivered all.
 */
function checkItem(item: string, history: readonly number[], runs: readonly Run[]): void {
  let delivered = 0;
  for (const [at, run] of runs.entries()) {
    const versions = run.get(item);
    if (!versions) continue;
    const start = history.indexOf(versions[0]!);
    assert.ok(start >= 0 && start <= delivered, `${item}: run ${at} leaves a gap`);
    assert.deepEqual(versions, history.slice(start, start + versions.length), `${item}, run ${at}`);
    delivered = Math.max(delivered, start + versions.length);
  }
  assert.equal(delivered, history.length, `${item}: all is delivered`);
}

async function makePipe(folder: string, invocationEndpoint: string): Promise<void> {
  const rooms = await openRooms(folder, { streamShards: 1 });
  const { tables, state } = rooms;
  await tables.createTable({
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  });
  const times = { creationTime: 0, lastModifiedTime: 0 };
  const auth = { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'any' } };
  await state.connections.create({
    ...times,
    name: 'cache',
    arn: CONNECTION_ARN,
    secretArn: '',
    state: 'AUTHORIZED',
    authorizationType: 'API_KEY',
    publicAuthParameters: {},
    sealedAuthParameters: state.secrets.seal(JSON.stringify(auth)),
  });
  await state.apiDestinations.create({
    ...times,
    name: 'cache',
    arn: TARGET_ARN,
    connectionArn: CONNECTION_ARN,
    invocationEndpoint,
    httpMethod: 'POST',
    invocationRateLimitPerSecond: 100_000,
  });
  const { Table } = (await tables.describeTable({ TableName: TABLE })) as {
    Table: { LatestStreamArn: string };
  };
  await state.pipes.create(
    pipeResource({
      name: PIPE,
      source: Table.LatestStreamArn,
      targetParameters: { InputTemplate: '<$.dynamodb.Keys.pk.S>=<$.dynamodb.NewImage.v.N>' },
    }),
  );
  await rooms.close();
}

/** Lets a child write and deliver until so many writes are acknowledged, then kills it. */
async function runUntilKilled(
  folder: string,
  rotation: RotationOptions,
  firstVersion: number,
  acknowledgements: number,
  acknowledged: string[],
): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', STORM, folder, JSON.stringify(rotation), String(firstVersion)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const enough = acknowledged.length + acknowledgements;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === enough) child.kill('SIGKILL');
  }
  await exited;
  assert.equal(child.signalCode, 'SIGKILL');
}

async function runToTheEnd(folder: string, rotation: RotationOptions): Promise<void> {
  const args = ['--import', 'tsx', STORM, folder, JSON.stringify(rotation)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
}

/** By item, all versions that the stream holds, in their order. */
async function written(
  folder: string,
): Promise<{ history: Map<string, number[]>; shards: number }> {
  const rooms = await openRooms(folder, {});
  const { tables } = rooms;
  const { Table } = (await tables.describeTable({ TableName: TABLE })) as {
    Table: { LatestStreamArn: string };
  };
  const arn = Table.LatestStreamArn;
  const { shards } = tables.streamLog.describe(arn);
  const records = shards
    .flatMap(
      ({ shardId }) =>
        tables.streamLog.read(arn, shardId, { type: 'TRIM_HORIZON' }, Infinity).records,
    )
    .sort((a, b) => (a.SequenceNumber < b.SequenceNumber ? -1 : 1));
  const history = new Map<string, number[]>();
  for (const { Keys, NewImage } of records) {
    const item = Keys['pk']!.S!;
    history.set(item, [...(history.get(item) ?? []), Number(NewImage!['v']!.N)]);
  }
  await rooms.close();
  return { history, shards: shards.length };
}
