import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Pool } from 'undici';
import { cachedValueOf, itemOf, type City } from './cities.js';
import { clientsOf, NAME } from './pipeline.js';

const TIMEOUT_MS = 10_000;

/**
 * Changes one place after the other and reads its key until the cache has the change. Milliseconds from
 * sending PutItem to the answer that holds the new value. Rejects when a change does not come.
 */
export async function measureDelays(
  endpoint: string,
  apiKey: string,
  cities: City[],
): Promise<{ p50: number; p99: number }> {
  const { dynamodb } = clientsOf(endpoint);
  const pool = new Pool(endpoint, { connections: 1 });
  const delays: number[] = [];
  for (const city of cities) {
    const changed = { ...city, revision: city.revision + 1 };
    const sent = performance.now();
    await dynamodb.send(new PutItemCommand({ TableName: NAME, Item: itemOf(changed) }));
    while ((await read(pool, apiKey, city.id)) !== cachedValueOf(changed))
      if (performance.now() - sent > TIMEOUT_MS)
        throw new Error(`The change of ${city.id} did not come.`);
    delays.push(performance.now() - sent);
  }
  await pool.close();
  delays.sort((a, b) => a - b);
  const at = (share: number): number => delays[Math.ceil(share * delays.length) - 1] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

async function read(pool: Pool, apiKey: string, key: string): Promise<string> {
  const path = `/cache/${NAME}?key=${encodeURIComponent(key)}`;
  const answer = await pool.request({ method: 'GET', path, headers: { authorization: apiKey } });
  return answer.body.text();
}
