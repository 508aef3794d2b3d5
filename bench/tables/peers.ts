import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDynamoDbLocal } from '../../tools/dynamodb-local.js';
import { freePort } from '../../tools/free-port.js';
import { startProcess, untilAnswers } from '../../tools/server-process.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const DYNALITE = 'dynalite@4.0.0';

export interface RunningPeer {
  port: number;
  pid: number;
  close(): Promise<void>;
}

export interface Peer {
  name: string;
  /** dynalite has no streams; the others write them. */
  hasStreams: boolean;
  /** Operations that it does not have. */
  lacks: readonly string[];
  /** Seconds of load before anything is measured: a cold JVM would flatter us. */
  warmUpSeconds: number;
  start(): Promise<RunningPeer>;
}

export const freshet: Peer = {
  name: 'Freshet on disk, durable',
  hasStreams: true,
  lacks: [],
  warmUpSeconds: 3,
  async start() {
    const data = mkdtempSync(join(tmpdir(), 'freshet-bench-'));
    const port = await freePort();
    const server = startProcess(process.execPath, [
      '--max-semi-space-size=64', // see docs/decisions/0010-heap.md
      join(ROOT, 'dist', 'cli', 'main.js'),
      ...['dynamodb', '--data', data, '--port', String(port), '--log-level', 'warn'],
    ]);
    await untilAnswers(`http://127.0.0.1:${String(port)}`, server, (status) => status > 0);
    return {
      port,
      pid: server.pid,
      async close() {
        await server.end();
        rmSync(data, { recursive: true, force: true });
      },
    };
  },
};

export const dynamoDbLocal = (inMemory: boolean): Peer => ({
  name: `DynamoDB Local ${inMemory ? 'in memory' : 'on disk'}`,
  hasStreams: true,
  lacks: [],
  warmUpSeconds: 15,
  start: () => startDynamoDbLocal({ inMemory }),
});

export const dynalite: Peer = {
  name: 'dynalite in memory',
  hasStreams: false,
  lacks: ['TransactWriteItems of 4'],
  warmUpSeconds: 3,
  async start() {
    const port = await freePort();
    const server = startProcess(process.execPath, [
      fetchDynalite(),
      ...['--port', String(port), '--createTableMs', '0'],
    ]);
    await untilAnswers(`http://127.0.0.1:${String(port)}`, server, (status) => status > 0);
    return { port, pid: server.pid, close: () => server.end() };
  },
};

/** dynalite's command; gets it from the npm registry once. */
function fetchDynalite(): string {
  const folder = join(ROOT, '.cache', 'dynalite');
  const command = join(folder, 'node_modules', 'dynalite', 'cli.js');
  if (!existsSync(command)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('npm', ['install', '--silent', '--no-save', '--prefix', folder, DYNALITE]);
  }
  return command;
}
