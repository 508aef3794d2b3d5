import type { Collection, ElementLog } from './collections/collection.js';
import type { CollectionKind } from './collections/kinds.js';
import type { Mirror } from './mirror.js';
import type { Writes } from './writes.js';

/** Where a cache is kept on the disk. */
export interface CacheHome {
  mirror: Mirror;
  cacheId: number;
}

const DONE = Promise.resolve();

/** What the disk holds of one cache, by the numbers of items and elements: nothing for a cache in memory only. */
export class Records {
  #home: CacheHome | undefined;
  /** Of the change under way. */
  #writes: Writes | undefined;

  /** `home` is absent for a cache in memory only. */
  constructor(home: CacheHome | undefined) {
    this.#home = home;
  }

  get areKept(): boolean {
    return this.#home !== undefined;
  }

  newId(): number {
    return this.#home?.mirror.newRecordId() ?? 0;
  }

  /** Writes an item. Resolves when it outlives the process; rejects (INTERNAL) when the disk fails. */
  put(recordId: number, expiresAt: number, key: Uint8Array, value: Uint8Array): Promise<void> {
    if (this.#home === undefined) return DONE;
    const { mirror, cacheId } = this.#home;
    return mirror.put(cacheId, recordId, expiresAt, key, value);
  }

  /** As {@link put}, for a collection without its elements. */
  putCollection(
    recordId: number,
    expiresAt: number,
    kind: CollectionKind,
    key: Uint8Array,
  ): Promise<void> | undefined {
    return this.#home?.mirror.putCollection(this.#home.cacheId, recordId, expiresAt, kind, key);
  }

  /** Removes an item that its owner wants removed. Resolves and rejects as {@link put} does. */
  remove(recordId: number): Promise<void> {
    return this.#home?.mirror.remove(this.#home.cacheId, recordId) ?? DONE;
  }

  /** Removes an item that nobody waits for, with its elements if it is a collection. */
  forget(recordId: number, collection: Collection | undefined): void {
    this.forgetElements(collection);
    this.#home?.mirror.removeBehind(this.#home.cacheId, recordId);
  }

  forgetElements(collection: Collection | undefined): void {
    if (this.#home === undefined || collection === undefined) return;
    this.#home.mirror.removeAllBehind(this.#home.cacheId, collection.elementIds());
  }

  /** Runs a change of a collection; what its {@link elementLog} writes meanwhile is added to `writes`. */
  writing<R>(writes: Writes, change: () => R): R {
    this.#writes = writes;
    try {
      return change();
    } finally {
      this.#writes = undefined;
    }
  }

  /** Where the elements of a collection are written, within {@link writing}. */
  elementLog(recordId: number): ElementLog {
    if (this.#home === undefined) return NO_LOG;
    const { mirror, cacheId } = this.#home;
    const put = (elementId: number, payload: Buffer): void =>
      this.#writes!.add(mirror.putElement(cacheId, elementId, recordId, payload));
    return {
      add: (payload) => {
        const elementId = mirror.newRecordId();
        put(elementId, payload());
        return elementId;
      },
      replace: (elementId, payload) => put(elementId, payload()),
      remove: (elementId) => this.#writes!.add(mirror.remove(cacheId, elementId)),
    };
  }

  /** Removes everything. Resolves when that outlives the process. */
  async renew(cacheName: string): Promise<void> {
    if (this.#home === undefined) return;
    const { mirror, cacheId } = this.#home;
    const renewed = mirror.renewCache(cacheId, cacheName);
    this.#home = { mirror, cacheId: renewed.cacheId };
    await renewed.written;
  }

  /** Removes everything and the cache itself; nothing is kept from then on. */
  async abandon(): Promise<void> {
    const home = this.#home;
    this.#home = undefined;
    await home?.mirror.removeCache(home.cacheId);
  }
}

/** For caches in memory only. */
const NO_LOG: ElementLog = { add: () => 0, replace: nothing, remove: nothing };

function nothing(): void {
  // Nothing is kept.
}
