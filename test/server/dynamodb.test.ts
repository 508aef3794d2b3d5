import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  CreateTableCommand,
  DescribeEndpointsCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { startDynamoDb, type RunningDynamoDb } from '../../src/server/dynamodb.js';
import { TABLE } from '../support/article.js';

async function withClient<T>(
  running: RunningDynamoDb,
  use: (client: DynamoDBClient) => Promise<T>,
): Promise<T> {
  const client = new DynamoDBClient(running.clientConfig);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** What this process left in folders that others use, too. */
const leftIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder).filter((name) => name.startsWith(`freshet-${String(process.pid)}-`))
    : [];

describe('startDynamoDb', () => {
  it('serves the SDK from memory, apart from others in the same process', async () => {
    const [one, other] = await Promise.all([startDynamoDb(), startDynamoDb()]);
    try {
      await withClient(one, async (client) => {
        await client.send(new CreateTableCommand(TABLE));
        await client.send(new PutItemCommand({ TableName: 'user', Item: { id: { S: '001' } } }));
        const { Item } = await client.send(
          new GetItemCommand({ TableName: 'user', Key: { id: { S: '001' } } }),
        );
        assert.deepEqual(Item, { id: { S: '001' } });
      });
      await withClient(other, (client) =>
        assert.rejects(
          client.send(new GetItemCommand({ TableName: 'user', Key: { id: { S: '001' } } })),
          { name: 'ResourceNotFoundException' },
        ),
      );
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  it('finds on disk what it left there', async (t) => {
    const path = mkdtempSync(join(tmpdir(), 'dynamodb-library-'));
    t.after(() => rmSync(path, { recursive: true, force: true }));
    for (const isFirst of [true, false]) {
      const running = await startDynamoDb({ path });
      await withClient(running, async (client) => {
        if (isFirst) {
          await client.send(new CreateTableCommand(TABLE));
          await client.send(new PutItemCommand({ TableName: 'user', Item: { id: { S: '1' } } }));
        }
        const key = { TableName: 'user', Key: { id: { S: '1' } } };
        assert.ok((await client.send(new GetItemCommand(key))).Item);
      });
      await running.close();
      await running.close(); // once more does no harm
    }
  });

  it('starts and stops again and again, and leaves nothing behind', async () => {
    for (let round = 0; round < 30; round += 1) {
      const running = await startDynamoDb();
      await running.close();
    }
    assert.deepEqual([tmpdir(), '/dev/shm'].flatMap(leftIn), []);
  });

  it('forgets everything when it is reset, and goes on at the same place', async () => {
    const running = await startDynamoDb();
    try {
      await withClient(running, async (client) => {
        for (let round = 0; round < 3; round += 1) {
          await client.send(new CreateTableCommand(TABLE));
          await Promise.all([running.reset(), running.reset()]);
        }
      });
    } finally {
      await running.close();
    }
    await assert.rejects(running.reset(), /is closed: start another one/);
  });

  it('does not reset what is on disk', async (t) => {
    const path = mkdtempSync(join(tmpdir(), 'dynamodb-library-'));
    t.after(() => rmSync(path, { recursive: true, force: true }));
    const running = await startDynamoDb({ path });
    await assert.rejects(running.reset(), /Only a DynamoDB in memory can be reset/);
    await running.close();
  });

  it('lets the process end once it is closed', () => {
    const door = new URL('../../src/server/dynamodb.ts', import.meta.url).href;
    const program = `
      import { startDynamoDb } from ${JSON.stringify(door)};
      const running = await startDynamoDb();
      await running.close();
      console.log('closed');`;
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      { encoding: 'utf8', timeout: 20_000 },
    );
    assert.deepEqual([stdout, status], ['closed\n', 0]);
  });

  it('serves nothing but tables and streams', async () => {
    const running = await startDynamoDb();
    try {
      const answer = await fetch(`${running.endpoint}/v1/pipes`);
      assert.equal(answer.status, 404);
      const events = await fetch(running.endpoint, {
        method: 'POST',
        headers: { 'x-amz-target': 'AWSEvents.ListConnections' },
      });
      assert.equal(events.status, 400);
      assert.match(await events.text(), /UnknownOperationException/);
    } finally {
      await running.close();
    }
  });

  it('says that it is healthy, as the service does', async () => {
    const running = await startDynamoDb();
    try {
      const answer = await fetch(running.endpoint);
      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), 'healthy: dynamodb.us-east-1.amazonaws.com ');
    } finally {
      await running.close();
    }
  });

  it('names the address by which a client came as its endpoint', async () => {
    const running = await startDynamoDb();
    try {
      await withClient(running, async (client) => {
        const { Endpoints } = await client.send(new DescribeEndpointsCommand({}));
        assert.deepEqual(
          Endpoints?.map(({ Address }) => Address),
          [`127.0.0.1:${running.port}`],
        );
      });
    } finally {
      await running.close();
    }
  });

  const REFUSED: [options: object, text: RegExp][] = [
    [{ pth: './tables' }, /There is no option 'pth': did you mean 'path'\?/],
    [{ nonsense: true }, /There is no option 'nonsense'\. The options are path, /],
    [{ durability: 'fast' }, /'durability' must be 'strict' or 'relaxed'\./],
    [{ port: 'abc' }, /'port' must be a whole number from 0 to 65535\./],
    [{ streamShards: 0 }, /'streamShards' must be a whole number from 1 to 128\./],
    [{ accountId: '12' }, /'accountId' must be a text of twelve digits\./],
    [{ credentials: { accessKeyId: 'a' } }, /with the texts accessKeyId, secretAccessKey\./],
    [{ log: {} }, /'log' must be an object with the functions debug, info, warn, error\./],
    [{ clock: Date }, /'clock' must be an object with the functions now, monotonic\./],
    [['./tables'], /^The options must be an object, such as /],
    [{ allowedHosts: 'a' }, /'allowedHosts' must be a list of texts\./],
  ];
  for (const [options, text] of REFUSED)
    it(`refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(startDynamoDb(options), (error: Error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, text);
        return true;
      });
    });

  it('takes an option that is undefined for one that is not given', async () => {
    await (await startDynamoDb({ path: undefined, port: undefined } as object)).close();
  });

  it('wants a key pair beyond loopback', async () => {
    await assert.rejects(startDynamoDb({ host: '0.0.0.0' }), /FRESHET_ACCESS_KEY_ID/);
  });
});
