import type { CacheResource, Collection } from '../../state/index.js';
import type { CacheCounts, CacheHandle, Caches } from '../caches.js';
import { checkCacheName, MAX_CACHES, MAX_ITEM_BYTES } from '../limits.js';
import { cacheNotFound, invalidArgument, MomentoError } from '../momento-error.js';
import { Commands } from './commands.js';
import { ValkeyDictionaries } from './dictionaries.js';
import { HitCounter } from './hit-counter.js';
import { ValkeyItems } from './items.js';
import { DEFAULT_KEY_FORMAT, isKeyFormat, KeySpace, NAMES } from './key-space.js';
import { ValkeyLists } from './lists.js';
import { ValkeyScalars } from './scalars.js';
import { ValkeySets } from './sets.js';
import { ValkeySortedSets } from './sorted-sets.js';
import { ValkeyTopicLog } from './topic-log.js';

export interface ValkeyCachesOptions {
  url: URL;
  /** Where items lie: holds `{key}`, and `{cache}` unless there is to be one cache only. */
  keyFormat?: string;
  /** Definitions that a server keeps besides, e.g. of templates. */
  caches?: Collection<CacheResource>;
}

interface Opened {
  handle: CacheHandle;
  hits: HitCounter;
}

/**
 * Caches on a Valkey or Redis server, for many machines: each server that is told the same URL serves the
 * same caches. Rejects with UNAVAILABLE when it cannot be reached.
 */
export async function openValkeyCaches(options: ValkeyCachesOptions): Promise<Caches> {
  const { url, keyFormat = DEFAULT_KEY_FORMAT } = options;
  if (!isKeyFormat(keyFormat))
    throw invalidArgument(
      `The key format '${keyFormat}' must hold {key} once, e.g. {cache}:{key}.`,
    );
  const commands = await Commands.connect(url);
  const caches = new ValkeyCaches(commands, keyFormat, options.caches);
  try {
    await caches.open();
  } catch (error) {
    commands.close();
    throw error;
  }
  return caches;
}

class ValkeyCaches implements Caches {
  readonly topicLog: ValkeyTopicLog;
  readonly #commands: Commands;
  readonly #keyFormat: string;
  readonly #definitions: Collection<CacheResource> | undefined;
  readonly #opened = new Map<string, Opened>();
  readonly #deletedListeners = new Set<(name: string) => void>();

  constructor(
    commands: Commands,
    keyFormat: string,
    definitions: Collection<CacheResource> | undefined,
  ) {
    this.#commands = commands;
    this.topicLog = new ValkeyTopicLog(commands);
    this.#keyFormat = keyFormat;
    this.#definitions = definitions;
  }

  /** Begins to follow which caches there are. */
  async open(): Promise<void> {
    await this.#commands.channels.listen(NAMES, () => {
      // A failure shows in the next operation, too; it is told again in a while.
      this.#refresh().catch(() => {});
    });
    await this.#refresh();
  }

  find(name: string): CacheHandle | undefined {
    return this.#opened.get(name)?.handle;
  }

  cache(name: string): CacheHandle {
    const handle = this.find(name);
    if (handle === undefined) throw cacheNotFound(name);
    return handle;
  }

  async createCache(name: string): Promise<boolean> {
    checkCacheName(name);
    const most = this.#keyFormat.includes('{cache}') ? MAX_CACHES : 1;
    if (!this.#opened.has(name) && this.#opened.size >= most)
      throw new MomentoError(
        'RESOURCE_EXHAUSTED',
        most === 1
          ? 'The key format has no {cache}, so there can be one cache only. Use it, or start with another --cache-key-format.'
          : `There are ${most} caches already, the most there can be. Delete one that is not needed.`,
      );
    const isNew = (await this.#commands.run('SADD', NAMES, name)) === 1;
    await this.#definitions?.create({ name, creationTime: Date.now() });
    this.#add(name);
    await this.#commands.run('PUBLISH', NAMES, name);
    return isNew;
  }

  async deleteCache(name: string): Promise<boolean> {
    if (!this.#opened.has(name)) return false;
    await this.#definitions?.delete(name);
    await this.#commands.run('SREM', NAMES, name);
    this.#remove(name);
    await this.#commands.run('PUBLISH', NAMES, name);
    await this.#clear(name);
    await this.topicLog.deleteAll(name);
    return true;
  }

  async flushCache(name: string): Promise<boolean> {
    if (!this.#opened.has(name)) return false;
    await this.#clear(name);
    return true;
  }

  async listCaches(): Promise<string[]> {
    await this.#refresh();
    return [...this.#opened.keys()].sort();
  }

  statistics(name: string): CacheCounts {
    const opened = this.#opened.get(name);
    if (opened === undefined) throw cacheNotFound(name);
    const { hits, misses } = opened.hits;
    return { hits, misses };
  }

  onDeleted(listener: (name: string) => void): () => void {
    this.#deletedListeners.add(listener);
    return () => void this.#deletedListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#commands.close();
  }

  async #refresh(): Promise<void> {
    const found = (await this.#commands.run('SMEMBERS', NAMES)) as Buffer[];
    const names = new Set(found.map((name) => name.toString()));
    for (const name of [...this.#opened.keys()]) if (!names.has(name)) this.#remove(name);
    for (const name of names) this.#add(name);
  }

  #add(name: string): void {
    if (this.#opened.has(name)) return;
    const keys = new KeySpace(this.#keyFormat, name);
    const hits = new HitCounter();
    const commands = this.#commands;
    this.#opened.set(name, {
      hits,
      handle: {
        maxItemBytes: MAX_ITEM_BYTES,
        items: new ValkeyItems(commands, keys),
        scalars: new ValkeyScalars(commands, keys, hits),
        dictionaries: new ValkeyDictionaries(commands, keys),
        sets: new ValkeySets(commands, keys),
        lists: new ValkeyLists(commands, keys),
        sortedSets: new ValkeySortedSets(commands, keys),
      },
    });
  }

  #remove(name: string): void {
    if (!this.#opened.delete(name)) return;
    for (const listener of this.#deletedListeners) listener(name);
  }

  async #clear(name: string): Promise<void> {
    await this.#commands.deleteAll(new KeySpace(this.#keyFormat, name));
  }
}
