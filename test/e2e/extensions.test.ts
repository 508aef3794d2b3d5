import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreatePipeCommand,
  DescribePipeCommand,
  PipesClient,
  TagResourceCommand,
} from '@aws-sdk/client-pipes';
import { extendedPipe, RecordingTarget } from '../support/extended-pipe.js';
import { eventually, startFreshet, type FreshetProcess } from '../support/freshet.js';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

describe('extensions, through the official clients', () => {
  let target: RecordingTarget;
  let server: FreshetProcess;
  let dynamodb: DynamoDBClient;
  let pipes: PipesClient;
  before(async () => {
    target = new RecordingTarget();
    await target.listen();
  });
  after(() => target.close());
  afterEach(async () => {
    dynamodb.destroy();
    pipes.destroy();
    await server.stop();
  });

  const start = async (options: Parameters<typeof extendedPipe>[1]): Promise<void> => {
    target.taken.length = 0;
    server = await startFreshet({ args: ['--template', extendedPipe(target.origin, options)] });
    const client = { endpoint: server.endpoint, region: 'us-east-1', credentials };
    dynamodb = new DynamoDBClient(client);
    pipes = new PipesClient(client);
  };
  const put = (id: string, version: number) =>
    dynamodb.send(
      new PutItemCommand({
        TableName: 'items',
        Item: { id: { S: id }, version: { N: String(version) } },
      }),
    );
  const remove = (id: string) =>
    dynamodb.send(new DeleteItemCommand({ TableName: 'items', Key: { id: { S: id } } }));
  const status = async (): Promise<{ idle: boolean; deadLettered: number }> => {
    const response = await fetch(`${server.endpoint}/_freshet/pipes/items`);
    const { status } = (await response.json()) as {
      status?: { idle: boolean; deadLettered: number };
    };
    return status ?? { idle: false, deadLettered: 0 };
  };
  const idle = () =>
    eventually('the pipe is idle', async () => ((await status()).idle ? true : undefined));

  it('keep whole items with `<freshet.new-image>`, and tell of tags and variables that do not exist', async () => {
    await start({});
    await dynamodb.send(
      new PutItemCommand({
        TableName: 'items',
        Item: {
          id: { S: '1' },
          balance: { N: '12345678901234567890.123' },
          roles: { SS: ['admin'] },
          address: { M: { city: { S: '東京' } } },
        },
      }),
    );
    await idle();
    assert.equal(
      target.taken[0]!.body,
      '{"id":"1","balance":12345678901234567890.123,"roles":["admin"],"address":{"city":"東京"}}',
    );
    const { Arn, Source, Target, RoleArn } = await pipes.send(
      new DescribePipeCommand({ Name: 'items' }),
    );
    const refusals: [change: object, message: RegExp][] = [
      [{ Tags: { 'freshet:on-delete': 'SKIP' } }, /Did you mean freshet:on-remove\?/],
      [
        { TargetParameters: { InputTemplate: '<freshet.item>' } },
        /Unknown variable <freshet\.item> .* known are <freshet\.new-image>/,
      ],
    ];
    for (const [change, message] of refusals)
      await assert.rejects(
        pipes.send(
          new CreatePipeCommand({
            Name: 'refused',
            Source,
            SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST' } },
            Target,
            RoleArn,
            ...change,
          }),
        ),
        { name: 'ValidationException', message },
      );
    await assert.rejects(
      pipes.send(new TagResourceCommand({ resourceArn: Arn, tags: { 'freshet:on-remove': 'X' } })),
      { name: 'ValidationException', message: /must be SEND, SKIP or DELETE, not "X"/ },
    );
  });

  it('delete at the target, in order, an item that is deleted and made again at full speed', async () => {
    // Every second request of a version fails at first, and answers come late: each change overtakes, if it can.
    const failed = new Set<string>();
    target.answer = async ({ method, body }) => {
      await delay(Math.random() * 5);
      const state = method + body;
      if (Math.random() > 0.5 || failed.has(state)) return 200;
      failed.add(state);
      return 503;
    };
    await start({ tags: { 'freshet:on-remove': 'DELETE' } });
    const changes = async (id: string): Promise<void> => {
      for (let version = 1; version <= 40; version += 1) {
        await put(id, version);
        if (version % 3 !== 0) await remove(id);
      }
    };
    await Promise.all(['a', 'b', 'c'].map(changes));
    await remove('b');
    await idle();
    for (const id of ['a', 'b', 'c']) {
      const expected: string[] = [];
      for (let version = 1; version <= 40; version += 1) {
        expected.push(`PUT {"id":"${id}","version":${String(version)}}`);
        if (version % 3 !== 0) expected.push('DELETE ');
      }
      // The last version of all was deleted already: there is nothing more to delete.
      assert.deepEqual(
        target.taken
          .filter(({ url }) => url === `/items/${id}`)
          .map(({ method, body }) => `${method} ${body}`),
        expected,
      );
    }
    assert.equal((await status()).deadLettered, 0);
  });
});
