import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { freePort } from '../../tools/free-port.js';

export const COMMAND = join(
  dirname(fileURLToPath(import.meta.url)),
  '..',
  '..',
  'dist',
  'cli',
  'main.js',
);
const START_TIMEOUT_MS = 30_000;

/** The API key that servers started here give their cache. */
export const API_KEY = 'test-key-0123456789';

/** A `freshet start` in a process of its own, as a user runs it. */
export interface FreshetProcess {
  endpoint: string;
  port: number;
  data: string;
  /** All that it printed so far, standard error included. */
  output(): string;
  /** Ends it with SIGTERM and resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

export interface FreshetOptions {
  /** Data folder; a temporary one that goes when the process is stopped, by default. */
  data?: string;
  port?: number;
  args?: string[];
  env?: Record<string, string>;
}

/** Starts a server on a free port and resolves once its health check says that it is ready. */
export async function startFreshet(options: FreshetOptions = {}): Promise<FreshetProcess> {
  const data = options.data ?? temporaryFolder();
  const port = options.port ?? (await freePort());
  const child = spawn(
    process.execPath,
    [COMMAND, 'start', '--data', data, '--port', String(port), ...(options.args ?? [])],
    { env: { PATH: process.env['PATH'], FRESHET_MOMENTO_API_KEY: API_KEY, ...options.env } },
  );
  let output = '';
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const endpoint = `http://127.0.0.1:${String(port)}`;
  await untilReady(endpoint, child, () => output);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return {
    endpoint,
    port,
    data,
    output: () => output,
    async kill() {
      await end('SIGKILL');
    },
    async stop() {
      const code = await end('SIGTERM');
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
      return code;
    },
  };
}

/** Runs the `freshet` command to its end. */
export async function runFreshet(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return run(process.execPath, [COMMAND, ...args], env);
}

/** Runs a program to its end and collects what it prints. */
export async function run(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(command, args, { env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'freshet-test-'));
}

/** Asks again and again until `look` gives something else than undefined; fails after `timeoutMs`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline)
      throw new Error(`Waited ${String(timeoutMs)} ms in vain for: ${what}`);
    await delay(20);
  }
}

/** Reads an item of a cache over HTTP: status and text. */
export async function readCache(
  server: { endpoint: string },
  cache: string,
  key: string,
  apiKey = API_KEY,
): Promise<{ status: number; text: string }> {
  const answer = await request(`${server.endpoint}/cache/${cache}?key=${encodeURIComponent(key)}`, {
    headers: { authorization: apiKey },
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

async function untilReady(
  endpoint: string,
  child: ChildProcess,
  output: () => string,
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`freshet start ended with ${String(child.exitCode)}:\n${output()}`);
    if (Date.now() > deadline) throw new Error(`freshet start did not get ready:\n${output()}`);
    const status = await request(`${endpoint}/_freshet/health`).then(
      async (answer) => {
        await answer.body.dump();
        return answer.statusCode;
      },
      () => 0,
    );
    if (status === 200) return;
    await delay(20);
  }
}
