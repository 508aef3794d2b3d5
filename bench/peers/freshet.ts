import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import {
  CreatePipeCommand,
  DescribePipeCommand,
  PipesClient,
  StartPipeCommand,
} from '@aws-sdk/client-pipes';
import { setTimeout as delay } from 'node:timers/promises';
import type { Contender, System } from '../system.js';
import { SDK_CONFIG, TABLE } from './common.js';
import { startProcess, untilAnswers } from '../../tools/server-process.js';
import { freePort } from '../../tools/free-port.js';

/** Freshet in a process of its own, with a pipe from the table to the target. */
export interface StartedFreshet {
  endpoint: string;
  pid: number;
  startPipe: () => Promise<void>;
  close: () => Promise<void>;
}

/** Freshet as a user runs it: one process, durable writes, the pipe included. */
export const freshet: Contender = {
  name: 'Freshet',
  items: 20_000,
  warmUpSeconds: 3,
  async start(targetOrigin): Promise<System> {
    const { endpoint, close } = await startFreshet(targetOrigin, { running: true });
    return { name: this.name, endpoint, tableName: TABLE.TableName, close };
  },
};

/** Starts it, built or as `program` gives node its arguments; a pipe that does not run yet reads from the beginning once it is started. */
export async function startFreshet(
  targetOrigin: string,
  { running, program = ['dist/cli/main.js'] }: { running: boolean; program?: readonly string[] },
): Promise<StartedFreshet> {
  const data = mkdtempSync(join(tmpdir(), 'freshet-bench-'));
  const port = await freePort();
  const options = ['--data', data, '--port', String(port), '--log-level', 'warn'];
  const child = startProcess(process.execPath, [
    // See docs/decisions/0010-heap.md.
    '--max-semi-space-size=64',
    ...profiling(),
    ...program,
    'start',
    ...options,
  ]);
  const endpoint = `http://127.0.0.1:${String(port)}`;
  await untilAnswers(`${endpoint}/_freshet/health`, child, (status) => status === 200);
  const pipes = new PipesClient({ ...SDK_CONFIG, endpoint });
  await createPipe(endpoint, pipes, targetOrigin, running ? 'RUNNING' : 'STOPPED');
  return {
    endpoint,
    pid: child.pid,
    async startPipe() {
      await pipes.send(new StartPipeCommand({ Name: 'bench' }));
      await untilPipeIs(pipes, 'RUNNING');
    },
    async close() {
      await child.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** With FRESHET_BENCH_PROFILE=DIR, V8 writes there what the process did. */
function profiling(): string[] {
  const folder = process.env['FRESHET_BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function createPipe(
  endpoint: string,
  pipes: PipesClient,
  targetOrigin: string,
  DesiredState: 'RUNNING' | 'STOPPED',
): Promise<void> {
  const config = { ...SDK_CONFIG, endpoint };
  const { TableDescription } = await new DynamoDBClient(config).send(new CreateTableCommand(TABLE));
  const events = new EventBridgeClient(config);
  const { ConnectionArn } = await events.send(
    new CreateConnectionCommand({
      Name: 'bench',
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'bench' },
      },
    }),
  );
  const { ApiDestinationArn } = await events.send(
    new CreateApiDestinationCommand({
      Name: 'bench',
      ConnectionArn,
      InvocationEndpoint: `${targetOrigin}/cache/*`,
      HttpMethod: 'PUT',
      InvocationRateLimitPerSecond: 1_000_000,
    }),
  );
  await pipes.send(
    new CreatePipeCommand({
      Name: 'bench',
      DesiredState,
      RoleArn: 'arn:aws:iam::000000000000:role/bench',
      Source: TableDescription!.LatestStreamArn,
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON' } },
      Target: ApiDestinationArn,
      TargetParameters: {
        InputTemplate:
          '{"name": <$.dynamodb.NewImage.name.S>, "email": <$.dynamodb.NewImage.email.S>, "version": <$.dynamodb.NewImage.version.N>}',
        HttpParameters: {
          PathParameterValues: ['user'],
          QueryStringParameters: { key: '$.dynamodb.Keys.id.S', ttl_seconds: '300' },
        },
      },
    }),
  );
  await untilPipeIs(pipes, DesiredState);
}

async function untilPipeIs(pipes: PipesClient, state: string): Promise<void> {
  for (;;) {
    const { CurrentState } = await pipes.send(new DescribePipeCommand({ Name: 'bench' }));
    if (CurrentState === state) return;
    await delay(20);
  }
}
