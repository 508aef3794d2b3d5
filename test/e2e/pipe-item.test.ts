import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { extendedPipe, RecordingTarget } from '../support/extended-pipe.js';
import { runFreshet, startFreshet, type FreshetProcess } from '../support/freshet.js';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const KEY = { id: { S: '001' } };

interface State {
  table: { item: unknown } | { unknown: string };
  lastSent: { eventName: string; at: number; request: { body: { text: string } } };
  target: { request: { method: string; url: string }; status: number; body: string };
}

describe('freshet pipes item', () => {
  const target = new RecordingTarget();
  let server: FreshetProcess;
  let dynamodb: DynamoDBClient;
  before(async () => {
    await target.listen();
    const template = extendedPipe(target.origin, { tags: { 'freshet:on-remove': 'DELETE' } });
    server = await startFreshet({ args: ['--template', template] });
    dynamodb = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
  });
  after(async () => {
    dynamodb.destroy();
    await server.stop();
    target.close();
  });
  const freshet = (command: string, ...args: string[]) =>
    runFreshet(['pipes', command, 'items', ...args, '--endpoint', server.endpoint]);
  const state = async (): Promise<State> => {
    const { stdout } = await freshet('item', '--key', JSON.stringify(KEY), '--json');
    return JSON.parse(stdout) as State;
  };

  it('says what the table holds, what was last sent, and what the target answers', async () => {
    const unknown = await state();
    assert.deepEqual(unknown.table, { item: null });
    assert.ok('unknown' in unknown.lastSent);
    const Item = { ...KEY, version: { N: '1' } };
    await dynamodb.send(new PutItemCommand({ TableName: 'items', Item }));
    assert.equal((await freshet('wait')).code, 0);
    target.answer = ({ method }) => (method === 'GET' ? 404 : 200);
    const { table, lastSent, target: held } = await state();
    assert.deepEqual(table, { item: Item });
    assert.equal(lastSent.eventName, 'INSERT');
    assert.deepEqual(JSON.parse(lastSent.request.body.text), { id: '001', version: 1 });
    assert.deepEqual(held, {
      request: { method: 'GET', url: `${target.origin}/items/001` },
      status: 404,
      body: '',
    });
  });

  it('tells of a deletion, too', async () => {
    await dynamodb.send(new DeleteItemCommand({ TableName: 'items', Key: KEY }));
    assert.equal((await freshet('wait')).code, 0);
    const { table, lastSent, target: held } = await state();
    assert.deepEqual(table, { item: null });
    assert.equal(lastSent.eventName, 'REMOVE');
    assert.equal(held.request.url, `${target.origin}/items/001`);
    const { stdout } = await freshet('item', '--key', JSON.stringify(KEY));
    assert.match(stdout, /^table {6}is not there\nlast sent {2}.* {2}REMOVE\ntarget {5}GET /);
  });

  it('says what is wrong with a key', async () => {
    assert.match((await freshet('item', '--key', '001x')).stderr, /--key is not JSON/);
    assert.match((await freshet('item', '--key', '"001"')).stderr, /such as/);
    const wrong = await freshet('item', '--key', '{"nope":{"S":"1"}}');
    assert.deepEqual([wrong.code, wrong.stderr !== ''], [1, true]);
  });
});
