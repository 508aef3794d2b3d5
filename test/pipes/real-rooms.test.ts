import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createDestinations, createEgressPolicy } from '../../src/destinations/index.js';
import { openDynamoDb, type DynamoDb } from '../../src/dynamodb/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import {
  createSupervisor,
  embeddedTables,
  type PipeStatus,
  type Supervisor,
} from '../../src/pipes/index.js';
import { loadSecretKey, openState, type State } from '../../src/state/index.js';
import { embeddedStreams } from '../../src/streams/index.js';
import { pipeResource, TARGET_ARN, until } from './harness.js';
import { memoryRooms } from './memory-rooms.js';

const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
const CONNECTION_ARN = 'arn:aws:events:us-east-1:000000000000:connection/cache/1';
const API_KEY = 'the right key';

/** A cache behind HTTP: PUT /users?key=… with an API key. */
class CacheServer {
  readonly entries = new Map<string, string>();
  readonly #server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const authorized = request.headers['authorization'] === API_KEY;
      const key = new URL(request.url!, 'http://cache').searchParams.get('key')!;
      if (authorized) this.entries.set(key, body);
      response.writeHead(authorized ? 204 : 401).end();
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/users`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** The rooms that a pipe stands on, as the server composes them. */
class House {
  readonly #folder: string;
  tables!: DynamoDb;
  state!: State;
  supervisor!: Supervisor;
  #close: (() => Promise<void>)[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    const stateTables = await openDynamoDb({ ...SCOPE, path: join(this.#folder, 'state') });
    this.tables = await openDynamoDb({ ...SCOPE, path: join(this.#folder, 'tables') });
    this.state = await openState({
      operations: stateTables,
      tableName: 'freshet-state',
      secretKey: await loadSecretKey(join(this.#folder, 'secret.key')),
      clock: systemClock,
    });
    const common = { clock: systemClock, log: silentLog };
    const egress = createEgressPolicy({ allowLoopback: true });
    const destinations = createDestinations({ ...common, state: this.state, egress });
    this.supervisor = createSupervisor({
      currentItem: () => Promise.resolve(undefined),
      tables: embeddedTables(this.tables),
      lists: () => Promise.resolve(undefined),
      ...memoryRooms(),
      ...common,
      state: this.state,
      streams: embeddedStreams({ log: this.tables.streamLog, scope: SCOPE }),
      destinations,
    });
    this.#close = [this.supervisor, destinations, this.tables, stateTables].map(
      (room) => () => room.close(),
    );
    await this.supervisor.start();
  }

  async close(): Promise<void> {
    for (const close of this.#close) await close();
    this.#close = [];
  }

  status(): PipeStatus | undefined {
    return this.supervisor.status('users');
  }

  async put(id: number, visits: number): Promise<void> {
    await this.tables.putItem({
      TableName: 'users',
      Item: { id: { S: `user-${id}` }, visits: { N: String(visits) } },
    });
  }
}

describe('a pipe over real tables, state and requests', () => {
  const cache = new CacheServer();
  let folder: string;
  let house: House;

  const resourceTimes = { creationTime: 0, lastModifiedTime: 0 };
  const sealedKey = (value: string): { sealed: string } =>
    house.state.secrets.seal(
      JSON.stringify({
        ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: value },
      }),
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freshet-pipes-'));
    house = new House(folder);
    await house.open();
    await house.tables.createTable({
      TableName: 'users',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    const { Table } = (await house.tables.describeTable({ TableName: 'users' })) as {
      Table: { LatestStreamArn: string };
    };
    await house.state.connections.create({
      ...resourceTimes,
      name: 'cache',
      arn: CONNECTION_ARN,
      secretArn: '',
      state: 'AUTHORIZED',
      authorizationType: 'API_KEY',
      publicAuthParameters: {},
      sealedAuthParameters: sealedKey('a wrong key'),
    });
    await house.state.apiDestinations.create({
      ...resourceTimes,
      name: 'cache',
      arn: TARGET_ARN,
      connectionArn: CONNECTION_ARN,
      invocationEndpoint: await cache.listen(),
      httpMethod: 'PUT',
      invocationRateLimitPerSecond: 100_000,
    });
    await house.state.pipes.create(
      pipeResource({
        source: Table.LatestStreamArn,
        targetParameters: {
          InputTemplate: '{"visits": <$.dynamodb.NewImage.visits.N>}',
          HttpParameters: { QueryStringParameters: { key: '$.dynamodb.Keys.id.S' } },
        },
      }),
    );
    await until(() => house.status()?.state === 'RUNNING', 'the pipe runs');
  });

  after(async () => {
    await house.close();
    await cache.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps a record while the API key is wrong, and says why', async () => {
    await house.put(1, 1);
    await until(async () => {
      const pipe = await house.state.pipes.get('users');
      return /^Deliveries fail: .*401.*; 1 record waits$/.test(pipe!.stateReason!);
    }, 'the failure is told');
    assert.equal(cache.entries.size, 0);
  });

  it('delivers it as soon as the connection is corrected', async () => {
    await house.state.connections.update('cache', (connection) => ({
      ...connection,
      sealedAuthParameters: sealedKey(API_KEY),
      lastModifiedTime: 1,
    }));
    await until(() => house.status()!.idle, 'the pipe is idle', 2_000);
    assert.deepEqual([...cache.entries], [['user-1', '{"visits":"1"}']]);
  });

  it('is not idle between the answer of a write and its delivery', async () => {
    for (let visits = 0; visits < 50; visits += 1) {
      await house.put(2, visits);
      assert.ok(!house.status()!.idle || cache.entries.get('user-2') === `{"visits":"${visits}"}`);
    }
    await until(() => house.status()!.idle, 'the pipe is idle');
  });

  it('brings the last state of every item to the cache, across a restart', async () => {
    const writes = (visits: number): Promise<unknown> =>
      Promise.all(Array.from({ length: 300 }, (_, id) => house.put(id, visits)));
    for (let visits = 0; visits < 5; visits += 1) await writes(visits);
    await house.close();
    await house.open();
    await writes(99);
    await until(() => house.status()!.idle, 'the pipe is idle');
    assert.equal(cache.entries.size, 300);
    for (const [key, value] of cache.entries) assert.equal(value, '{"visits":"99"}', key);
    assert.equal((await house.state.pipes.get('users'))!.stateReason, 'USER_INITIATED');
  });
});
