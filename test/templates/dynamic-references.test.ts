import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDynamicValues, TemplateError } from '../../src/templates/index.js';
import { Server, vectors } from './deploying.js';

const VALUES = `
momento/api-key: key-of-momento
api: {token: token-of-api, port: 8080}
text: '{"token": "token-of-text"}'
arn:aws:secretsmanager:us-east-1:000000000000:secret:other-AbC123: other-by-arn
/app/password: password-of-app
/app/stage: beta
/nested: '{{resolve:ssm:/app/stage}}'
`;

/** The reference is a connection's API key. */
const templateOf = (value: unknown): string =>
  JSON.stringify({
    Parameters: { SecretName: { Type: 'String', Default: 'momento/api-key' } },
    Resources: {
      Connection: {
        Type: 'AWS::Events::Connection',
        Properties: {
          Name: 'connection',
          AuthorizationType: 'API_KEY',
          AuthParameters: {
            ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: value },
          },
        },
      },
    },
  });

interface Row {
  name: string;
  value: unknown;
  expected?: string;
  error?: string;
}

describe('dynamic references', () => {
  for (const { name, value, expected, error } of vectors<Row>('dynamic-references'))
    it(error === undefined ? `resolve: ${name}` : `are refused: ${name}`, async () => {
      const server = new Server();
      const started = server.start(templateOf(value), {}, VALUES);
      if (error === undefined) {
        await started;
        const { AuthParameters } = server.api.input('CreateConnection');
        assert.deepEqual(AuthParameters, {
          ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: expected },
        });
      } else {
        await assert.rejects(started, (thrown: unknown) => {
          assert.ok(thrown instanceof TemplateError, String(thrown));
          assert.ok(thrown.message.includes(error), thrown.message);
          return true;
        });
        assert.deepEqual(server.api.changes(), []);
      }
    });

  it('also stand for numbers', async () => {
    const server = new Server();
    await server.start(
      JSON.stringify({
        Resources: {
          Destination: {
            Type: 'AWS::Events::ApiDestination',
            Properties: {
              Name: 'd',
              ConnectionArn: 'arn:aws:events:us-east-1:000000000000:connection/c/1',
              HttpMethod: 'PUT',
              InvocationEndpoint: 'https://example.com/',
              InvocationRateLimitPerSecond: '{{resolve:ssm:/rate:1}}',
            },
          },
        },
      }),
      {},
      '/rate: 45',
    );
    assert.equal(server.api.input('CreateApiDestination')['InvocationRateLimitPerSecond'], 45);
  });

  it('leave no secret in notes, the log, errors and what is kept', async () => {
    const server = new Server();
    await server.start(templateOf('{{resolve:secretsmanager:momento/api-key}}'), {}, VALUES);
    const table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: { TableName: 't', BillingMode: '{{resolve:secretsmanager:momento/api-key}}' },
    };
    const failed = await server
      .start(JSON.stringify({ Resources: { T: table } }), {}, VALUES)
      .catch(String);
    const shown = JSON.stringify([server.logged, failed, [...server.stacks.texts.values()]]);
    assert.doesNotMatch(shown, /key-of-momento/);
  });

  it('need a file of names and values, whose contents no message shows', () => {
    for (const text of ['- a', 'just text', '{"a": ["hidden"]}', 'a: {b: hidden', 'a: null'])
      assert.throws(
        () => parseDynamicValues(text, 'values.yaml'),
        (error: Error) => /^values\.yaml/.test(error.message) && !error.message.includes('hidden'),
      );
  });
});
