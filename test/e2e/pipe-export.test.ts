import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  DescribeConnectionCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { CreatePipeCommand, DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { parse } from 'yaml';
import {
  runFreshet,
  startFreshet,
  temporaryFolder,
  type FreshetProcess,
} from '../support/freshet.js';

const SECRETS = { password: 'pass-of-the-target', header: 'header-of-the-target' };

function clientsOf({ endpoint }: FreshetProcess): {
  tables: DynamoDBClient;
  events: EventBridgeClient;
  pipes: PipesClient;
} {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  return {
    tables: new DynamoDBClient(config),
    events: new EventBridgeClient(config),
    pipes: new PipesClient(config),
  };
}

describe('a pipe exported as a template', () => {
  let target: Server;
  let received: (request: {
    url: string;
    headers: NodeJS.Dict<string | string[]>;
    body: string;
  }) => void;
  let server: FreshetProcess;
  let copy: FreshetProcess | undefined;
  before(async () => {
    target = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        response.writeHead(200).end('{"grade": "gold"}');
        if (request.url?.startsWith('/users/'))
          received({ url: request.url, headers: request.headers, body });
      });
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
    server = await startFreshet();
    await make(server, (target.address() as AddressInfo).port);
  });
  after(async () => {
    await copy?.stop();
    await server.stop();
    target.closeAllConnections();
    target.close();
  });

  async function make(of: FreshetProcess, port: number): Promise<void> {
    const { tables, events, pipes } = clientsOf(of);
    const { TableDescription } = await tables.send(
      new CreateTableCommand({
        TableName: 'user',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'mail', AttributeType: 'S' },
        ],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-mail',
            KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    await tables.send(
      new UpdateTimeToLiveCommand({
        TableName: 'user',
        TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
      }),
    );
    const { ConnectionArn } = await events.send(
      new CreateConnectionCommand({
        Name: 'target',
        AuthorizationType: 'BASIC',
        AuthParameters: {
          BasicAuthParameters: { Username: 'me', Password: SECRETS.password },
          InvocationHttpParameters: {
            HeaderParameters: [
              { Key: 'X-Secret', Value: SECRETS.header, IsValueSecret: true },
              { Key: 'X-Open', Value: 'seen', IsValueSecret: false },
            ],
          },
        },
      }),
    );
    const arns: string[] = [];
    for (const [Name, path, HttpMethod] of [
      ['grade', '/grades', 'POST'],
      ['users', '/users/*', 'PUT'],
    ] as const) {
      const { ApiDestinationArn } = await events.send(
        new CreateApiDestinationCommand({
          Name,
          Description: `of ${Name}`,
          ConnectionArn,
          HttpMethod,
          InvocationEndpoint: `http://127.0.0.1:${port}${path}`,
          InvocationRateLimitPerSecond: 50,
        }),
      );
      arns.push(ApiDestinationArn!);
    }
    await pipes.send(
      new CreatePipeCommand({
        Name: 'users',
        Description: 'users, graded',
        RoleArn: 'arn:aws:iam::000000000000:role/pipe',
        Source: TableDescription!.LatestStreamArn,
        SourceParameters: {
          DynamoDBStreamParameters: {
            StartingPosition: 'TRIM_HORIZON',
            BatchSize: 1,
            MaximumRetryAttempts: 3,
          },
          FilterCriteria: { Filters: [{ Pattern: '{"eventName": ["INSERT", "MODIFY"]}' }] },
        },
        Enrichment: arns[0],
        EnrichmentParameters: { InputTemplate: '{"id": <$.dynamodb.Keys.id.S>}' },
        Target: arns[1],
        TargetParameters: {
          InputTemplate: '{"grade": <$.grade>}',
          HttpParameters: {
            PathParameterValues: ['fixed'],
            QueryStringParameters: { q: '1' },
          },
        },
        Tags: { 'freshet:on-remove': 'DELETE', team: 'web' },
      }),
    );
  }

  let template: string;

  it('has parameters in the places of secrets, and no secret', async () => {
    const { code, stdout } = await runFreshet([
      'pipes',
      'export',
      'users',
      '--endpoint',
      server.endpoint,
    ]);
    assert.equal(code, 0);
    template = stdout;
    for (const secret of Object.values(SECRETS)) assert.ok(!template.includes(secret));
    const { Parameters } = parse(template) as { Parameters: Record<string, { NoEcho?: boolean }> };
    assert.deepEqual(
      Object.entries(Parameters).map(([name, { NoEcho = false }]) => [name, NoEcho]),
      [
        ['EnrichmentConnectionPassword', true],
        ['EnrichmentConnectionInvocationXSecret', true],
        ['EnrichmentEndpoint', false],
        ['TargetEndpoint', false],
      ],
    );
  });

  it('loads again as it was, and works', async () => {
    const file = join(temporaryFolder(), 'users.yaml');
    writeFileSync(file, template);
    const parameters = {
      EnrichmentConnectionPassword: SECRETS.password,
      EnrichmentConnectionInvocationXSecret: SECRETS.header,
    };
    copy = await startFreshet({
      args: [
        '--template',
        file,
        ...Object.entries(parameters).flatMap(([name, value]) => [
          '--parameter',
          `${name}=${value}`,
        ]),
      ],
    });
    const arrived = new Promise<Parameters<typeof received>[0]>((resolve) => (received = resolve));
    const { tables } = clientsOf(copy);
    await tables.send(new PutItemCommand({ TableName: 'user', Item: { id: { S: '1' } } }));
    const { url, headers, body } = await arrived;
    assert.deepEqual([url, JSON.parse(body)], ['/users/fixed?q=1', { grade: 'gold' }]);
    assert.deepEqual([headers['x-secret'], headers['x-open']], [SECRETS.header, 'seen']);
    assert.equal(
      headers['authorization'],
      `Basic ${Buffer.from(`me:${SECRETS.password}`).toString('base64')}`,
    );
    assert.deepEqual(await described(copy), await described(server));
  });

  /** All that two servers must have alike. */
  async function described(of: FreshetProcess): Promise<object> {
    const { tables, events, pipes } = clientsOf(of);
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: 'user' }));
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, StreamSpecification } =
      Table as TableDescription;
    const connection = await events.send(new DescribeConnectionCommand({ Name: 'target' }));
    const pipe = await pipes.send(new DescribePipeCommand({ Name: 'users' }));
    return {
      KeySchema,
      AttributeDefinitions,
      indexes: GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
      StreamSpecification,
      auth: connection.AuthParameters,
      pipe: {
        ...pipe,
        $metadata: undefined,
        Arn: undefined,
        CreationTime: undefined,
        LastModifiedTime: undefined,
        Source: undefined,
        Target: undefined,
        Enrichment: undefined,
        StateReason: undefined,
        Tags: { ...pipe.Tags },
      },
    };
  }

  it('is refused when there is no such pipe', async () => {
    const { code, stderr } = await runFreshet([
      'pipes',
      'export',
      'nope',
      '--endpoint',
      server.endpoint,
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /no pipe 'nope'/);
  });
});
