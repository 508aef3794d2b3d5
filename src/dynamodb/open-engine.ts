import { systemClock, type Clock } from '../lib/clock.js';
import { silentLog, type Log } from '../lib/log.js';
import { Background } from './background.js';
import { Backups } from './backups/backups.js';
import type { Engine } from './engine.js';
import { damageIn, openLmdb, openLmdbInMemory } from './storage/lmdb.js';
import { META } from './storage/keyspace.js';
import { releaseOwnership, takeOwnership } from './storage/owner.js';
import { Store } from './storage/store.js';
import { WriteAheadLog } from './storage/write-ahead-log.js';
import { rotationOf, type RotationOptions } from './streams/rotation.js';
import { Streams, type SequenceSource } from './streams/streams.js';
import { Catalog } from './tables/catalog.js';

/** Version of the stored layout. */
const FORMAT = '2';
/** Of folders that this version takes over: 1 had no write-ahead log. */
const EARLIER_FORMATS = ['1'];

export interface DynamoDbOptions extends RotationOptions {
  /**
   * Folder that holds the data; made when it does not exist. Without one everything ends with the process.
   */
  path?: string;
  region: string;
  accountId: string;
  /**
   * `strict` (default): what was acknowledged is on the disk. `relaxed`: it is so soon after; a killed
   * process loses nothing, a power cut may lose the last moments, never a part of a write.
   */
  durability?: 'strict' | 'relaxed';
  clock?: Clock;
  log?: Log;
}

/** An engine and what it does on its own. */
export interface OpenEngine {
  engine: Engine;
  background: Background;
}

/** Opens the folder and reads its tables; nothing runs in the background yet. */
export async function openEngine(options: DynamoDbOptions): Promise<OpenEngine> {
  try {
    return await open(options);
  } catch (error) {
    throw options.path === undefined ? error : damageIn(options.path, error);
  }
}

async function open(options: DynamoDbOptions): Promise<OpenEngine> {
  const log = options.log ?? silentLog;
  const { path } = options;
  const store =
    path === undefined
      ? new Store(openLmdbInMemory(), undefined, log)
      : new Store(openLmdb(path), new WriteAheadLog(path, options.durability !== 'relaxed'), log);
  try {
    if (path !== undefined) takeOwnership(store, path);
  } catch (error) {
    await store.close();
    throw error;
  }
  try {
    await store.recover();
    checkFormat(store, path);
    return assemble(store, options);
  } catch (error) {
    await store.close(() => releaseOwnership(store));
    throw error;
  }
}

/** Ends the background work, waits for what was written, and gives the folder back. */
export async function closeEngine({ engine, background }: OpenEngine): Promise<void> {
  await background.stop();
  engine.backups.close();
  await engine.store.close(() => releaseOwnership(engine.store));
}

function assemble(store: Store, options: DynamoDbOptions): OpenEngine {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  const scope = { region: options.region, accountId: options.accountId };
  // Streams are numbered by the catalog, which holds them.
  const numbers: SequenceSource = {
    nextStreamId: () => catalog.nextStreamId(),
    nextSequence: () => catalog.nextSequence(),
    get lastSequence() {
      return catalog.lastSequence;
    },
  };
  const rotation = rotationOf(options);
  const streams = new Streams({ store, clock, scope, log, rotation, numbers });
  const catalog = new Catalog(store, streams);
  catalog.load();
  const backups = new Backups(store, catalog);
  backups.load();
  store.onCommit({
    before: () => {
      catalog.flush();
      streams.beforeCommit();
    },
    after: () => streams.afterCommit(),
    failed: () => {
      catalog.load();
      backups.load();
    },
  });
  const engine: Engine = {
    store,
    catalog,
    streams,
    backups,
    scope,
    clock,
    log,
    maintain: () => background.wake(),
  };
  const background = new Background(engine);
  return { engine, background };
}

function checkFormat(store: Store, path = 'in memory'): void {
  const found = store.read(META.format);
  const format = found?.toString();
  if (format === undefined || EARLIER_FORMATS.includes(format))
    store.put(META.format, Buffer.from(FORMAT));
  else if (format !== FORMAT)
    throw new Error(
      `The data folder ${path} has format ${format}; this version reads ${FORMAT}. Use the version that wrote it, or another folder.`,
    );
}
