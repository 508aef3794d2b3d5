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

  it("take a template for each event from the template's metadata, or over HTTP", async () => {
    target.answer = () => 200;
    await start({ extensions: { InputTemplates: { REMOVE: '{"gone": <freshet.old-image>}' } } });
    await put('1', 1);
    await remove('1');
    await idle();
    const url = `${server.endpoint}/_freshet/pipes/items/extensions`;
    const change = await fetch(url, {
      method: 'PUT',
      body: '{"InputTemplates": {"INSERT": "\\"new <freshet.keys.id>\\""}}',
    });
    assert.equal(change.status, 200);
    await eventually('the pipe runs again', async () => {
      const { CurrentState } = await pipes.send(new DescribePipeCommand({ Name: 'items' }));
      return CurrentState === 'RUNNING' ? true : undefined;
    });
    await put('2', 1);
    await remove('2');
    await eventually('all is delivered', async () =>
      target.taken.length === 4 ? true : undefined,
    );
    assert.deepEqual(
      target.taken.map(({ body }) => body),
      ['{"id":"1","version":1}', '{"gone":{"id":"1","version":1}}', '"new 2"', '""'],
    );
    const bad = await fetch(url, { method: 'PUT', body: '{"InputTemplates": {"DELETE": "x"}}' });
    assert.equal(bad.status, 400);
    assert.match(await bad.text(), /has no member DELETE\. There are: INSERT, MODIFY, REMOVE/);
  });

  it('wait longer for an answer than AWS, and name the change and its trace', async () => {
    target.answer = () => delay(5_500, 200);
    await start({
      tags: {
        'freshet:timeout-seconds': '30',
        'freshet:idempotency-key': 'true',
        'freshet:trace-context': 'true',
      },
    });
    await put('1', 1);
    await idle();
    assert.equal(target.taken.length, 1);
    const { 'idempotency-key': key, traceparent } = target.taken[0]!.headers;
    assert.match(String(key), /^[0-9a-f]{32}$/);
    assert.match(String(traceparent), new RegExp(`^00-${String(key)}-[0-9a-f]{16}-01$`));
  });

  it('keep a target that takes 50 a second within about a second of 500 writes a second', async () => {
    target.answer = () => 200;
    await start({ tags: { 'freshet:coalesce': 'latest-per-item' }, rate: 50 });
    const items = 40;
    /** When each version of an item was written. */
    const written = Array.from({ length: items }, (): number[] => []);
    const arrivals: { at: number; item: number; version: number }[] = [];
    target.answer = ({ body }) => {
      const { id, version } = JSON.parse(body) as { id: string; version: number };
      arrivals.push({ at: performance.now(), item: Number(id), version });
      return 200;
    };
    let writes = 0;
    const began = performance.now();
    while (writes < 2_000) {
      // An item at a time once only: its versions are to be written in their order.
      const due = Math.min(2_000, writes + items, Math.floor((performance.now() - began) / 2));
      const batch: Promise<unknown>[] = [];
      for (; writes < due; writes += 1) {
        const item = writes % items;
        const version = written[item]!.length;
        batch.push(
          put(String(item), version).then(() => (written[item]![version] ??= performance.now())),
        );
        written[item]!.length = version + 1;
      }
      await Promise.all([delay(10), ...batch]);
    }
    await idle();
    const seconds = (performance.now() - began) / 1000;
    const held = new Array<number>(items).fill(-1);
    let stalest = 0;
    for (const { at, item, version } of arrivals) {
      assert.ok(version > held[item]!, 'no older state comes after a newer one');
      // Until now the target held a state older than this one, since that was replaced in the table.
      if (held[item]! >= 0) stalest = Math.max(stalest, at - written[item]![held[item]! + 1]!);
      held[item] = version;
    }
    assert.deepEqual(
      held,
      written.map(({ length }) => length - 1),
    );
    assert.ok(stalest < 1_300, `the target was ${stalest.toFixed(0)} ms behind`);
    // What the rate lets through in that time; a machine that is busy takes longer for the writes.
    const limit = 50 * (seconds + 1);
    assert.ok(arrivals.length <= limit, `${String(arrivals.length)} requests in ${seconds} s`);
    assert.ok(arrivals.length < 1_000, `${String(arrivals.length)} requests for 2,000 writes`);
    const { coalesced } = (await status()) as unknown as { coalesced: number };
    assert.equal(coalesced, 2_000 - arrivals.length);
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
