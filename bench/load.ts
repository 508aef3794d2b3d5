import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { System } from './system.js';

/** An item of about 250 bytes. */
export const userItem = (key: string, version: number): object => ({
  id: { S: key },
  name: { S: 'Tanaka Ichiro' },
  email: { S: `${key}@example.com` },
  last_purchased_at: { S: '2023-12-01T10:00:00+09:00' },
  note: { S: 'x'.repeat(80) },
  version: { N: String(version) },
});

/** As a client's that has signed. */
export const headersOf = (operation: string): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
});

/** Writes items over the plain wire protocol, so that no SDK's cost is measured. */
export class Writer {
  readonly #pool: Pool;
  readonly #tableName: string;

  constructor(system: System, connections: number) {
    this.#pool = new Pool(system.endpoint, { connections });
    this.#tableName = system.tableName;
  }

  /** Puts one item; rejects when the answer is not 200. */
  async put(key: string, version: number): Promise<void> {
    const answer = await this.#pool.request({
      method: 'POST',
      path: '/',
      headers: headersOf('PutItem'),
      body: JSON.stringify({ TableName: this.#tableName, Item: userItem(key, version) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`PutItem: ${String(answer.statusCode)} ${text}`);
  }

  /** Puts `keys` one after the other on `concurrency` connections. */
  async putAll(keys: Iterable<string>, concurrency: number): Promise<void> {
    const queue = keys[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let next = queue.next(); !next.done; next = queue.next()) await this.put(next.value, 1);
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }

  /**
   * Puts at a fixed rate whether or not earlier puts were answered (open loop). Returns when each put
   * was sent and answered (performance.now), by key.
   */
  async putAtRate(
    prefix: string,
    perSecond: number,
    seconds: number,
  ): Promise<{ sent: Map<string, number>; answered: Map<string, number> }> {
    const sent = new Map<string, number>();
    const answered = new Map<string, number>();
    const started = performance.now();
    const puts: Promise<void>[] = [];
    for (let i = 0; i < perSecond * seconds; i += 1) {
      const at = started + (i * 1000) / perSecond;
      const wait = at - performance.now();
      if (wait > 0) await delay(wait);
      const key = `${prefix}${String(i)}`;
      sent.set(key, performance.now());
      puts.push(this.put(key, 1).then(() => void answered.set(key, performance.now())));
    }
    await Promise.all(puts);
    return { sent, answered };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
