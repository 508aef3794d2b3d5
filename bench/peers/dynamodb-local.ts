import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal } from '../../tools/dynamodb-local.js';
import { startProcess } from '../../tools/server-process.js';
import type { Contender, System } from '../system.js';
import { SDK_CONFIG, TABLE } from './common.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * What a user would otherwise write: DynamoDB Local, and a script that polls its stream with the SDK and
 * PUTs each record. `pollMs` is the pause after an empty poll; AWS's own pollers pause 250 ms.
 */
export function dynamoDbLocal(options: { inMemory: boolean; pollMs: number }): Contender {
  const { inMemory, pollMs } = options;
  return {
    name: `DynamoDB Local ${inMemory ? 'in memory' : 'on disk'} + script polling every ${String(pollMs)} ms`,
    items: inMemory ? 6_000 : 2_000,
    warmUpSeconds: 15,
    async start(targetOrigin): Promise<System> {
      const server = await startDynamoDbLocal({ inMemory });
      const { endpoint } = server;
      const { TableDescription } = await new DynamoDBClient({ ...SDK_CONFIG, endpoint }).send(
        new CreateTableCommand(TABLE),
      );
      const script = startProcess(process.execPath, [
        '--import',
        'tsx',
        join(ROOT, 'bench', 'peers', 'poller.ts'),
        endpoint,
        TableDescription!.LatestStreamArn!,
        targetOrigin,
        String(pollMs),
      ]);
      return {
        name: this.name,
        endpoint,
        tableName: TABLE.TableName,
        async close() {
          await script.end();
          await server.close();
        },
      };
    },
  };
}
