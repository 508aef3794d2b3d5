import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { createHash } from 'node:crypto';
import {
  attributeOf,
  encodeKeyValue,
  isEmptyValue,
  keyValueBytes,
  MAX_HASH_KEY_BYTES,
  MAX_RANGE_KEY_BYTES,
} from '../values/index.js';
import { hashOf, joined } from '../items/key-encoding.js';
import { DamagedFolderError } from '../storage/damage.js';
import {
  expiryKey,
  hashedKey,
  hashIn,
  indexPrefix,
  itemKeyValues,
  itemPrefix,
} from '../storage/keyspace.js';
import { MAX_KEY_BYTES } from '../storage/lmdb.js';
import type { Stream } from '../streams/stream.js';
import type { IndexDefinition, KeySchemaElement, KeyType, TableDefinition } from './definition.js';

/** DynamoDB leaves out of TTL what expired more than five years ago. */
const EXPIRY_WINDOW_SECONDS = 5 * 365.25 * 86_400;
/** Up to here an epoch time fits the six bytes of an expiry key. */
const MAX_EXPIRY_SECONDS = 2 ** 47;

export interface KeyAttribute {
  name: string;
  type: KeyType;
}

/** The keys of a table or of an index of it. Only global indexes have more than one of each. */
export interface KeySchema {
  /** What makes up the partition key. */
  readonly hashes: readonly KeyAttribute[];
  /** What makes up the sort key: items sort by the first, then by the next; none when there is no sort key. */
  readonly ranges: readonly KeyAttribute[];
}

/** A table that is open: its definition, and what is derived from it or kept beside it. */
export class Table implements KeySchema {
  readonly definition: TableDefinition;
  readonly hashes: readonly KeyAttribute[];
  readonly ranges: readonly KeyAttribute[];
  /** The only one of {@link hashes}. */
  readonly hash: KeyAttribute;
  /** The only one of {@link ranges}. */
  readonly range: KeyAttribute | undefined;
  readonly keyNames: readonly string[];
  readonly indexes: readonly Index[];
  /** In the order in which the service checks them. */
  readonly indexesByName: readonly Index[];
  readonly prefix: Buffer;
  stream: Stream | undefined;
  items = 0;
  bytes = 0;

  constructor(definition: TableDefinition) {
    this.definition = definition;
    ({ hashes: this.hashes, ranges: this.ranges } = keysOf(definition, definition.keySchema));
    this.hash = this.hashes[0]!;
    this.range = this.ranges[0];
    this.keyNames = [...this.hashes, ...this.ranges].map(({ name }) => name);
    this.prefix = itemPrefix(definition.id);
    this.indexes = definition.indexes.map((index) => new Index(this, index));
    this.indexesByName = this.indexes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  get id(): number {
    return this.definition.id;
  }

  get name(): string {
    return this.definition.name;
  }

  /** It cannot be used yet: its items are still being restored from a backup. */
  get isRestoring(): boolean {
    return this.definition.restore?.inProgress ?? false;
  }

  /** Counts of the table and its indexes, as they are stored: `items, bytes`, then `id, items, bytes` of each index. */
  get counts(): Buffer {
    const counts = Float64Array.of(
      this.items,
      this.bytes,
      ...this.indexes.flatMap((index) => [index.definition.id, index.items, index.bytes]),
    );
    return Buffer.from(counts.buffer);
  }

  /** Takes over counts made by {@link counts}. Throws DamagedFolderError when they are not. */
  setCounts(stored: Buffer): void {
    if (stored.length % Float64Array.BYTES_PER_ELEMENT !== 0)
      throw new DamagedFolderError(`The sums of table ${this.name}`, 'they are cut off');
    const copy = Uint8Array.from(stored); // its own memory, aligned as doubles must be
    const [items = 0, bytes = 0, ...rest] = new Float64Array(copy.buffer);
    this.items = items;
    this.bytes = bytes;
    for (let at = 0; at < rest.length; at += 3) {
      const index = this.indexes.find(({ definition }) => definition.id === rest[at]);
      if (!index) continue;
      index.items = rest[at + 1]!;
      index.bytes = rest[at + 2]!;
    }
  }

  index(name: string): Index | undefined {
    return this.indexes.find((index) => index.name === name);
  }

  /** The key attributes of an item or key, alone and in the schema's order. */
  keysOf(item: Item): Item {
    return pick(item, this.keyNames);
  }

  /** Where an item lies. Its key attributes must have been checked. */
  itemKey(item: Item): Buffer {
    const hash = encodeKeyValue(item[this.hash.name]!);
    const parts = this.range ? [hash, encodeKeyValue(item[this.range.name]!)] : [hash];
    return hashedKey(this.prefix, hashOf(hash), parts);
  }

  /** The partition's hash, which also chooses the shard of the stream. */
  hashIn(itemKey: Buffer): number {
    return hashIn(this.prefix, itemKey);
  }

  /** The key under which the item waits for its end; undefined when it has none. */
  expiryKey(item: Item, itemKey: Buffer, now: number): Buffer | undefined {
    const attribute = this.definition.timeToLive?.attribute;
    if (attribute === undefined) return undefined;
    const seconds = expiryOf(item, attribute, now);
    return seconds === undefined ? undefined : expiryKey(this.id, seconds, itemKey);
  }
}

/** Epoch seconds at which an item expires; undefined when it does not. */
export function expiryOf(item: Item, attribute: string, now: number): number | undefined {
  const text = attributeOf(item, attribute)?.N;
  if (text === undefined) return undefined;
  const seconds = Math.floor(Number(text));
  const tooOld = seconds < now / 1000 - EXPIRY_WINDOW_SECONDS;
  return tooOld || seconds > MAX_EXPIRY_SECONDS || seconds < 0 ? undefined : seconds;
}

export class Index implements KeySchema {
  readonly definition: IndexDefinition;
  readonly hashes: readonly KeyAttribute[];
  readonly ranges: readonly KeyAttribute[];
  /** {@link hashes} and {@link ranges}. */
  readonly keys: readonly KeyAttribute[];
  readonly prefix: Buffer;
  readonly table: Table;
  items = 0;
  bytes = 0;
  /** Names of the attributes it holds; undefined: all. */
  readonly attributes: ReadonlySet<string> | undefined;
  /** The keys of the index and of the table, each once: what a page's last key names. */
  readonly keyNames: readonly string[];

