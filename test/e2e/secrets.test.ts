import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeApiDestinationCommand,
  DescribeConnectionCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EchoTarget } from '../support/echo-target.js';
import { startFreshet, temporaryFolder, type FreshetProcess } from '../support/freshet.js';

const TOKEN = 'token-5f9a"+/=x';
const SECRETS = {
  apiKey: 'api-key-of-the-target',
  header: 'secret of a header',
  query: 'secret & of = a query ü',
  body: 'secret "of" a \\ body',
  password: 'password of=the-target',
  clientSecret: 'client+secret/of=oauth',
  oauthHeader: 'secret-of-the-token-header',
  oauthBody: 'secret of the token body',
  enrichmentKey: 'api-key-of-the-enrichment',
  enrichmentQuery: 'secret of the enrichment & query',
};

const secret = (Key: string, Value: string) => ({ Key, Value, IsValueSecret: true });

/** Connections of each kind, with secrets wherever there may be one. */
const connections = (origin: string) => ({
  Key: {
    AuthorizationType: 'API_KEY',
    AuthParameters: {
      ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: SECRETS.apiKey },
      InvocationHttpParameters: {
        HeaderParameters: [secret('x-secret', SECRETS.header)],
        QueryStringParameters: [secret('q', SECRETS.query)],
        BodyParameters: [secret('b', SECRETS.body)],
      },
    },
  },
  Basic: {
    AuthorizationType: 'BASIC',
    AuthParameters: { BasicAuthParameters: { Username: 'ann', Password: SECRETS.password } },
  },
  OAuth: {
    AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
    AuthParameters: {
      OAuthParameters: {
        AuthorizationEndpoint: `${origin}/token`,
        HttpMethod: 'POST',
        ClientParameters: { ClientID: 'client', ClientSecret: SECRETS.clientSecret },
        OAuthHttpParameters: {
          HeaderParameters: [secret('x-token-secret', SECRETS.oauthHeader)],
          BodyParameters: [secret('audience', SECRETS.oauthBody)],
        },
      },
    },
  },
  Enriching: {
    AuthorizationType: 'API_KEY',
    AuthParameters: {
      ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: SECRETS.enrichmentKey },
      InvocationHttpParameters: {
        QueryStringParameters: [secret('q', SECRETS.enrichmentQuery)],
      },
    },
  },
});

const NAMES = ['Key', 'Basic', 'OAuth', 'Enriched'] as const;

function templateFor(origin: string): string {
  const att = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });
  const Resources: Record<string, object> = {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'items',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/pipes' } },
  };
  for (const [name, properties] of Object.entries(connections(origin))) {
    Resources[`${name}Connection`] = {
      Type: 'AWS::Events::Connection',
      Properties: { Name: name, ...properties },
    };
    Resources[`${name}Destination`] = {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        Name: name,
        ConnectionArn: att(`${name}Connection`),
        InvocationEndpoint: `${origin}/${name}/*`,
        HttpMethod: 'POST',
      },
    };
  }
  for (const name of NAMES) {
    const isEnriched = name === 'Enriched';
    const PathParameterValues = ['<freshet.keys.id>'];
    Resources[name] = {
      Type: 'AWS::Pipes::Pipe',
      Properties: {
        Name: name,
        RoleArn: 'arn:aws:iam::000000000000:role/pipe',
        Source: att('Table', 'StreamArn'),
        SourceParameters: {
          DynamoDBStreamParameters: {
            StartingPosition: 'TRIM_HORIZON',
            MaximumRetryAttempts: 0,
            DeadLetterConfig: { Arn: att('Dead') },
          },
        },
        // What the enrichment sends back goes on to a target with another connection.
        ...(isEnriched && {
          Enrichment: att('EnrichingDestination'),
          EnrichmentParameters: { HttpParameters: { PathParameterValues: ['asked'] } },
        }),
        Target: att(isEnriched ? 'BasicDestination' : `${name}Destination`),
        TargetParameters: {
          InputTemplate: isEnriched ? '<$>' : '<freshet.new-image>',
          HttpParameters: {
            PathParameterValues,
            ...(isEnriched && { QueryStringParameters: { told: '$.headers.x-key' } }),
          },
        },
        LogConfiguration: {
          Level: 'TRACE',
          IncludeExecutionData: ['ALL'],
          CloudwatchLogsLogDestination: { LogGroupArn: att('Log') },
        },
      },
    };
  }
  return JSON.stringify({ Resources });
}

