import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RotationOptions } from '../../src/dynamodb/index.js';
import { checkItem, type Run } from './deliveries.js';
import { PipeProcess } from './pipe-process.js';
import { makePipe, readChanges } from './pipe-rooms.js';

const ITEMS = 60;
const QUICK = { streamShards: 4, shardMaxRecords: 200 };
/** Each ends with a kill after so many acknowledgements. The first makes a folder with one shard. */
const ROUNDS: { rotation: RotationOptions; acknowledgements: number }[] = [
  { rotation: { streamShards: 1 }, acknowledgements: 900 },
  { rotation: QUICK, acknowledgements: 1_900 },
  { rotation: QUICK, acknowledgements: 250 },
  { rotation: QUICK, acknowledgements: 4_000 },
  { rotation: { streamShards: 6, shardMaxRecords: 50 }, acknowledgements: 1_500 },
];

/** Connections are accepted in their order: when one of ours is, all of a process that is dead have been. */
async function allAccepted(server: Server): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const ours = connect(port, '127.0.0.1');
  const accepted = new Promise<void>((resolve) => {
    const look = (socket: Socket): void => {
      if (socket.remotePort !== ours.localPort) return;
      server.off('connection', look);
      resolve();
    };
    server.on('connection', look);
  });
  await accepted;
  ours.destroy();
}

describe('a pipe, killed while its stream rotates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-pipes-kill-'));
  const runs: Run[] = [];
  /** A request of a process that was killed may be read after the next one began. */
  const runOf = new WeakMap<Socket, Run>();
  const recorder = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const [item, version] = body.split('=') as [string, string];
      const run = runOf.get(request.socket)!;
      const versions = run.get(item);
      if (versions) versions.push(Number(version));
      else run.set(item, [Number(version)]);
      response.writeHead(204).end();
    });
  });

  before(async () => {
    recorder.on('connection', (socket) => runOf.set(socket, runs.at(-1)!));
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

  it('delivers every change, those of an item in their order, again only from where it was', async (test) => {
    const acknowledged: string[] = [];
    for (const [round, { rotation, acknowledgements }] of ROUNDS.entries()) {
      runs.push(new Map());
      const enough = acknowledged.length + acknowledgements;
      const write = { items: ITEMS, firstVersion: round * 1_000_000 };
      const running = new PipeProcess(test, { folder, rotation, write }, (line) => {
        acknowledged.push(line);
        if (acknowledged.length === enough) void running.kill();
      });
      await running.killed();
      await allAccepted(recorder);
    }
    runs.push(new Map());
    await new PipeProcess(test, { folder, rotation: QUICK, untilDelivered: true }).end();

    const { history, shards } = await readChanges(folder);
    assert.ok(shards.length > 40, `${shards.length} shards`);
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
