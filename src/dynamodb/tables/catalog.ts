import { resourceNotFound } from '../errors.js';
import { readDocument } from '../storage/damage.js';
import {
  META,
  allIndexesPrefix,
  allPurges,
  allTables,
  countersKey,
  expiryPrefix,
  idIn,
  itemPrefix,
  purgedPrefix,
  purgeKey,
  tableKey,
} from '../storage/keyspace.js';
import type { Store } from '../storage/store.js';
import type { Streams } from '../streams/streams.js';
import { Index, Table } from './table.js';
import type { TableDefinition } from './definition.js';

/** Last numbers given out; none is ever given twice. */
interface Counters {
  table: number;
  stream: number;
  backup: number;
  /** Of stream records. */
  sequence: number;
}

const NO_COUNTERS: Counters = { table: 0, stream: 0, backup: 0, sequence: 0 };

/** All tables of the folder, in memory; changes go to the store with the batch at hand. */
export class Catalog {
  readonly #store: Store;
  readonly #streams: Streams;
  #tables = new Map<string, Table>();
  #byId = new Map<number, Table>();
  #counters = { ...NO_COUNTERS };
  #countersChanged = false;
  /** Tables whose item count or size changed since the last commit. */
  readonly #changed = new Set<Table>();

  constructor(store: Store, streams: Streams) {
    this.#store = store;
    this.#streams = streams;
  }

  /** Reads everything from the store, also to forget what a failed commit leaves in memory. */
  load(): void {
    const counters = this.#store.read(META.counters);
    this.#counters = counters
      ? { ...NO_COUNTERS, ...readDocument<Counters>(counters, 'The record of the last ids') }
      : { ...NO_COUNTERS };
    this.#countersChanged = false;
    this.#changed.clear();
    this.#streams.load();
    this.#tables = new Map();
    this.#byId = new Map();
    const [start, end] = allTables();
    for (const { key, value } of this.#store.entries({ start, end })) {
      const table = this.#add(readDocument(value, `The definition of table ${idIn(key)}`));
      const counts = this.#store.read(countersKey(table.id));
      if (counts) table.setCounts(counts);
    }
  }

  /** Undefined when there is none. */
  find(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  findById(id: number): Table | undefined {
    return this.#byId.get(id);
  }

  /** For data operations: throws `Requested resource not found`, also while the table is being restored. */
  get(name: string): Table {
    const table = this.#tables.get(name);
    if (!table || table.isRestoring) throw resourceNotFound();
    return table;
  }

  /** All names, ascending. */
  names(): string[] {
    return [...this.#tables.keys()].sort();
  }

  all(): Iterable<Table> {
    return this.#tables.values();
  }

  nextTableId(): number {
    return this.#next('table');
  }

  nextStreamId(): number {
    return this.#next('stream');
  }

  nextBackupId(): number {
    return this.#next('backup');
  }

  /** The sequence number of the next stream record. */
  nextSequence(): number {
    return this.#next('sequence');
  }

  get lastSequence(): number {
    return this.#counters.sequence;
  }

  /** The last ids given out. */
  get lastIds(): Readonly<Record<'table' | 'stream' | 'backup', number>> {
    return this.#counters;
  }

  /** Adds a table, or puts a changed definition in the place of the old one. */
  put(definition: TableDefinition): Table {
    const before = this.#byId.get(definition.id);
    const table = this.#add(definition);
    if (before) {
      table.setCounts(before.counts);
      if (this.#changed.delete(before)) this.#changed.add(table);
    }
    this.#store.put(tableKey(definition.id), Buffer.from(JSON.stringify(definition)));
    return table;
  }

  /** Takes a table away at once; its entries are removed bit by bit, see {@link purges}. */
  remove(table: Table): void {
    this.#tables.delete(table.name);
    this.#byId.delete(table.id);
    this.#changed.delete(table);
    this.#store.remove(tableKey(table.id));
    this.#store.remove(countersKey(table.id));
    for (const prefix of [itemPrefix, allIndexesPrefix, expiryPrefix]) this.purge(prefix(table.id));
  }

  /** Notes that all entries with this prefix are to be removed; they must be out of use. */
  purge(prefix: Buffer): void {
    this.#store.put(purgeKey(prefix), Buffer.of(1));
  }

  /** Prefixes of the entries that are still to be removed. */
  purges(): Buffer[] {
    const [start, end] = allPurges();
    return [...this.#store.entries({ start, end })].map(({ key }) => purgedPrefix(key));
  }

  /** Whether {@link purge} was called for this prefix and its entries are not all removed yet. */
  isPurging(prefix: Buffer): boolean {
    return this.#store.readLatest(purgeKey(prefix)) !== undefined;
  }

  purged(prefix: Buffer): void {
    this.#store.remove(purgeKey(prefix));
  }

  /** Adds to the counts of a table or of one of its indexes. */
  count(counted: Table | Index, items: number, bytes: number): void {
    counted.items += items;
    counted.bytes += bytes;
    this.#changed.add(counted instanceof Index ? counted.table : counted);
  }

  /** Adds the sums of what the batch at hand changed. */
  flush(): void {
    for (const table of this.#changed) this.#store.put(countersKey(table.id), table.counts);
    this.#changed.clear();
    if (!this.#countersChanged) return;
    this.#store.put(META.counters, Buffer.from(JSON.stringify(this.#counters)));
    this.#countersChanged = false;
  }

  #next(counter: keyof Counters): number {
    this.#countersChanged = true;
    this.#counters[counter] += 1;
    return this.#counters[counter];
  }

  #add(definition: TableDefinition): Table {
    const table = new Table(definition);
    table.stream = this.#streams.ofTable(definition);
    this.#tables.set(table.name, table);
    this.#byId.set(table.id, table);
    return table;
  }
}
