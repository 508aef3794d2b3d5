import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { clientsOf } from './pipeline.js';

const TIMEOUT_MS = 10_000;

/** Puts the article's item with the official SDK and finds it in the cache; false when it does not come. */
export async function runArticle(
  endpoint: string,
  apiKey: string,
  say: (line: string) => void,
): Promise<boolean> {
  const started = performance.now();
  await clientsOf(endpoint).dynamodb.send(
    new PutItemCommand({
      TableName: 'user',
      Item: {
        id: { S: '001' },
        name: { S: '田中一郎' },
        email: { S: 'ichiro.tanaka@example.com' },
        last_purchased_at: { S: '2023-12-01T10:00:00+09:00' },
      },
    }),
  );
  while (performance.now() - started < TIMEOUT_MS) {
    const answer = await fetch(`${endpoint}/cache/user?key=001`, {
      headers: { authorization: apiKey },
    });
    const text = await answer.text();
    if (answer.ok) {
      say(`  key 001 holds ${text}`);
      say(`  after ${(performance.now() - started).toFixed(0)} ms, the put included`);
      return text.includes('田中一郎');
    }
    await delay(2);
  }
  say(
    `  key 001 did not come within ${String(TIMEOUT_MS / 1000)} s; 'freshet pipes show ddb2momento' says why`,
  );
  return false;
}
