import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  DescribeConnectionCommand,
  EventBridgeClient,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { CreatePipeCommand, DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import {
  CACHED,
  ITEM,
  parseCached,
  RATE_LIMIT,
  ROLE_ARN,
  SOURCE_PARAMETERS,
  TABLE,
  TARGET_PARAMETERS,
} from '../support/article.js';
import {
  API_KEY,
  eventually,
  readCache,
  runFreshet,
  startFreshet,
  type FreshetProcess,
} from '../support/freshet.js';

describe("the article's set-up, step by step, with the JavaScript SDK", () => {
  let server: FreshetProcess;
  let clients: {
    dynamodb: DynamoDBClient;
    events: EventBridgeClient;
    pipes: PipesClient;
    sts: STSClient;
  };
  let streamArn = '';
  let destinationArn = '';
  before(async () => {
    server = await startFreshet();
    const config = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    };
    clients = {
      dynamodb: new DynamoDBClient(config),
      events: new EventBridgeClient(config),
      pipes: new PipesClient(config),
      sts: new STSClient(config),
    };
  });
  after(() => server.stop());

  it('says who the caller is', async () => {
    const { Account } = await clients.sts.send(new GetCallerIdentityCommand({}));
    assert.equal(Account, '000000000000');
  });
  it('makes the table with its stream', async () => {
    await clients.dynamodb.send(new CreateTableCommand(TABLE));
    const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: 'user' }));
    assert.equal(Table?.TableStatus, 'ACTIVE');
    streamArn = Table.LatestStreamArn!;
    assert.match(
      streamArn,
      /^arn:aws:dynamodb:us-east-1:000000000000:table\/user\/stream\/\d{4}-\d\d-\d\dT/,
    );
  });
  it('makes the cache', async () => {
    const made = await runFreshet(['caches', 'create', 'user', '--endpoint', server.endpoint]);
    assert.equal(made.code, 0, made.stderr);
  });
  it('makes the connection and keeps its secret', async () => {
    const made = await clients.events.send(
      new CreateConnectionCommand({
        Name: 'momento',
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'wrong-key' },
        },
      }),
    );
    assert.equal(made.ConnectionState, 'AUTHORIZED');
    const described = await clients.events.send(new DescribeConnectionCommand({ Name: 'momento' }));
    assert.deepEqual(described.AuthParameters, {
      ApiKeyAuthParameters: { ApiKeyName: 'Authorization' },
    });
    const destination = await clients.events.send(
      new CreateApiDestinationCommand({
        Name: 'momento-put',
        ConnectionArn: made.ConnectionArn,
        InvocationEndpoint: `${server.endpoint}/cache/*`,
        HttpMethod: 'PUT',
        InvocationRateLimitPerSecond: RATE_LIMIT,
      }),
    );
    assert.equal(destination.ApiDestinationState, 'ACTIVE');
    destinationArn = destination.ApiDestinationArn!;
  });
  it('makes the pipe, which comes to run', async () => {
    const made = await clients.pipes.send(
      new CreatePipeCommand({
        Name: 'ddb2momento',
        RoleArn: ROLE_ARN,
        Source: streamArn,
        SourceParameters: SOURCE_PARAMETERS,
        Target: destinationArn,
        TargetParameters: TARGET_PARAMETERS,
      }),
    );
    assert.equal(made.CurrentState, 'CREATING');
    await eventually('the pipe runs', async () => {
      const { CurrentState } = await clients.pipes.send(
        new DescribePipeCommand({ Name: 'ddb2momento' }),
      );
      return CurrentState === 'RUNNING' ? true : undefined;
    });
  });
  it('shows a wrong API key as the cause, in the pipe and in the command, and loses nothing', async () => {
    await clients.dynamodb.send(new PutItemCommand({ TableName: 'user', Item: ITEM }));
    const reason = await eventually('the failure shows', async () => {
      const { StateReason } = await clients.pipes.send(
        new DescribePipeCommand({ Name: 'ddb2momento' }),
      );
      return StateReason?.includes('401') ? StateReason : undefined;
    });
    assert.match(reason, /API key/i);
    const shown = await runFreshet(['pipes', 'show', 'ddb2momento', '--endpoint', server.endpoint]);
    assert.match(shown.stdout, /401/);
    assert.doesNotMatch(shown.stdout + server.output(), /wrong-key/);
  });
  it('delivers the waiting record once the key is right', async () => {
    await clients.events.send(
      new UpdateConnectionCommand({
        Name: 'momento',
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: API_KEY },
        },
      }),
    );
    const held = await eventually(
      'item 001 is in the cache',
      async () => {
        const { status, text } = await readCache(server, 'user', '001');
        return status === 200 ? text : undefined;
      },
      60_000,
    );
    assert.deepEqual(parseCached(held), CACHED);
    assert.equal((await readCache(server, 'user', '001', 'wrong-key')).status, 401);
    await eventually('the pipe is well again', async () => {
      const { StateReason } = await clients.pipes.send(
        new DescribePipeCommand({ Name: 'ddb2momento' }),
      );
      return StateReason?.includes('401') ? undefined : true;
    });
  });
});
