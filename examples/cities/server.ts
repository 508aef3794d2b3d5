import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');
const TEMPLATE = join(ROOT, 'examples', 'user-cache', 'template.yaml');

/** The demo's own server, with the article's template, in a process that can be killed. */
export class DemoServer {
  readonly endpoint: string;
  readonly #arguments: string[];
  readonly #apiKey: string;
  #child: ChildProcess | undefined;

  constructor(options: { data: string; port: number; apiKey: string }) {
    this.endpoint = `http://127.0.0.1:${String(options.port)}`;
    this.#apiKey = options.apiKey;
    this.#arguments = [COMMAND, 'start', '--template', TEMPLATE, '--data', options.data];
    this.#arguments.push('--port', String(options.port), '--log-level', 'warn');
  }

  /** Starts the process and resolves once it is ready. */
  async start(): Promise<void> {
    this.#child = spawn(process.execPath, this.#arguments, {
      env: { ...process.env, FRESHET_MOMENTO_API_KEY: this.#apiKey },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error('The server ended at its start.');
      const ready = await fetch(`${this.endpoint}/_freshet/health`).then(
        (a) => a.ok,
        () => false,
      );
      if (ready) return;
      await delay(50);
    }
  }

  /** Ends the process: SIGKILL leaves it no time to tidy up. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}
