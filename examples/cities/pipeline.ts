import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { CreatePipeCommand, DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { setTimeout as delay } from 'node:timers/promises';

/** Name of the table and of the cache. */
export const NAME = 'cities';
export const TTL_SECONDS = 24 * 60 * 60;

/** What the pipe makes out of a change, as a template of EventBridge Pipes. */
const INPUT_TEMPLATE =
  '{"name": <$.dynamodb.NewImage.name.S>, "country": <$.dynamodb.NewImage.country.S>, ' +
  '"lat": <$.dynamodb.NewImage.lat.N>, "lng": <$.dynamodb.NewImage.lng.N>, ' +
  '"revision": <$.dynamodb.NewImage.revision.N>}';

/** Far above what one machine delivers: the demo measures Freshet, not its rate limit. */
const RATE_LIMIT = 100_000;

export interface Clients {
  dynamodb: DynamoDBClient;
  events: EventBridgeClient;
  pipes: PipesClient;
}

/** The official clients, pointed at a Freshet server. Any key pair will do on loopback. */
export function clientsOf(endpoint: string): Clients {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
  };
  return {
    dynamodb: new DynamoDBClient(config),
    events: new EventBridgeClient(config),
    pipes: new PipesClient(config),
  };
}

/**
 * Builds table, cache, connection, API destinations and two pipes with the official clients: one pipe
 * puts what was written, the other deletes what was removed.
 */
export async function createPipeline(endpoint: string, apiKey: string): Promise<void> {
  const { dynamodb, events, pipes } = clientsOf(endpoint);
  const streamArn = await createTable(dynamodb);
  const cache = await fetch(`${endpoint}/_freshet/caches`, {
    method: 'POST',
    body: JSON.stringify({ name: NAME }),
  });
  if (!cache.ok) throw new Error(`The cache could not be made: ${await cache.text()}`);
  const { ConnectionArn } = await events.send(
    new CreateConnectionCommand({
      Name: `${NAME}-momento`,
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: apiKey },
      },
    }),
  );
  for (const { method, eventNames } of [
    { method: 'PUT', eventNames: ['INSERT', 'MODIFY'] },
    { method: 'DELETE', eventNames: ['REMOVE'] },
  ] as const) {
    const { ApiDestinationArn } = await events.send(
      new CreateApiDestinationCommand({
        Name: `${NAME}-${method.toLowerCase()}`,
        ConnectionArn,
        InvocationEndpoint: `${endpoint}/cache/*`,
        HttpMethod: method,
        InvocationRateLimitPerSecond: RATE_LIMIT,
      }),
    );
    await pipes.send(
      new CreatePipeCommand({
        Name: pipeName(method),
        RoleArn: 'arn:aws:iam::000000000000:role/freshet-demo',
        Source: streamArn,
        SourceParameters: {
          DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON' },
          FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: eventNames }) }] },
        },
        Target: ApiDestinationArn,
        TargetParameters: {
          ...(method === 'PUT' && { InputTemplate: INPUT_TEMPLATE }),
          HttpParameters: {
            PathParameterValues: [NAME],
            QueryStringParameters: {
              key: '$.dynamodb.Keys.id.S',
              ...(method === 'PUT' && { ttl_seconds: String(TTL_SECONDS) }),
            },
          },
        },
      }),
    );
    await untilRunning(pipes, pipeName(method));
  }
}

export function pipeName(method: 'PUT' | 'DELETE'): string {
  return `${NAME}-${method.toLowerCase()}`;
}

async function createTable(dynamodb: DynamoDBClient): Promise<string> {
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName: NAME,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 30, minDelay: 1 },
    { TableName: NAME },
  );
  return TableDescription!.LatestStreamArn!;
}

async function untilRunning(pipes: PipesClient, name: string): Promise<void> {
  for (;;) {
    const { CurrentState, StateReason } = await pipes.send(new DescribePipeCommand({ Name: name }));
    if (CurrentState === 'RUNNING') return;
    if (CurrentState?.endsWith('FAILED'))
      throw new Error(`${name}: ${StateReason ?? CurrentState}`);
    await delay(50);
  }
}
