import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAwsError } from '../lib/aws-error.js';
import { systemClock } from '../lib/clock.js';
import { createLog, type Log } from '../lib/log.js';
import { callerIdentity, EventBridgeControl, PipesControl } from '../control/index.js';
import {
  createDestinations,
  createEgressPolicy,
  type EgressOptions,
  type OAuthDestinations,
} from '../destinations/index.js';
import {
  makeDataFolder,
  openDynamoDb,
  type DynamoDb,
  type RotationOptions,
} from '../dynamodb/index.js';
import { AccessPolicy, ConsoleFiles, Gateway, type Credentials } from '../gateway/index.js';
import { LogGroups } from '../logs/index.js';
import { createMomentoGrpc, createMomentoHttp, type Caches } from '../momento/index.js';
import {
  createSupervisor,
  embeddedTables,
  type CurrentItem,
  type Supervisor,
  type SupervisorOptions,
} from '../pipes/index.js';
import { openQueues } from '../sqs/index.js';
import { loadSecretKey, openState, type State } from '../state/index.js';
import {
  embeddedStreams,
  RemoteStreams,
  streamSources,
  type ChangeStreams,
} from '../streams/index.js';
import type { exportPipe } from '../templates/index.js';
import { openCaches } from './caches.js';
import { Closing } from './closing.js';
import { isLoopback, localEndpoint, type ServerConfig } from './config.js';
import { ensureApiKey, ensureCredentials } from './keys.js';
import { listenForMomentoLocal, openMomentoRooms } from './momento-rooms.js';
import { freshetOperations } from './operations.js';
import { makePassingFolder } from './passing-folder.js';
import { overviewOf, type Overview } from './overview.js';
import { targetLists } from './target-lists.js';
import { bringUpTemplate } from './template.js';

/** Time that running requests get when the server stops. */
const CLOSE_GRACE_MS = 5_000;
const STATE_TABLE = 'freshet-state';

export interface RunningServer {
  config: ServerConfig;
  /** Base URL under which it is reached from this machine. */
  endpoint: string;
  /** What runs, for the summary. */
  overview: Overview;
  /** What the template's author should know, one line each. */
  notes: string[];
  /** Secrets that were made at this start: to be shown once. */
  made: { apiKey?: string; credentials?: Credentials };
  /** File that holds the cache's API key, when the server made it. */
  apiKeyFile: string | undefined;
  /** Stops taking requests, drains the pipes and closes the data folder. */
  close(): Promise<void>;
}

