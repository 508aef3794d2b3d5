import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  CreateTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';

const COMMAND = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', 'dist', 'cli', 'main.js'],
);

/** Runs `freshet dynamodb` until `use` is through; resolves to all that it printed. */
async function run(args: string[], use: (endpoint: string) => Promise<void>): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, 'dynamodb', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const match = /is ready at (http:\S+),/.exec(output);
      if (match) resolve(match[1]!);
    });
    child.once('exit', () => reject(new Error(`it ended: ${output}`)));
  });
  try {
    await use(await ready);
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
  }
  return output;
}

const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'anything', secretAccessKey: 'goes' },
  });

const TABLE = {
  TableName: 'user',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies CreateTableCommandInput;

describe('freshet dynamodb', () => {
  it('is in memory unless it is given a folder', async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'dynamodb-command-'));
    t.after(() => rmSync(data, { recursive: true, force: true }));
    for (const [args, kept] of [
      [[], 0],
      [['--data', data], 1],
    ] as [string[], number][]) {
      const output = await run(args, async (endpoint) => {
        await clientOf(endpoint).send(new CreateTableCommand(TABLE));
      });
      assert.match(output, kept ? /data in / : /in memory: all is gone when it stops/);
      assert.match(output, /Try: aws dynamodb list-tables --region us-east-1 --endpoint-url http/);
      await run(args, async (endpoint) => {
        const { TableNames } = await clientOf(endpoint).send(new ListTablesCommand({}));
        assert.equal(TableNames?.length, kept);
      });
    }
  });
});
