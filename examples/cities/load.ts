import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBServiceException,
  UpdateItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { itemOf, type City } from './cities.js';
import { NAME } from './pipeline.js';
import type { Progress } from './progress.js';

/** Documented limit of BatchWriteItem. */
const BATCH_SIZE = 25;
const CONCURRENCY = 16;
/** Longest time that the server may be away, in milliseconds. */
const RESTART_MS = 60_000;

/** Writes all places by BatchWriteItem. */
export async function loadTable(
  dynamodb: DynamoDBClient,
  cities: City[],
  progress: Progress,
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(cities.length / BATCH_SIZE) }, (_, i) =>
    cities.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE),
  );
  await inParallel(batches, async (batch) => {
    let requests: WriteRequest[] = batch.map((city) => ({ PutRequest: { Item: itemOf(city) } }));
    while (requests.length > 0) {
      const command = new BatchWriteItemCommand({ RequestItems: { [NAME]: requests } });
      const { UnprocessedItems } = await persistently(() => dynamodb.send(command));
      requests = UnprocessedItems?.[NAME] ?? [];
    }
    progress.add(batch.length);
  });
}

/** Changes every third place and deletes every tenth; returns those that are left, as they are then. */
export async function changeCities(dynamodb: DynamoDBClient, cities: City[]): Promise<City[]> {
  const left: City[] = [];
  await inParallel([...cities.entries()], async ([index, city]) => {
    const Key = { id: { S: city.id } };
    if (index % 10 === 9) {
      await dynamodb.send(new DeleteItemCommand({ TableName: NAME, Key }));
    } else if (index % 3 === 0) {
      const revision = city.revision + 1;
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: NAME,
          Key,
          UpdateExpression: 'ADD revision :one SET #name = :name',
          ExpressionAttributeNames: { '#name': 'name' },
          ExpressionAttributeValues: { ':one': { N: '1' }, ':name': { S: `${city.name} "new"` } },
        }),
      );
      left.push({ ...city, revision, name: `${city.name} "new"` });
    } else {
      left.push(city);
    }
  });
  return left;
}

/**
 * Tries again while the server does not answer: longer than the SDK, whose retries share a budget that
 * many connections cut at once use up.
 */
async function persistently<T>(send: () => Promise<T>): Promise<T> {
  for (const giveUpAt = performance.now() + RESTART_MS; ;) {
    try {
      return await send();
    } catch (error) {
      if (error instanceof DynamoDBServiceException || performance.now() > giveUpAt) throw error;
      await delay(100);
    }
  }
}

/** Works on all elements, some at a time. */
export async function inParallel<T>(
  elements: T[],
  work: (element: T) => Promise<void>,
): Promise<void> {
  const queue = elements.values();
  const worker = async (): Promise<void> => {
    for (const element of queue) await work(element);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
