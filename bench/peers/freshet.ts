import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { CreatePipeCommand, DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { setTimeout as delay } from 'node:timers/promises';
import type { Contender, System } from '../system.js';
import { SDK_CONFIG, TABLE } from './common.js';
import { startProcess, untilAnswers } from '../../tools/server-process.js';
import { freePort } from '../../tools/free-port.js';

/** Freshet as a user runs it: one process, durable writes, the pipe included. */
export const freshet: Contender = {
  name: 'Freshet',
  items: 20_000,
  warmUpSeconds: 3,
  async start(targetOrigin): Promise<System> {
    const data = mkdtempSync(join(tmpdir(), 'freshet-bench-'));
    const port = await freePort();
    const child = startProcess(process.execPath, [
      'dist/cli/main.js',
      'start',
      '--data',
      data,
      '--port',
      String(port),
      '--log-level',
      'warn',
    ]);
    const endpoint = `http://127.0.0.1:${String(port)}`;
    await untilAnswers(`${endpoint}/_freshet/health`, child, (status) => status === 200);
    await createPipe(endpoint, targetOrigin);
    return {
      name: this.name,
      endpoint,
      tableName: TABLE.TableName,
      async close() {
        await child.end();
        rmSync(data, { recursive: true, force: true });
      },
    };
  },
};

async function createPipe(endpoint: string, targetOrigin: string): Promise<void> {
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
  const pipes = new PipesClient(config);
  await pipes.send(
    new CreatePipeCommand({
      Name: 'bench',
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
  for (;;) {
    const { CurrentState } = await pipes.send(new DescribePipeCommand({ Name: 'bench' }));
    if (CurrentState === 'RUNNING') return;
    await delay(20);
  }
}
