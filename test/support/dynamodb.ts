import type { TestContext } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDb, type RunningDynamoDb } from '../../src/server/dynamodb.js';

/** DynamoDB in the test's own process and in memory, with a client of it; both end after the test. */
export async function dynamoDbAndClient(
  t: Pick<TestContext, 'after'>,
): Promise<{ server: RunningDynamoDb; client: DynamoDBClient }> {
  const server = await startDynamoDb();
  const client = new DynamoDBClient(server.clientConfig);
  t.after(async () => {
    client.destroy();
    await server.close();
  });
  return { server, client };
}
