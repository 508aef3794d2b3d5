import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { TABLE } from '../support/article.js';
import { runFreshet } from '../support/freshet.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');

/** Runs `freshet dynamodb` until `use` is through; resolves to all that it printed. */
async function run(
  args: string[],
  use: (endpoint: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, 'dynamodb', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
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
      assert.match(
        output,
        /^Try: AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws dynamodb list-tables --region us-east-1 --endpoint-url http/m,
      );
      await run(args, async (endpoint) => {
        const { TableNames } = await clientOf(endpoint).send(new ListTablesCommand({}));
        assert.equal(TableNames?.length, kept);
      });
    }
  });

  it("understands DynamoDB Local's own spelling", async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'dynamodb-command-'));
    t.after(() => rmSync(data, { recursive: true, force: true }));
    const none = (): Promise<void> => Promise.resolve();
    assert.match(await run(['-port', '0', '-inMemory', '-sharedDb'], none), /in memory/);
    assert.match(await run(['-dbPath', data, '-disableTelemetry'], none), /data in /);
  });

  it('goes on when nobody reads what it prints, and stops as ever', async () => {
    const child = spawn(process.execPath, [COMMAND, 'dynamodb', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    child.stdout.destroy();
    const client = clientOf(/is ready at (http:\S+),/.exec(line.toString())![1]!);
    await client.send(new ListTablesCommand({}));
    client.destroy();
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null], errors);
  });

  it('says in one line that a file is no data folder', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [COMMAND, 'dynamodb', '--port', '0', '--data', COMMAND],
      { encoding: 'utf8' },
    );
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^freshet: .*main\.js cannot be a data folder, because a file has that name.*\n$/,
    );
  });

  it('keeps in memory what the variable would put on disk, and refuses what contradicts itself', async (t) => {
    const env = { FRESHET_DATA: join(tmpdir(), 'never-made') };
    t.after(() => rmSync(env.FRESHET_DATA, { recursive: true, force: true }));
    assert.match(await run(['--in-memory'], () => Promise.resolve(), env), /in memory/);
    assert.equal(existsSync(env.FRESHET_DATA), false);
    for (const command of ['dynamodb', 'start'])
      for (const [args, expected] of [
        [['--data', 'd'], /leave out either it or --data/],
        [['--durability', 'relaxed'], /nothing is durable/],
      ] as [string[], RegExp][]) {
        const { code, stderr } = await runFreshet([command, '--in-memory', '--port', '0', ...args]);
        assert.equal(code, 1);
        assert.match(stderr, expected);
      }
  });

  it('is a library, too, under the name that the package gives it', () => {
    const program = `
      import { startDynamoDb } from 'freshet/dynamodb';
      const running = await startDynamoDb();
      console.log(new URL(running.endpoint).port === String(running.port));
      await running.close();`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      cwd: ROOT,
    });
    assert.deepEqual([stdout, status], ['true\n', 0]);
  });
});
