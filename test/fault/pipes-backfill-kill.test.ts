import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PipeProcess } from './pipe-process.js';
import { makePipe, readItems } from './pipe-rooms.js';

const ITEMS = 200_000;
/** Those that change all the time. */
const CHURNED = 1_000;
const CHANGES_PER_SECOND = 1_000;
/** The process is killed when so many of the items have arrived. */
const KILLS = [ITEMS / 3, (2 * ITEMS) / 3];
const ROTATION = { streamShards: 4, shardMaxRecords: 2_000 };

/** Keeps what it is sent, and looks whether any item goes back to an older state within one run of the pipe. */
class Target {
  readonly held = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      this.#take(request, body);
      response.writeHead(204).end();
    });
  });
  /** A request of a process that was killed may be taken after the next one began. */
  readonly #runOf = new WeakMap<Socket, Map<string, number>>();
  #run = new Map<string, number>();
  /** Items that have arrived; called with each. */
  onItem: (count: number) => void = () => undefined;
  readonly goneBack: string[] = [];
  deletions = 0;

  async listen(): Promise<string> {
    this.#server.on('connection', (socket) => this.#runOf.set(socket, this.#run));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  nextRun(): void {
    this.#run = new Map();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #take({ method, url, socket }: IncomingMessage, body: string): void {
    const query = new URL(url!, 'http://target').searchParams;
    const item = query.get('key')!;
    const isDeletion = method === 'DELETE';
    const version = Number(isDeletion ? query.get('old') : JSON.parse(body));
    // The deletion of a state comes behind it, and before the next.
    const rank = 2 * version + (isDeletion ? 1 : 0);
    const run = this.#runOf.get(socket)!;
    const before = run.get(item) ?? -1;
    if (rank < before) this.goneBack.push(`${item}: ${rank} behind ${before}`);
    run.set(item, rank);
    if (isDeletion) {
      this.deletions += 1;
      this.held.delete(item);
    } else this.held.set(item, version);
    this.onItem(this.held.size);
  }
}

describe('a backfill of a large table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-backfill-kill-'));
  const target = new Target();

  before(async () => {
    await makePipe(folder, await target.listen(), {
      items: Array.from({ length: ITEMS }, (_, at) => ({ pk: { S: String(at) }, v: { N: '0' } })),
      viewType: 'NEW_AND_OLD_IMAGES',
      source: { StartingPosition: 'LATEST' },
      tags: { 'freshet:backfill': 'true', 'freshet:on-remove': 'DELETE' },
      target: {
        InputTemplate: '<$.dynamodb.NewImage.v.N>',
        HttpParameters: {
          QueryStringParameters: { key: '$.dynamodb.Keys.pk.S', old: '$.dynamodb.OldImage.v.N' },
        },
      },
    });
  });
  after(async () => {
    await target.close();
    rmSync(folder, { recursive: true });
  });

  it('killed twice, while items change and go all the time: ends with the target equal to the table', async (test) => {
    const churn = (round: number) => ({
      items: CHURNED,
      firstVersion: 1 + round * 1_000_000,
      perSecond: CHANGES_PER_SECOND,
    });
    for (const [round, enough] of KILLS.entries()) {
      const running = new PipeProcess(test, { folder, rotation: ROTATION, churn: churn(round) });
      target.onItem = (count) => {
        if (count < enough) return;
        target.onItem = () => undefined;
        void running.kill();
      };
      await running.killed();
      target.nextRun();
    }
    const storm = { folder, rotation: ROTATION, churn: churn(KILLS.length), untilDelivered: true };
    await new PipeProcess(test, storm).end();

    const table = new Map(
      (await readItems(folder)).map(({ pk, v }) => [pk!.S!, Number(v!.N)] as const),
    );
    assert.ok(table.size > ITEMS - CHURNED && table.size < ITEMS);
    assert.deepEqual(target.held.size, table.size);
    for (const [item, version] of table) assert.equal(target.held.get(item), version, item);
    assert.deepEqual(target.goneBack, []);
    assert.ok(target.deletions > 0);
  });
});
