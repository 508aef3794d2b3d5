import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startCalls } from '../../support/calls.js';
import {
  makeSource,
  playScenario,
  type Outcome,
  type Step,
} from '../../support/control-scenario.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { pythonWithAwsCli } from '../../support/programs.js';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '..', 'aws-cli', 'calls.py');
const REFUSAL = /An error occurred \((\w+)\) when calling the \w+ operation: (.*)$/s;
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_PAGER: '',
  AWS_EC2_METADATA_DISABLED: 'true',
};

describe(
  'Pipes, connections and API destinations with the aws command',
  { skip: pythonWithAwsCli.skip },
  () => {
    let server: FreshetProcess;
    before(async () => {
      server = await startFreshet();
    });
    after(() => server.stop());

    it('take every operation, and refuse in the words of the service', async () => {
      const calls = startCalls(pythonWithAwsCli.command, [SCRIPT], ENVIRONMENT);
      try {
        await playScenario(
          await makeSource(server.endpoint),
          async ({ service, operation, input }: Step) => {
            const answer = await calls.make([
              ...[service, dashed(operation), '--cli-input-json', JSON.stringify(input)],
              ...['--endpoint-url', server.endpoint, '--region', 'us-east-1', '--no-paginate'],
              ...['--output', 'json'],
            ]);
            return outcomeOf(JSON.parse(answer) as Printed);
          },
        );
      } finally {
        calls.end();
      }
    });
  },
);

interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

function outcomeOf({ code, stdout, stderr }: Printed): Outcome {
  if (code === 0)
    return {
      answer: (stdout.trim() === '' ? {} : JSON.parse(stdout, withTimes)) as Record<
        string,
        unknown
      >,
    };
  const [, type, message] = REFUSAL.exec(stderr.trim()) ?? assert.fail(stderr);
  return { error: { code: type!, message: message! } };
}

/** `CreatePipe` → `create-pipe`. */
function dashed(operation: string): string {
  return operation.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
}

/** The command prints times as text. */
function withTimes(name: string, value: unknown): unknown {
  return name.endsWith('Time') && typeof value === 'string' ? new Date(value) : value;
}
