import { readDocument } from '../storage/damage.js';
import { allBackups, backupKey, backupPrefix, idIn } from '../storage/keyspace.js';
import type { Entry, Store } from '../storage/store.js';
import type { Catalog } from '../tables/catalog.js';
import type { Backup } from './backup.js';

/** All backups of the folder, in memory; changes go to the store with the batch at hand. */
export class Backups {
  readonly #store: Store;
  readonly #catalog: Catalog;
  #byArn = new Map<string, Backup>();
  /** The tables' items as they were when their backups were asked for. */
  readonly #snapshots = new Map<number, Iterator<Entry>>();

  constructor(store: Store, catalog: Catalog) {
    this.#store = store;
    this.#catalog = catalog;
  }

  /** Reads everything from the store, also to forget what a failed commit leaves in memory. */
  load(): void {
    this.#byArn = new Map();
    const [start, end] = allBackups();
    for (const { key, value } of this.#store.entries({ start, end })) {
      const backup = readDocument<Backup>(value, `The definition of backup ${idIn(key)}`);
      this.#byArn.set(backup.arn, backup);
    }
    const ids = new Set([...this.#byArn.values()].map(({ id }) => id));
    for (const [id, entries] of this.#snapshots) {
      if (ids.has(id)) continue;
      this.#snapshots.delete(id);
      entries.return?.();
    }
  }

  /** Undefined when there is none. */
  find(arn: string): Backup | undefined {
    return this.#byArn.get(arn);
  }

  /** The oldest first. */
  all(): Backup[] {
    return [...this.#byArn.values()].sort((a, b) => a.createdAt - b.createdAt || a.id - b.id);
  }

  /** Adds a backup, or puts a changed one in the place of the old one. */
  put(backup: Backup): void {
    this.#byArn.set(backup.arn, backup);
    this.#store.put(backupKey(backup.id), Buffer.from(JSON.stringify(backup)));
  }

  /** Takes a backup away at once; its copies are removed bit by bit. */
  remove(backup: Backup): void {
    this.#byArn.delete(backup.arn);
    this.#store.remove(backupKey(backup.id));
    this.#catalog.purge(backupPrefix(backup.id));
  }

  /** Holds on to what a table contains now, until {@link takeSnapshot}. */
  keepSnapshot(backup: Backup, entries: Iterator<Entry>): void {
    this.#snapshots.set(backup.id, entries);
  }

  /** What is to be copied. Undefined when the process that was asked for the backup has ended. */
  takeSnapshot({ id }: Backup): Iterator<Entry> | undefined {
    const entries = this.#snapshots.get(id);
    this.#snapshots.delete(id);
    return entries;
  }

  /** Lets go of all snapshots. */
  close(): void {
    for (const entries of this.#snapshots.values()) entries.return?.();
    this.#snapshots.clear();
  }
}
