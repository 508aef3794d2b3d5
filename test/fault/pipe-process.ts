import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RotationOptions } from '../../src/dynamodb/index.js';

const STORM = fileURLToPath(new URL('pipes-storm.ts', import.meta.url));

/** What a child process does with the pipe of a folder. */
export interface Storm {
  folder: string;
  rotation: RotationOptions;
  /** Writes to the pipe's table as fast as it can: so many changes (default: without end) to so many items. */
  write?: { items: number; firstVersion: number; changes?: number };
  /** Puts and deletes so many items in turn, one after the other at this pace, until the backfill is over. */
  churn?: { items: number; firstVersion: number; perSecond: number };
  /** Ends when everything is delivered. */
  untilDelivered?: boolean;
  /** Of each delivery. */
  timeLimitMs?: number;
}

/** What a child process needs. */
export interface Usage {
  /** Bytes. */
  rss: number;
  /** Since it began. */
  cpuMs: number;
  /** Whether the pipe has delivered everything. */
  idle: boolean;
  /** The longest that its event loop was late since the last time this was told. */
  lateMs: number;
}

/** A process of its own that runs a pipe, to be killed. */
export class PipeProcess {
  /** Resolves when it has made all its changes. */
  readonly written: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;

  /** It ends with the test at the latest. `onAcknowledged` gets each acknowledged write: `item version`. */
  constructor(test: TestContext, storm: Storm, onAcknowledged?: (line: string) => void) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', STORM, JSON.stringify(storm)], {
      stdio: ['ignore', onAcknowledged ? 'pipe' : 'ignore', 'inherit', 'ipc'],
    });
    test.after(() => this.#child.kill('SIGKILL'));
    this.#exit = once(this.#child, 'exit');
    this.written = once(this.#child, 'message');
    if (onAcknowledged) createInterface({ input: this.#child.stdout! }).on('line', onAcknowledged);
  }

  /** Only after `written`. */
  async usage(): Promise<Usage> {
    const answer = once(this.#child, 'message');
    this.#child.send('usage');
    const [usage] = (await answer) as [Usage];
    return usage;
  }

  /** Kills it amidst its work. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.killed();
  }

  /** Resolves when it was killed, and all its acknowledgements have been told. */
  async killed(): Promise<void> {
    await once(this.#child, 'close');
    assert.equal(this.#child.signalCode, 'SIGKILL');
  }

  /** Resolves when it has delivered everything. */
  async end(): Promise<void> {
    assert.deepEqual(await this.#exit, [0, null]);
  }
}
