import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import {
  CreatePipeCommand,
  DescribePipeCommand,
  PipesClient,
  type DescribePipeCommandOutput,
} from '@aws-sdk/client-pipes';
import { ROLE_ARN } from './article.js';
import { eventually } from './freshet.js';

export const CREDENTIALS = { accessKeyId: 'any', secretAccessKey: 'any' };
/** With what a Freshet reads a source that takes any credentials. */
export const SOURCE_ENV = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };

/** An event as it arrives at a target without a template. */
export interface Arrived {
  eventName: string;
  awsRegion: string;
  dynamodb: Record<string, unknown> & {
    Keys: Record<string, Record<string, unknown>>;
    NewImage?: Record<string, Record<string, unknown>>;
  };
  userIdentity?: unknown;
  eventSourceARN: string;
}

/** A target that keeps what it gets. */
export interface Target {
  url: string;
  arrived: Arrived[];
  close(): Promise<void>;
}

export async function startTarget(): Promise<Target> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      arrived.push(JSON.parse(body) as Arrived);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    arrived,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export function tablesAt(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
}

/** Creates a table with a stream of both images and returns the stream's ARN. */
export async function createSource(tables: DynamoDBClient, TableName: string): Promise<string> {
  const { TableDescription } = await tables.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return TableDescription!.LatestStreamArn!;
}

/** Creates a pipe from a stream to a target, with all that it needs. */
export async function createPipe(
  endpoint: string,
  name: string,
  source: string,
  target: Target,
  StartingPosition: 'TRIM_HORIZON' | 'LATEST',
): Promise<void> {
  const common = { endpoint, region: 'us-east-1', credentials: CREDENTIALS };
  const events = new EventBridgeClient(common);
  const pipes = new PipesClient(common);
  try {
    const { ConnectionArn } = await events.send(
      new CreateConnectionCommand({
        Name: name,
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'any' } },
      }),
    );
    const { ApiDestinationArn } = await events.send(
      new CreateApiDestinationCommand({
        Name: name,
        ConnectionArn,
        InvocationEndpoint: target.url,
        HttpMethod: 'POST',
        InvocationRateLimitPerSecond: 300,
      }),
    );
    await pipes.send(
      new CreatePipeCommand({
        Name: name,
        RoleArn: ROLE_ARN,
        Source: source,
        SourceParameters: { DynamoDBStreamParameters: { StartingPosition } },
        Target: ApiDestinationArn,
      }),
    );
  } finally {
    events.destroy();
    pipes.destroy();
  }
}

/** Resolves to the pipe once it is as `wanted` says. */
export async function untilPipe(
  endpoint: string,
  Name: string,
  wanted: (pipe: DescribePipeCommandOutput) => boolean,
): Promise<DescribePipeCommandOutput> {
  const pipes = new PipesClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  let last: DescribePipeCommandOutput | undefined;
  try {
    return await eventually(`pipe ${Name} as wanted`, async () => {
      last = await pipes.send(new DescribePipeCommand({ Name }));
      return wanted(last) ? last : undefined;
    });
  } catch (error) {
    throw new Error(`${Name}: ${String(last?.CurrentState)}, ${String(last?.StateReason)}`, {
      cause: error,
    });
  } finally {
    pipes.destroy();
  }
}
