import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  makeSource,
  playScenario,
  type Outcome,
  type Step,
} from '../../support/control-scenario.js';
import { run, startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { awsCli } from '../../support/programs.js';

const REFUSAL = /An error occurred \((\w+)\) when calling the \w+ operation: (.*)$/s;
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_PAGER: '',
  AWS_EC2_METADATA_DISABLED: 'true',
};

describe(
  'Pipes, connections and API destinations with the aws command',
  { skip: awsCli.skip },
  () => {
    let server: FreshetProcess;
    before(async () => {
      server = await startFreshet();
    });
    after(() => server.stop());

    it('take every operation, and refuse in the words of the service', async () => {
      await playScenario(await makeSource(server.endpoint), send, { errorsOnce: true });
    });

    async function send({ service, operation, input }: Step): Promise<Outcome> {
      const { code, stdout, stderr } = await run(
        awsCli.command,
        [
          ...[service, dashed(operation), '--cli-input-json', JSON.stringify(input)],
          ...['--endpoint-url', server.endpoint, '--region', 'us-east-1', '--no-paginate'],
          ...['--output', 'json'],
        ],
        ENVIRONMENT,
      );
      if (code === 0)
        return {
          answer: stdout.trim() === '' ? {} : (JSON.parse(stdout, withTimes) as object),
        } as {
          answer: Record<string, unknown>;
        };
      const [, type, message] = REFUSAL.exec(stderr.trim()) ?? assert.fail(stderr);
      return { error: { code: type!, message: message! } };
    }
  },
);

/** `CreatePipe` → `create-pipe`. */
function dashed(operation: string): string {
  return operation.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
}

/** The command prints times as text. */
function withTimes(name: string, value: unknown): unknown {
  return name.endsWith('Time') && typeof value === 'string' ? new Date(value) : value;
}