/** The forms in which a secret may show. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    Buffer.from(value).toString('base64'),
    json,
    JSON.stringify(json).slice(1, -1),
  ];
}

describe('secrets of connections, after a run with all kinds of them', () => {
  const target = new EchoTarget(TOKEN);
  const data = temporaryFolder();
  let server: FreshetProcess;
  const client = <T>(Client: new (config: object) => T): T =>
    new Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  before(async () => {
    await target.listen();
    const template = join(temporaryFolder(), 'secrets.json');
    writeFileSync(template, templateFor(target.origin));
    server = await startFreshet({ data, args: ['--template', template, '--log-level', 'debug'] });
  });
  after(async () => {
    await server.stop();
    target.close();
  });
  const api = async (method: string, path: string, body?: object): Promise<string> => {
    const answer = await fetch(`${server.endpoint}/_freshet/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.status < 300, `${method} ${path}: ${text}`);
    return text;
  };

  it('are at the target, and nowhere that a person looks or anything is kept', async () => {
    const shown = new Map<string, string>();
    const leaving = new AbortController();
    const live = NAMES.map(async (name) => {
      const { signal } = leaving;
      const path = `${server.endpoint}/_freshet/pipes/${name}/trace/live`;
      const { body } = await fetch(path, { signal });
      const decoder = new TextDecoder();
      try {
        for await (const chunk of body! as AsyncIterable<Uint8Array>)
          shown.set(`live ${name}`, (shown.get(`live ${name}`) ?? '') + decoder.decode(chunk));
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    });
    const dynamodb = client(DynamoDBClient);
    for (const id of ['good', 'bad'])
      await dynamodb.send(
        new PutItemCommand({ TableName: 'items', Item: { id: { S: id }, v: { N: '1' } } }),
      );
    for (const name of NAMES) {
      const settled = await api('POST', `pipes/${name}/wait`, { timeoutMs: 20_000 });
      assert.match(settled, /"settled"/, name);
      const of = `pipes/${name}`;
      const letters = await api('GET', `${of}/dead-letters`);
      const { deadLetters } = JSON.parse(letters) as { deadLetters: { id: string }[] };
      assert.equal(deadLetters.length, 1, name);
      shown.set(`letters ${name}`, letters);
      const key = encodeURIComponent('{"id":{"S":"good"}}');
      for (const [method, path, body] of [
        ['POST', `${of}/dead-letters/replay`, { ids: deadLetters.map(({ id }) => id) }],
        ['GET', `${of}/dead-letters`],
        ['GET', of],
        ['GET', `${of}/trace`],
        ['GET', `${of}/lint`],
        ['GET', `${of}/metrics`],
        ['GET', `${of}/template`],
        ['GET', `${of}/extensions`],
        ['GET', `${of}/item?key=${key}`],
        ['POST', `${of}/preview`, { last: 9 }],
        ['POST', `${of}/verify`, {}],
      ] as const)
        if (!(path.endsWith('/verify') && name === 'Enriched'))
          shown.set(`${method} ${path}`, await api(method, path, body));
      const described = await client(PipesClient).send(new DescribePipeCommand({ Name: name }));
      shown.set(`DescribePipe ${name}`, JSON.stringify(described));
    }
    const events = client(EventBridgeClient);
    for (const Name of Object.keys(connections(''))) {
      const { AuthParameters } = await events.send(new DescribeConnectionCommand({ Name }));
      shown.set(`DescribeConnection ${Name}`, JSON.stringify(AuthParameters));
      const destination = await events.send(new DescribeApiDestinationCommand({ Name }));
      shown.set(`DescribeApiDestination ${Name}`, JSON.stringify(destination));
      for (const id of ['good', 'bad'])
        shown.set(
          `test ${Name} ${id}`,
          await api('POST', `api-destinations/${Name}/test`, { pathParameters: [id] }),
        );
    }
    const sqs = client(SQSClient);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'dead' }));
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    shown.set('queue', JSON.stringify(await sqs.send(receive)));
    leaving.abort();
    await Promise.all(live);
    await server.stop();
    shown.set('the log of the server', server.output());
    for (const entry of readdirSync(data, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const file = join(entry.parentPath, entry.name);
        shown.set(file, readFileSync(file, 'latin1'));
      }

    const sent = JSON.stringify(target.taken);
    const secrets = { ...SECRETS, TOKEN, basic: btoa(`ann:${SECRETS.password}`) };
    for (const [name, value] of Object.entries(secrets))
      assert.ok(
        name === 'password' || formsOf(value).some((form) => sent.includes(form)),
        `${name} reached the target`,
      );
    const found: string[] = [];
    for (const [where, text] of shown)
      for (const [name, value] of Object.entries(secrets))
        for (const form of formsOf(value))
          if (text.includes(form) || text.includes(Buffer.from(form).toString('latin1')))
            found.push(`${name} in ${where}`);
    assert.deepEqual(found, []);
    // The grep is of something.
    assert.match(shown.get('GET pipes/Key/trace')!, /\*\*\*/);
    for (const name of NAMES) assert.match(shown.get(`live ${name}`)!, /"outcome":"delivered"/);
    assert.ok([...shown].some(([where]) => where.includes('state')));
  });
});
