import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  makeSource,
  playScenario,
  type Outcome,
  type Step,
} from '../../support/control-scenario.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { pythonWithBoto3 } from '../../support/programs.js';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '..', 'boto3', 'calls.py');

describe(
  'Pipes, connections and API destinations with boto3',
  { skip: pythonWithBoto3.skip },
  () => {
    let server: FreshetProcess;
    before(async () => {
      server = await startFreshet();
    });
    after(() => server.stop());

    it('take every operation, and refuse in the words of the service', async () => {
      const script = spawn(pythonWithBoto3.command, [SCRIPT, server.endpoint], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let complaints = '';
      script.stderr.on('data', (chunk: Buffer) => void (complaints += chunk.toString()));
      const answers = createInterface({ input: script.stdout })[Symbol.asyncIterator]();
      try {
        await playScenario(
          await makeSource(server.endpoint),
          async ({ service, operation, input }: Step) => {
            script.stdin.write(`${JSON.stringify({ service, operation, input })}\n`);
            const line: IteratorResult<string, undefined> = await answers.next();
            if (line.done) assert.fail(complaints);
            return JSON.parse(line.value, withTimes) as Outcome;
          },
        );
      } finally {
        script.kill();
      }
    });
  },
);

function withTimes(_name: string, value: unknown): unknown {
  const time = (value as { $time?: string } | null)?.$time;
  return time === undefined ? value : new Date(time);
}
