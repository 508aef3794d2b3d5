import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CACHED,
  INPUT_TEMPLATE,
  ITEM,
  parseCached,
  ROLE_ARN,
  TARGET_PARAMETERS,
} from '../support/article.js';
import {
  API_KEY,
  eventually,
  run,
  runFreshet,
  startFreshet,
  type FreshetProcess,
} from '../support/freshet.js';
import { awsCli } from '../support/programs.js';

describe("the article's set-up, step by step, with the aws command", { skip: awsCli.skip }, () => {
  let server: FreshetProcess;
  before(async () => {
    server = await startFreshet();
  });
  after(() => server.stop());

  async function aws(...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await run(
      awsCli.command,
      ['--endpoint-url', server.endpoint, '--output', 'json', ...args],
      {
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    );
    assert.equal(code, 0, stderr);
    return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
  }

  it('goes from create-table to item 001 in the cache', async () => {
    assert.equal((await aws('sts', 'get-caller-identity'))['Account'], '000000000000');
    const table = await aws(
      'dynamodb',
      'create-table',
      '--table-name',
      'user',
      '--attribute-definitions',
      'AttributeName=id,AttributeType=S',
      '--key-schema',
      'AttributeName=id,KeyType=HASH',
      '--billing-mode',
      'PAY_PER_REQUEST',
      '--stream-specification',
      'StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES',
    );
    const streamArn = (table['TableDescription'] as { LatestStreamArn: string }).LatestStreamArn;
    await aws('dynamodb', 'wait', 'table-exists', '--table-name', 'user');
    assert.equal(
      (await runFreshet(['caches', 'create', 'user'], { FRESHET_ENDPOINT: server.endpoint })).code,
      0,
    );

    const connection = await aws(
      'events',
      'create-connection',
      '--name',
      'momento',
      '--authorization-type',
      'API_KEY',
      '--auth-parameters',
      JSON.stringify({
        ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: API_KEY },
      }),
    );
    const destination = await aws(
      'events',
      'create-api-destination',
      '--name',
      'momento-put',
      '--connection-arn',
      String(connection['ConnectionArn']),
      '--invocation-endpoint',
      `${server.endpoint}/cache/*`,
      '--http-method',
      'PUT',
      '--invocation-rate-limit-per-second',
      '50',
    );
    await aws(
      'pipes',
      'create-pipe',
      '--name',
      'ddb2momento',
      '--role-arn',
      ROLE_ARN,
      '--source',
      streamArn,
      '--source-parameters',
      '{"DynamoDBStreamParameters":{"StartingPosition":"LATEST"}}',
      '--target',
      String(destination['ApiDestinationArn']),
      '--target-parameters',
      JSON.stringify({ ...TARGET_PARAMETERS, InputTemplate: INPUT_TEMPLATE }),
    );
    await eventually('the pipe runs', async () =>
      (await aws('pipes', 'describe-pipe', '--name', 'ddb2momento'))['CurrentState'] === 'RUNNING'
        ? true
        : undefined,
    );
    const pipes = (await aws('pipes', 'list-pipes'))['Pipes'] as { Name: string }[];
    assert.deepEqual(
      pipes.map(({ Name }) => Name),
      ['ddb2momento'],
    );

    await aws('dynamodb', 'put-item', '--table-name', 'user', '--item', JSON.stringify(ITEM));
    const curl = async (apiKey: string): Promise<{ status: string; text: string }> => {
      const { stdout } = await run('curl', [
        '-s',
        '-w',
        '\n%{http_code}',
        '-H',
        `Authorization: ${apiKey}`,
        `${server.endpoint}/cache/user?key=001`,
      ]);
      const at = stdout.lastIndexOf('\n');
      return { status: stdout.slice(at + 1), text: stdout.slice(0, at) };
    };
    const held = await eventually('curl finds item 001', async () => {
      const { status, text } = await curl(API_KEY);
      return status === '200' ? text : undefined;
    });
    assert.deepEqual(parseCached(held), CACHED);
    assert.equal((await curl('wrong')).status, '401');

    assert.equal(
      (await aws('pipes', 'stop-pipe', '--name', 'ddb2momento'))['CurrentState'],
      'STOPPING',
    );
    await eventually('the pipe stops', async () =>
      (await aws('pipes', 'describe-pipe', '--name', 'ddb2momento'))['CurrentState'] === 'STOPPED'
        ? true
        : undefined,
    );
  });
});
