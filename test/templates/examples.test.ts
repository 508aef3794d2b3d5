import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { example, Server } from './deploying.js';
import { API_KEY, ENDPOINT } from './recording-api.js';

const CDK = readFileSync(new URL('../vectors/templates/cdk-synth.json', import.meta.url), 'utf8');

describe('examples/user-cache', () => {
  it("builds the article's set-up, with the article's names", async () => {
    const server = new Server();
    const { notes } = await server.start(example('user-cache/template.yaml'));
    const { api } = server;
    assert.deepEqual([...api.caches], ['user']);
    assert.deepEqual(api.input('CreateTable'), {
      TableName: 'user',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    const connection = api.input('CreateConnection');
    assert.equal(connection['AuthorizationType'], 'API_KEY');
    assert.deepEqual(connection['AuthParameters'], {
      ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: API_KEY },
    });
    const destination = api.input('CreateApiDestination');
    assert.equal(destination['HttpMethod'], 'PUT');
    assert.equal(destination['InvocationEndpoint'], `${ENDPOINT}/cache/*`);
    assert.equal(destination['InvocationRateLimitPerSecond'], 50);
    const pipe = api.input('CreatePipe');
    assert.equal(pipe['Name'], 'ddb2momento');
    assert.match(String(pipe['RoleArn']), /^arn:aws:iam::000000000000:role\/shop-PipeRole-\w{12}$/);
    assert.deepEqual(pipe['SourceParameters'], {
      DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', BatchSize: 1 },
      FilterCriteria: { Filters: [{ Pattern: '{"eventName": ["INSERT", "MODIFY"]}' }] },
    });
    assert.deepEqual(pipe['TargetParameters'], {
      HttpParameters: {
        PathParameterValues: ['user'],
        QueryStringParameters: { key: '$.dynamodb.Keys.id.S', ttl_seconds: '300' },
      },
      InputTemplate:
        '"{\\"id\\": \\"<$.dynamodb.NewImage.id.S>\\", ' +
        '\\"name\\": \\"<$.dynamodb.NewImage.name.S>\\", ' +
        '\\"email\\": \\"<$.dynamodb.NewImage.email.S>\\", ' +
        '\\"last_purchased_at\\": \\"<$.dynamodb.NewImage.last_purchased_at.S>\\"}"',
    });
    assert.deepEqual(notes, [
      'PipeRole: AWS::IAM::Role has no effect here: requests are not checked against roles and policies here.',
    ]);
  });

  it('says where to put and where to read', async () => {
    const { outputs } = await new Server().start(example('user-cache/template.yaml'));
    assert.deepEqual(
      outputs.map(({ name, value }) => [name, value]),
      [
        ['TableName', 'user'],
        ['CacheUrl', `${ENDPOINT}/cache/user?key=001`],
        ['PipeState', 'RUNNING'],
      ],
    );
  });

  it('takes another time to live', async () => {
    const server = new Server();
    await server.start(example('user-cache/template.yaml'), { CacheTtlSeconds: '60' });
    const { HttpParameters } = server.api.input('CreatePipe')['TargetParameters'] as {
      HttpParameters: { QueryStringParameters: object };
    };
    assert.deepEqual(HttpParameters.QueryStringParameters, {
      key: '$.dynamodb.Keys.id.S',
      ttl_seconds: '60',
    });
  });
});

describe('a template in the form that cdk synth writes', () => {
  it('comes up as it is', async () => {
    const server = new Server();
    const { notes, resources } = await server.start(CDK, { MomentoApiKey: 'key-from-outside' });
    assert.deepEqual(server.api.changes(), [
      'CreateTable',
      'CreateConnection',
      'CreateApiDestination',
      'CreatePipe',
    ]);
    assert.equal(
      server.api.input('CreateApiDestination')['InvocationEndpoint'],
      'https://api.cache.us-east-1.example.com/cache/*',
    );
    assert.ok(
      resources.findIndex(({ type }) => type === 'AWS::IAM::Policy') <
        resources.findIndex(({ type }) => type === 'AWS::Pipes::Pipe'),
      'DependsOn',
    );
    assert.deepEqual(notes, [
      'Rules (CheckBootstrapVersion) are not evaluated here.',
      'PipeRole7D4E52D4: AWS::IAM::Role has no effect here: requests are not checked against roles and policies here.',
      'PipeRoleDefaultPolicy20A14F60: AWS::IAM::Policy has no effect here: requests are not checked against roles and policies here.',
      'CDKMetadata: AWS::CDK::Metadata has no effect here: it only counts the use of CDK, for AWS.',
    ]);
  });
});