  constructor(table: Table, definition: IndexDefinition) {
    this.definition = definition;
    this.table = table;
    ({ hashes: this.hashes, ranges: this.ranges } = keysOf(table.definition, definition.keySchema));
    this.keys = [...this.hashes, ...this.ranges];
    this.prefix = indexPrefix(table.id, definition.id);
    this.keyNames = [...new Set([...table.keyNames, ...this.keys.map(({ name }) => name)])];
    const { ProjectionType, NonKeyAttributes } = definition.projection;
    this.attributes =
      ProjectionType === 'ALL'
        ? undefined
        : new Set([...this.keyNames, ...(NonKeyAttributes ?? [])]);
  }

  get name(): string {
    return this.definition.name;
  }

  get isGlobal(): boolean {
    return this.definition.scope === 'GLOBAL';
  }

  /**
   * Whether the item has all keys of the index: items without are not in it. Of items that are older than
   * the index a key may be of another type, empty or too long: they are not in it either.
   */
  holds(item: Item): boolean {
    return (
      isWithin(this.hashes, item, MAX_HASH_KEY_BYTES) &&
      isWithin(this.ranges, item, MAX_RANGE_KEY_BYTES)
    );
  }

  /**
   * Where the item's entry lies. What tells it from others with the same index keys is the table's key;
   * where both are too long together, the table key's digest stands for it.
   */
  entryKey(item: Item, itemKey: Buffer): Buffer {
    const encode = ({ name }: KeyAttribute): Buffer => encodeKeyValue(item[name]!);
    const hash = joined(this.hashes.map(encode));
    const parts = [hash, ...this.ranges.map(encode)];
    const tableKey = itemKeyValues(itemKey);
    const key = hashedKey(this.prefix, hashOf(hash), [...parts, tableKey]);
    if (key.length <= MAX_KEY_BYTES) return key;
    const digest = createHash('sha256').update(tableKey).digest();
    return hashedKey(this.prefix, hashOf(hash), [...parts, digest]);
  }

  /** The index's own key attributes of an item, alone. */
  keysOf(item: Item): Item {
    return pick(
      item,
      this.keys.map(({ name }) => name),
    );
  }

  /** The part of the item that the index holds. */
  project(item: Item): Item {
    return this.attributes ? pick(item, this.attributes) : item;
  }
}

function isWithin(parts: readonly KeyAttribute[], item: Item, limit: number): boolean {
  let bytes = 0;
  for (const { name, type } of parts) {
    const value = attributeOf(item, name);
    if (value?.[type] === undefined || isEmptyValue(value)) return false;
    bytes += keyValueBytes(value);
  }
  return bytes <= limit;
}

function keysOf({ attributes }: TableDefinition, schema: readonly KeySchemaElement[]): KeySchema {
  const keys = (type: 'HASH' | 'RANGE'): KeyAttribute[] =>
    schema
      .filter(({ KeyType }) => KeyType === type)
      .map(({ AttributeName: name }) => {
        const definition = attributes.find(({ AttributeName }) => AttributeName === name);
        return { name, type: definition!.AttributeType };
      });
  return { hashes: keys('HASH'), ranges: keys('RANGE') };
}

function pick(item: Item, names: Iterable<string>): Item {
  const entries: [string, AttributeValue][] = [];
  for (const name of names) {
    const value = attributeOf(item, name);
    if (value) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}
