import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { extendedPipe, RecordingTarget } from '../support/extended-pipe.js';
import { runFreshet, startFreshet, type FreshetProcess } from '../support/freshet.js';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

describe('freshet pipes wait', () => {
  const target = new RecordingTarget();
  let server: FreshetProcess;
  let dynamodb: DynamoDBClient;
  before(async () => {
    await target.listen();
    server = await startFreshet({ args: ['--template', extendedPipe(target.origin)] });
    dynamodb = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
  });
  after(async () => {
    dynamodb.destroy();
    await server.stop();
    target.close();
  });
  const wait = (...args: string[]) =>
    runFreshet(['pipes', 'wait', 'items', ...args, '--endpoint', server.endpoint]);
  const put = (id: string) =>
    dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { id: { S: id } } }));

  it('returns once all that was written before is at the target', async () => {
    // The target answers only after the command has begun to wait.
    let begun = false;
    target.answer = async () => {
      while (!begun) await new Promise(setImmediate);
      return 200;
    };
    const ids = Array.from({ length: 300 }, (_, index) => `item-${String(index)}`);
    await Promise.all(ids.map(put));
    const waiting = wait();
    setTimeout(() => (begun = true), 300);
    assert.deepEqual(await waiting, { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(
      new Set(target.taken.map(({ url }) => url)),
      new Set(ids.map((id) => `/items/${id}`)),
    );
  });

  it('ends with 2 when the time was over, and with 1 when a record was given up', async () => {
    target.answer = () => 503;
    await put('unavailable');
    const late = await wait('--timeout', '200ms');
    assert.equal(late.code, 2);
    assert.match(late.stderr, /After 0\.2 s not everything was delivered: 'freshet pipes show/);
    target.answer = () => 422;
    const failed = await wait('--since', '5m');
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /gave up 1 record: 'freshet dlq list items' shows why/);
    assert.equal((await wait()).code, 0);
  });

  it('says what is wrong with what it was asked', async () => {
    const { code, stderr } = await runFreshet([
      'pipes',
      'wait',
      'nope',
      '--endpoint',
      server.endpoint,
    ]);
    assert.deepEqual([code, /no pipe 'nope'/.test(stderr)], [1, true]);
    assert.match((await wait('--timeout', '1 day')).stderr, /such as 500ms, 60s or 5m/);
    const answer = await fetch(`${server.endpoint}/_freshet/pipes/items/wait`, {
      method: 'POST',
      body: '{"timeoutMs":600001}',
    });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /a whole number from 1 to 600000/);
  });
});
