import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { checkFolder } from '../../src/dynamodb/index.js';
import { temporaryFolder } from '../dynamodb/engine/harness.js';
import { randomOf } from '../support/random.js';
import { Wire } from '../support/wire.js';
import {
  changeSettingsUntilGone,
  changeTablesUntilGone,
  CrashClient,
  MAIN_TABLE,
  SETTLED_TABLE,
} from './crash-clients.js';

/** FRESHET_CRASH_ROUNDS=100 for a long run; FRESHET_SEED repeats one. */
const ROUNDS = Number(process.env['FRESHET_CRASH_ROUNDS'] ?? 12);
const SEED = Number(process.env['FRESHET_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 24;
const COMMAND = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', 'dist', 'cli', 'main.js'],
);

describe('kill -9 at a random moment under mixed load', () => {
  it(`keeps every acknowledged write, and the folder consistent (seed ${SEED})`, async (t) => {
    const data = temporaryFolder(t);
    const random = randomOf(SEED);
    const clients = Array.from(
      { length: CLIENTS },
      (_, at) => new CrashClient(`client-${at}`, random),
    );
    let server = await start(data);
    t.after(() => server.child.kill('SIGKILL')); // when it fails on the way
    await server.wire.call('CreateTable', MAIN_TABLE);
    await server.wire.call('CreateTable', SETTLED_TABLE);
    await server.wire.call('UpdateTimeToLive', {
      TableName: MAIN_TABLE.TableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' },
    });
    for (let round = 0; round < ROUNDS; round += 1) {
      const { wire, child } = server;
      const writing = Promise.all([
        ...clients.map((client) => client.writeUntilGone(wire)),
        changeTablesUntilGone(wire, round),
        changeSettingsUntilGone(wire, round),
      ]);
      await Promise.race([delay(30 + random() * 500), writing]);
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await writing;
      await wire.close();
      await checkFolder(data, ({ where, problem, key }) =>
        assert.fail(`round ${round}: ${where}: ${problem}: ${JSON.stringify(key)}`),
      );
      server = await start(data);
      for (const client of clients) await client.verify(server.wire);
    }
    await server.wire.close();
    const exited = once(server.child, 'exit');
    server.child.kill('SIGTERM');
    await exited;
    const acknowledged = clients.reduce((sum, client) => sum + client.acknowledged, 0);
    t.diagnostic(`${ROUNDS} kills, ${acknowledged} acknowledged requests`);
    assert.ok(acknowledged > ROUNDS * CLIENTS, `only ${acknowledged} requests were answered`);
  });
});

async function start(data: string): Promise<{ wire: Wire; child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [COMMAND, 'dynamodb', '--data', data, '--port', '0', '--stream-shard-max-records', '500'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const match = /is ready at (http:\S+),/.exec(output);
      if (match) resolve(match[1]!);
    });
    child.once('exit', () => reject(new Error(`the server did not start: ${output}`)));
  });
  return { wire: new Wire(endpoint, { connections: 64 }), child };
}
