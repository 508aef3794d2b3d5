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
      const calls = startCalls(pythonWithBoto3.command, [SCRIPT, server.endpoint]);
      try {
        await playScenario(
          await makeSource(server.endpoint),
          async ({ service, operation, input }: Step) =>
            JSON.parse(await calls.make({ service, operation, input }), withTimes) as Outcome,
        );
      } finally {
        calls.end();
      }
    });
  },
);

function withTimes(_name: string, value: unknown): unknown {
  const time = (value as { $time?: string } | null)?.$time;
  return time === undefined ? value : new Date(time);
}
