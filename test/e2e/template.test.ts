import assert from 'node:assert/strict';
import { freePort } from '../../tools/free-port.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { CACHED, ITEM, parseCached } from '../support/article.js';
import {
  eventually,
  readCache,
  run,
  runFreshet,
  startFreshet,
  temporaryFolder,
  type FreshetProcess,
} from '../support/freshet.js';

const TEMPLATE = 'examples/user-cache/template.yaml';
const CONFIG = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

describe('freshet start --template', () => {
  let server: FreshetProcess;
  const data = temporaryFolder();
  before(async () => {
    server = await startFreshet({ data, args: ['--template', TEMPLATE] });
  });
  after(() => server.stop());

  const put = (): Promise<unknown> =>
    new DynamoDBClient({ ...CONFIG, endpoint: server.endpoint }).send(
      new PutItemCommand({ TableName: 'user', Item: ITEM }),
    );
  const cached = (): Promise<unknown> =>
    eventually('item 001 is in the cache', async () => {
      const { status, text } = await readCache(server, 'user', '001');
      return status === 200 ? parseCached(text) : undefined;
    });

  it("brings the article's set-up up: an item that is put is in the cache", async () => {
    await put();
    assert.deepEqual(await cached(), CACHED);
  });
  it('says what runs where and what to try next, without the API key it was given', () => {
    const text = server.output();
    for (const expected of [
      'ddb2momento',
      'user',
      server.endpoint,
      'aws dynamodb put-item',
      'curl',
    ])
      assert.ok(text.includes(expected), `${expected} in\n${text}`);
    assert.doesNotMatch(text, /test-key-0123456789/);
  });
  it('changes nothing when it is started again, and what was cached is still there', async () => {
    assert.equal(await server.stop(), 0);
    server = await startFreshet({ data, args: ['--template', TEMPLATE] });
    assert.deepEqual(await cached(), CACHED);
    const { TableNames } = await new DynamoDBClient({ ...CONFIG, endpoint: server.endpoint }).send(
      new ListTablesCommand({}),
    );
    assert.deepEqual(TableNames, ['user']);
    const pipe = await new PipesClient({ ...CONFIG, endpoint: server.endpoint }).send(
      new DescribePipeCommand({ Name: 'ddb2momento' }),
    );
    assert.equal(pipe.CurrentState, 'RUNNING');
  });
  it('comes up at another port as well', async () => {
    await server.stop();
    server = await startFreshet({ data, args: ['--template', TEMPLATE] });
    await put();
    assert.deepEqual(await cached(), CACHED);
  });
  it('refuses a second server on the same folder and says so', async () => {
    const second = await runFreshet(['start', '--data', data, '--port', String(await freePort())]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /in use/);
    assert.doesNotMatch(second.stderr, /\n\s+at /);
  });
});

describe('freshet start with a template that is wrong', () => {
  const folder = temporaryFolder();
  const cases: [string, string, RegExp][] = [
    ['not YAML', 'Resources: [', /template\.yaml/],
    [
      'an unknown resource type',
      'Resources:\n  X:\n    Type: AWS::S3::Bucket\n',
      /AWS::S3::Bucket/,
    ],
    [
      'a reference to nothing',
      'Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: !Ref Nope\n',
      /Nope/,
    ],
    [
      'what DynamoDB refuses',
      'Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: x\n      KeySchema: [{AttributeName: id, KeyType: HASH}]\n      AttributeDefinitions: []\n      BillingMode: PAY_PER_REQUEST\n',
      /T\b/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(`ends with one clear message: ${name}`, async () => {
      const file = join(folder, 'template.yaml');
      writeFileSync(file, text);
      const { code, stderr } = await runFreshet([
        'start',
        '--data',
        temporaryFolder(),
        '--port',
        String(await freePort()),
        '--template',
        file,
      ]);
      assert.equal(code, 1);
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack trace');
    });
  }
  it('ends with one clear message: no such file', async () => {
    const { code, stderr } = await run(process.execPath, [
      'dist/cli/main.js',
      'start',
      '--data',
      temporaryFolder(),
      '--port',
      String(await freePort()),
      '--template',
      'nothing.yaml',
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /nothing\.yaml/);
  });
});
