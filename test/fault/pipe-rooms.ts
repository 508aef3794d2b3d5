import { join } from 'node:path';
import { openDynamoDb, type DynamoDb, type RotationOptions } from '../../src/dynamodb/index.js';
import type { Item } from '../../src/lib/attribute-value.js';
import { systemClock } from '../../src/lib/clock.js';
import {
  loadSecretKey,
  openState,
  type ApiDestinationResource,
  type PipeResource,
  type PipeSourceParameters,
  type State,
} from '../../src/state/index.js';
import { pipeResource, TARGET_ARN } from '../pipes/harness.js';

export const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
export const TABLE = 'users';
export const PIPE = 'users';
/** Writes that share their commits. */
const AT_ONCE = 1_000;
const DESTINATION = 'cache';
const CONNECTION_ARN = 'arn:aws:events:us-east-1:000000000000:connection/cache/1';

/** The tables and the state of a server in a folder. */
export interface Rooms {
  tables: DynamoDb;
  state: State;
  close(): Promise<void>;
}

export async function openRooms(folder: string, rotation: RotationOptions): Promise<Rooms> {
  const stateTables = await openDynamoDb({ ...SCOPE, path: join(folder, 'state') });
  const tables = await openDynamoDb({ ...SCOPE, ...rotation, path: join(folder, 'tables') });
  const state = await openState({
    operations: stateTables,
    secretKey: await loadSecretKey(join(folder, 'secret.key')),
    clock: systemClock,
  });
  return {
    tables,
    state,
    close: async () => {
      await tables.close();
      await stateTables.close();
    },
  };
}

/** Makes a folder with a table and a pipe from its stream, which sends `item=version` to the endpoint. */
export async function makePipe(
  folder: string,
  invocationEndpoint: string,
  change: {
    destination?: Partial<ApiDestinationResource>;
    source?: Partial<PipeSourceParameters['DynamoDBStreamParameters']>;
    tags?: Record<string, string>;
    target?: PipeResource['targetParameters'];
    viewType?: string;
    /** Those of the table, which are there before the pipe is. */
    items?: readonly Item[];
  } = {},
): Promise<void> {
  const rooms = await openRooms(folder, { streamShards: 1 });
  const { tables, state } = rooms;
  await tables.createTable({
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: change.viewType ?? 'NEW_IMAGE' },
  });
  await putAll(tables, change.items ?? []);
  const times = { creationTime: 0, lastModifiedTime: 0 };
  const auth = { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'any' } };
  await state.connections.create({
    ...times,
    name: 'cache',
    arn: CONNECTION_ARN,
    secretArn: '',
    state: 'AUTHORIZED',
    authorizationType: 'API_KEY',
    publicAuthParameters: {},
    sealedAuthParameters: state.secrets.seal(JSON.stringify(auth)),
  });
  await state.apiDestinations.create({
    ...times,
    name: DESTINATION,
    arn: TARGET_ARN,
    connectionArn: CONNECTION_ARN,
    invocationEndpoint,
    httpMethod: 'POST',
    invocationRateLimitPerSecond: 100_000,
    ...change.destination,
  });
  const { Table } = (await tables.describeTable({ TableName: TABLE })) as {
    Table: { LatestStreamArn: string };
  };
  await state.pipes.create(
    pipeResource(
      {
        name: PIPE,
        source: Table.LatestStreamArn,
        targetParameters: change.target ?? {
          InputTemplate: '<$.dynamodb.Keys.pk.S>=<$.dynamodb.NewImage.v.N>',
        },
        tags: change.tags ?? {},
      },
      change.source,
    ),
  );
  await rooms.close();
}

async function putAll(tables: DynamoDb, items: readonly Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE)
    await Promise.all(
      items.slice(at, at + AT_ONCE).map((item) => tables.putItem({ TableName: TABLE, Item: item })),
    );
}

/** All items of the folder's table. */
export async function readItems(folder: string): Promise<Item[]> {
  const rooms = await openRooms(folder, {});
  const items: Item[] = [];
  let from = {};
  for (;;) {
    const { Items, LastEvaluatedKey } = await rooms.tables.scan({ TableName: TABLE, ...from });
    items.push(...Items);
    if (LastEvaluatedKey === undefined) break;
    from = { ExclusiveStartKey: LastEvaluatedKey };
  }
  await rooms.close();
  return items;
}

/** Has the pipe of a folder send elsewhere from its next run on. */
export async function moveTarget(folder: string, invocationEndpoint: string): Promise<void> {
  const rooms = await openRooms(folder, {});
  await rooms.state.apiDestinations.update(DESTINATION, (resource) => ({
    ...resource,
    invocationEndpoint,
  }));
  await rooms.close();
}

/** One change in a stream. */
export interface Change {
  item: string;
  version: number;
}

export interface Changes {
  /** By item, all versions that the stream holds, in their order. */
  history: Map<string, number[]>;
  /** The same by shard. */
  shards: Change[][];
}

export async function readChanges(folder: string): Promise<Changes> {
  const rooms = await openRooms(folder, {});
  const { Table } = (await rooms.tables.describeTable({ TableName: TABLE })) as {
    Table: { LatestStreamArn: string };
  };
  const arn = Table.LatestStreamArn;
  const records = rooms.tables.streamLog
    .describe(arn)
    .shards.map(
      ({ shardId }) =>
        rooms.tables.streamLog.read(arn, shardId, { type: 'TRIM_HORIZON' }, Infinity).records,
    );
  const history = new Map<string, number[]>();
  for (const record of records.flat().sort(bySequence)) {
    const { item, version } = toChange({ dynamodb: record });
    const versions = history.get(item);
    if (versions) versions.push(version);
    else history.set(item, [version]);
  }
  await rooms.close();
  return {
    history,
    shards: records.map((shard) => shard.map((dynamodb) => toChange({ dynamodb }))),
  };
}

const bySequence = (a: { SequenceNumber: string }, b: { SequenceNumber: string }): number =>
  a.SequenceNumber < b.SequenceNumber ? -1 : 1;

/** The dead letters of the folder's pipe: by `item version`, how often each was sent. */
export async function readDeadLetters(folder: string): Promise<Map<string, number>> {
  const rooms = await openRooms(folder, {});
  const attempts = new Map<string, number>();
  let after = '';
  for (;;) {
    const letters = await rooms.state.deadLetters.list(PIPE, { after });
    for (const letter of letters) {
      const { item, version } = toChange(letter.record as StreamRecord);
      attempts.set(`${item} ${String(version)}`, letter.attempts);
      after = letter.id;
    }
    if (letters.length === 0) break;
  }
  await rooms.close();
  return attempts;
}

interface StreamRecord {
  dynamodb: { Keys: Item; NewImage?: Item | undefined };
}

function toChange({ dynamodb: { Keys, NewImage } }: StreamRecord): Change {
  return { item: Keys['pk']!.S!, version: Number(NewImage!['v']!.N) };
}
