import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Run } from './deliveries.js';
import { PipeProcess } from './pipe-process.js';
import { makePipe, readChanges } from './pipe-rooms.js';

const ITEMS = 60;
const ROTATION = { streamShards: 4, shardMaxRecords: 200 };
/** Each round ends with a kill after so many acknowledgements. */
const ROUNDS = [500, 1_200, 200, 1_400];
/** Far below what is written, so that nearly all waits and is replaced. */
const RATE = 300;
/** Every so many requests fail, and wait for their next try. */
const FAILS_EVERY = 7;

describe('a pipe that coalesces, killed while its stream rotates and its target is slow', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-pipes-coalescing-'));
  const runs: Run[] = [];
  /** A request of a process that was killed may be taken after the next one began. */
  const runOf = new WeakMap<Socket, Run>();
  let requests = 0;
  const recorder = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests += 1;
      if (requests % FAILS_EVERY === 0) {
        response.writeHead(500).end();
        return;
      }
      const [item, version] = body.split('=') as [string, string];
      const run = runOf.get(request.socket)!;
      run.set(item, [...(run.get(item) ?? []), Number(version)]);
      response.writeHead(204).end();
    });
  });

  before(async () => {
    recorder.on('connection', (socket) => runOf.set(socket, runs.at(-1)!));
    recorder.listen(0, '127.0.0.1');
    await once(recorder, 'listening');
    await makePipe(folder, `http://127.0.0.1:${(recorder.address() as AddressInfo).port}/`, {
      destination: { invocationRateLimitPerSecond: RATE },
      tags: { 'freshet:coalesce': 'latest-per-item' },
    });
  });
  after(async () => {
    recorder.close();
    recorder.closeAllConnections();
    await once(recorder, 'close');
    rmSync(folder, { recursive: true });
  });

  it('never delivers an older state after a newer one, and the last of each item', async (test) => {
    const acknowledged: string[] = [];
    for (const [round, acknowledgements] of ROUNDS.entries()) {
      runs.push(new Map());
      const enough = acknowledged.length + acknowledgements;
      const write = { items: ITEMS, firstVersion: round * 1_000_000 };
      const running = new PipeProcess(test, { folder, rotation: ROTATION, write }, (line) => {
        acknowledged.push(line);
        if (acknowledged.length === enough) void running.kill();
      });
      await running.killed();
    }
    runs.push(new Map());
    await new PipeProcess(test, { folder, rotation: ROTATION, untilDelivered: true }).end();

    const { history, shards } = await readChanges(folder);
    assert.ok(shards.length > 6, `${shards.length} shards`);
    let delivered = 0;
    for (const [item, versions] of history) {
      let last: number | undefined;
      for (const run of runs) {
        // After a kill a pipe goes on from its checkpoint, so a run may begin with what the one before it sent.
        const sent = run.get(item) ?? [];
        delivered += sent.length;
        for (const [at, version] of sent.entries())
          assert.ok(at === 0 || version > sent[at - 1]!, `${item}: ${sent.join(' ')}`);
        last = sent.at(-1) ?? last;
      }
      assert.equal(last, versions.at(-1), `the last state of ${item}`);
    }
    const written = [...history.values()].reduce((sum, { length }) => sum + length, 0);
    assert.ok(delivered < written / 2, `${delivered} of ${written} changes were sent`);
  });
});