/**
 * Starts everything in one process and resolves when it is ready. Rejects with a StartError that says what
 * to do, or with node's own error of a port that is in use; whatever was opened is closed again then.
 */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  const closing = new Closing();
  try {
    return await start(config, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function start(given: ServerConfig, closing: Closing): Promise<RunningServer> {
  const config = given.inMemory ? { ...given, data: passingFolder(closing) } : given;
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  makeDataFolder(config.data);
  const { db, state, store } = await openStorage(config, closing, log);
  const apiKey = ensureApiKey(config.data, config.momentoApiKey);
  const credentials = isLoopback(config.host)
    ? undefined
    : await ensureCredentials(state, config.credentials);

  const scope = { region: config.region, accountId: config.accountId };
  const queues = closing.add(await openQueues({ state, scope, clock: systemClock, log }));
  const logs = closing.add(
    new LogGroups({ folder: join(config.data, 'logs'), scope, clock: systemClock }),
  );
  const own: { endpoint?: URL } = {};
  const egress = egressOptions(config, own);
  const streams = openSources(config, db, closing);
  const { supervisor, destinations } = createPipes(
    { db, store, streams, state, queues, logs },
    egress,
    own,
    closing,
    log,
  );
  const ready = { yes: false };
  const control = createControl(config, state, streams, destinations, log);
  const momento = openMomentoRooms(config, { store, apiKey: apiKey.value, egress }, closing, log);
  const gateway = new Gateway({
    dynamodb: db,
    region: config.region,
    ...control,
    identity: callerIdentity(config),
    sqs: queues,
    logs,
    momento: createMomentoHttp(momento),
    grpc: createMomentoGrpc(momento),
    freshet: freshetOperations({
      state,
      store,
      keys: momento.keys,
      webhooks: momento.webhooks,
      address: () => own.endpoint?.host ?? '',
      supervisor,
      destinations,
      pipes: control.pipes,
      resources: describers(db, control),
      clock: systemClock,
      isReady: () => ready.yes,
    }),
    console: new ConsoleFiles(consoleFolder()),
    access: new AccessPolicy({
      ...(credentials && { credentials: credentials.value }),
      allowedHosts: config.allowedHosts,
      clock: systemClock,
    }),
    log,
  });
  const { port } = await gateway.listen(config.host, config.port);
  closing.add({ close: () => gateway.close(CLOSE_GRACE_MS) });
  const endpoint = localEndpoint(config.host, port);
  own.endpoint = new URL(endpoint);
  await listenForMomentoLocal(config, momento, closing);

  await supervisor.start();
  await control.events.resume();
  const notes = await bringUpTemplate(config, {
    db,
    state,
    store,
    ...control,
    queues,
    logs,
    endpoint,
    apiKey: apiKey.value,
    log,
  });
  ready.yes = true;
  return {
    config,
    endpoint,
    overview: await overviewOf(db, state),
    notes,
    made: {
      ...(apiKey.made && { apiKey: apiKey.value }),
      ...(credentials?.made && { credentials: credentials.value }),
    },
    apiKeyFile: apiKey.file,
    close: () => closing.run(),
  };
}

/** Where `npm run build` puts the console; the same for sources and for what is compiled of them. */
function consoleFolder(): string {
  return fileURLToPath(new URL('../../dist/console', import.meta.url));
}

/** For the keys and the cache of a server that keeps nothing. */
function passingFolder(closing: Closing): string {
  const folder = makePassingFolder();
  closing.add({
    close: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  });
  return folder;
}

async function openStorage(
  config: ServerConfig,
  closing: Closing,
  log: Log,
): Promise<{ db: DynamoDb; state: State; store: Caches }> {
  const common = {
    region: config.region,
    accountId: config.accountId,
    durability: config.durability,
    log,
  };
  const pathOf = (name: string): { path?: string } =>
    config.inMemory ? {} : { path: join(config.data, name) };
  const stateDb = closing.add(await openDynamoDb({ ...common, ...pathOf('state') }));
  const secretKey = await loadSecretKey(join(config.data, 'secret.key'));
  const state = await openState({
    operations: stateDb,
    tableName: STATE_TABLE,
    secretKey,
    clock: systemClock,
  });
  const db = closing.add(
    await openDynamoDb({
      ...common,
      ...pathOf('tables'),
      ...rotationOf(config),
    }),
  );
  const store = closing.add(
    await openCaches({
      backend: config.cacheBackend,
      ...(config.cacheKeyFormat !== undefined && { keyFormat: config.cacheKeyFormat }),
      directory: join(config.data, 'cache'),
      caches: state.caches,
      maxBytesPerCache: config.cacheMaxBytes,
      clock: systemClock,
      log,
    }),
  );
  return { db, state, store };
}

function rotationOf(config: ServerConfig): RotationOptions {
  const { streamShards, streamShardMaxAgeMs, streamShardMaxRecords } = config;
  return {
    ...(streamShards !== undefined && { streamShards }),
    ...(streamShardMaxAgeMs !== undefined && { shardMaxAgeMs: streamShardMaxAgeMs }),
    ...(streamShardMaxRecords !== undefined && { shardMaxRecords: streamShardMaxRecords }),
  };
}

function openSources(config: ServerConfig, db: DynamoDb, closing: Closing): ChangeStreams {
  const { remoteSource } = config;
  return streamSources({
    embedded: embeddedStreams({ log: db.streamLog, scope: config }),
    remote: closing.add(new RemoteStreams(remoteSource, systemClock)),
    scope: config,
    hasEndpoint: remoteSource.endpoint !== undefined,
  });
}

function createPipes(
  {
    db,
    store,
    ...rooms
  }: { db: DynamoDb; store: Caches; state: State } & Pick<
    SupervisorOptions,
    'streams' | 'queues' | 'logs'
  >,
  egress: EgressOptions,
  own: { endpoint?: URL },
  closing: Closing,
  log: Log,
): { supervisor: Supervisor; destinations: OAuthDestinations } {
  const destinations = closing.add(
    createDestinations({
      state: rooms.state,
      egress: createEgressPolicy(egress),
      clock: systemClock,
      log,
    }),
  );
  const supervisor = createSupervisor({
    ...rooms,
    destinations,
    currentItem: currentItemOf(db),
    tables: embeddedTables(db),
    lists: targetLists(rooms.state, store, () => own.endpoint?.host),
    clock: systemClock,
    log,
  });
  return { supervisor: closing.add(supervisor), destinations };
}

/** What a template is made with, by the names of the services' operations. */
function describers(
  db: DynamoDb,
  { events, pipes }: { events: EventBridgeControl; pipes: PipesControl },
): Parameters<typeof exportPipe>[0] {
  return {
    dynamodb: async (operation, input) => JSON.parse(await db.invoke(operation, input)) as object,
    events: (operation, input) => events.invoke(operation, input),
    pipes: (operation, input) => pipes.invoke(operation, input),
  };
}

/** Which addresses requests may go to. */
function egressOptions(config: ServerConfig, own: { endpoint?: URL }): EgressOptions {
  const isLocal = isLoopback(config.host);
  return {
    allowLoopback: isLocal,
    allowPrivate: isLocal,
    allow: config.egressAllow,
    isOwn: (address, port) => own.endpoint?.host === `${address}:${String(port)}`,
  };
}

/** Reads items of the tables here; undefined for streams of others. */
function currentItemOf(db: DynamoDb): CurrentItem {
  return async (streamArn, Key) => {
    const TableName = streamArn.slice(0, streamArn.indexOf('/stream/'));
    try {
      db.streamLog.describe(streamArn); // throws when it is not a stream of here
      const { Item } = await db.getItem({ TableName, Key, ConsistentRead: true });
      return { item: Item };
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  };
}

function createControl(
  config: ServerConfig,
  state: State,
  streams: ChangeStreams,
  destinations: OAuthDestinations,
  log: Log,
): { events: EventBridgeControl; pipes: PipesControl } {
  const common = { state, scope: config, clock: systemClock };
  return {
    events: new EventBridgeControl({
      ...common,
      log,
      authorize: (connectionName) => destinations.authorize(connectionName),
      allowHttp: (url) => config.allowHttp || isLoopback(url.hostname.replace(/^\[|\]$/g, '')),
    }),
    pipes: new PipesControl({
      ...common,
      sourceExists: (streamArn) => Promise.resolve(canBeOpened(streams, streamArn)),
    }),
  };
}

/** Whether a stream lies elsewhere is found out when its pipe starts, without making the caller wait. */
function canBeOpened(streams: ChangeStreams, streamArn: string): boolean {
  try {
    streams.open(streamArn);
    return true;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return false;
    throw error;
  }
}
