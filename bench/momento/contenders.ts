import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CacheClient,
  Configurations,
  CredentialProvider,
  DefaultMomentoLoggerFactory,
  DefaultMomentoLoggerLevel,
} from '@gomomento/sdk';
import { Redis } from 'iovalkey';
import { Agent, request } from 'undici';
import { freePort } from '../../tools/free-port.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const COMMAND = join(HERE, '..', '..', 'dist', 'cli', 'main.js');
const FLOOR = join(HERE, 'floor.ts');
/** Linux counts processor time in hundredths of a second. */
const MICROSECONDS_A_TICK = 10_000;
const TTL_SECONDS = 3600;
const CACHE = 'bench';

/** A cache in a process of its own, and a client of it in this one. */
export interface Contender {
  name: string;
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
  /** Resident memory of the cache's process in bytes. */
  memory(): number;
  /** Processor time that the cache's process has taken, in microseconds. */
  processor(): number;
  close(): Promise<void>;
}

/** Freshet, by the official SDK over gRPC. */
export async function freshetGrpc(): Promise<Contender> {
  return byOfficialSdk('Freshet, gRPC, official SDK', await startFreshet());
}

/** A gRPC server that does nothing, by the official SDK. */
export async function grpcFloor(): Promise<Contender> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', FLOOR, String(port)], {
    stdio: 'ignore',
  });
  await untilListening(port);
  return byOfficialSdk('a server that does nothing, gRPC, official SDK', { child, port });
}

async function byOfficialSdk(
  name: string,
  { child, port }: { child: ChildProcess; port: number },
): Promise<Contender> {
  const client = await CacheClient.create({
    configuration: Configurations.Laptop.latest(
      new DefaultMomentoLoggerFactory(DefaultMomentoLoggerLevel.ERROR),
    ),
    credentialProvider: CredentialProvider.forMomentoLocal({ hostname: '127.0.0.1', port }),
    defaultTtlSeconds: TTL_SECONDS,
  });
  return {
    name,
    set: (key, value) => client.set(CACHE, key, value),
    get: (key) => client.get(CACHE, key),
    memory: () => residentBytes(child),
    processor: () => processorMicroseconds(child),
    close: async () => {
      client.close();
      await end(child);
    },
  };
}

/** Freshet, over HTTP with undici. */
export async function freshetHttp(): Promise<Contender> {
  const { child, port } = await startFreshet();
  const dispatcher = new Agent({ connections: 64, pipelining: 1 });
  const url = (key: string): string => `http://127.0.0.1:${port}/cache/${CACHE}?key=${key}`;
  return {
    name: 'Freshet, HTTP, undici',
    set: async (key, body) => {
      const answer = await request(`${url(key)}&ttl_seconds=${TTL_SECONDS}`, {
        method: 'PUT',
        body,
        dispatcher,
      });
      await answer.body.dump();
    },
    get: async (key) => (await request(url(key), { dispatcher })).body.text(),
    memory: () => residentBytes(child),
    processor: () => processorMicroseconds(child),
    close: async () => {
      await dispatcher.close();
      await end(child);
    },
  };
}

/** Redis as Debian has it, without files, by iovalkey. */
export async function redis(): Promise<Contender> {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'],
    { stdio: 'ignore' },
  );
  await untilListening(port);
  const client = new Redis({ port, host: '127.0.0.1' });
  return {
    name: 'Redis, iovalkey',
    set: (key, value) => client.set(key, value, 'EX', TTL_SECONDS),
    get: (key) => client.get(key),
    memory: () => residentBytes(child),
    processor: () => processorMicroseconds(child),
    close: async () => {
      await client.quit();
      await end(child);
    },
  };
}

async function startFreshet(): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [COMMAND, 'momento', '--grpc-port', String(port), '--create-cache', CACHE],
    { stdio: 'ignore', env: { PATH: process.env['PATH'] } },
  );
  await untilListening(port);
  return { child, port };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(20);
  }
}

function residentBytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid!}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
}

function processorMicroseconds(child: ChildProcess): number {
  const stat = readFileSync(`/proc/${child.pid!}/stat`, 'utf8');
  // After the name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_A_TICK;
}
