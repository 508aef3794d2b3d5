import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../tools/free-port.js';
import { eventually, run, temporaryFolder } from '../support/freshet.js';
import { awsCli, redisServer } from '../support/programs.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GUIDES = [
  'keep-a-cache-fresh',
  'call-any-api',
  'when-deliveries-fail',
  'deletes',
  'backfill-and-verify',
  'test-your-pipe-in-ci',
  'slow-targets',
  'momento-sdk',
  'dynamodb-to-valkey',
];
/** Ports that the guides name; a test takes free ones in their place. */
const SERVER_PORT = '4566';
const API_PORT = '8099';
const MOMENTO_PORT = '8080';
const VALKEY_PORT = '6390';

interface Block {
  kind: 'sh' | 'sh background' | 'text';
  text: string;
}

/** The fenced blocks of a guide: commands, and what they print. */
function blocksOf(guide: string): Block[] {
  const text = readFileSync(join(ROOT, 'docs', 'guides', `${guide}.md`), 'utf8');
  return [...text.matchAll(/^```(sh background|sh|text)\n([\s\S]*?)^```$/gm)].map(
    ([, kind, content]) => ({ kind: kind as Block['kind'], text: content! }),
  );
}

/** `…` stands for anything, at the end of the last line also for nothing more. */
function patternOf(expected: string): RegExp {
  const parts = expected
    .trimEnd()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`);
}

/** Goes through a guide in a folder of its own, as a reader would. */
class Reader {
  readonly #folder = temporaryFolder();
  readonly #ports: ReadonlyMap<string, string>;
  readonly #background: ChildProcess[] = [];
  /** What is exported once holds for all later blocks. */
  #exports = '';

  private constructor(ports: ReadonlyMap<string, string>) {
    this.#ports = ports;
    // What `npm install` would do.
    const bin = join(this.#folder, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(join(ROOT, 'dist', 'cli', 'main.js'), join(bin, 'freshet'));
    symlinkSync(ROOT, join(this.#folder, 'node_modules', 'freshet'));
    symlinkSync(
      join(ROOT, 'node_modules', '@gomomento'),
      join(this.#folder, 'node_modules', '@gomomento'),
    );
  }

  static async open(): Promise<Reader> {
    const ports = [SERVER_PORT, API_PORT, MOMENTO_PORT, VALKEY_PORT].map(async (port) => [
      port,
      String(await freePort()),
    ]);
    return new Reader(new Map((await Promise.all(ports)) as [string, string][]));
  }

  async close(): Promise<void> {
    for (const child of this.#background) {
      const exited = once(child, 'exit');
      process.kill(-child.pid!, 'SIGTERM');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Runs a block of commands to its end; resolves to what it prints. */
  async run(text: string): Promise<string> {
    for (const line of text.match(/^export .*$/gm) ?? []) this.#exports += `${this.#here(line)}\n`;
    const script = `set -e\ncd '${this.#folder}'\n${this.#exports}${this.#here(text)}`;
    const { code, stdout, stderr } = await run('bash', ['-c', script], this.#environment());
    assert.equal(code, 0, `${text}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Runs a command that stays; if it is the server, waits until that answers. */
  async start(text: string): Promise<void> {
    // In a process group of its own, which is ended as a whole.
    const child = spawn('bash', ['-c', `cd '${this.#folder}'; ${this.#here(text)}`], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...this.#environment() },
    });
    this.#background.push(child);
    if (!text.includes('freshet')) return;
    const port = this.#ports.get(text.includes('freshet momento') ? MOMENTO_PORT : SERVER_PORT)!;
    const health = `http://127.0.0.1:${port}/_freshet/health`;
    await eventually('the server answers', async () => {
      const answer = await fetch(health).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok === true ? true : undefined;
    });
  }

  #here(text: string): string {
    let here = text;
    for (const [written, free] of this.#ports) here = here.replaceAll(written, free);
    return here;
  }

  #environment(): Record<string, string> {
    return {
      FRESHET_PORT: this.#ports.get(SERVER_PORT)!,
      FRESHET_GRPC_PORT: this.#ports.get(MOMENTO_PORT)!,
      FRESHET_ENDPOINT: `http://127.0.0.1:${this.#ports.get(SERVER_PORT)!}`,
      PATH: `${join(awsCli.command, '..')}:${process.env['PATH'] ?? ''}`,
    };
  }
}

describe('the guides', () => {
  for (const guide of GUIDES) {
    it(
      `${guide}: every command does what it says`,
      { skip: awsCli.skip || (guide === 'dynamodb-to-valkey' && redisServer.skip) },
      async () => {
        const reader = await Reader.open();
        try {
          let printed = '';
          for (const { kind, text } of blocksOf(guide)) {
            if (kind === 'text') assert.match(printed.trimEnd(), patternOf(text));
            else if (kind === 'sh') printed = await reader.run(text);
            else await reader.start(text);
          }
        } finally {
          await reader.close();
        }
      },
    );

    it(`${guide}: is the same in Japanese, command for command`, () => {
      assert.deepEqual(blocksOf(`${guide}.ja`), blocksOf(guide));
    });
  }
});
