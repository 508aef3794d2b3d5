import { randomUUID } from 'node:crypto';
import type { Item } from '../lib/attribute-value.js';
import { sleep } from '../lib/clock.js';
import type { Collection, CollectionName } from './state.js';
import type { Table } from './table.js';

/** The longest sort key that DynamoDB takes, in bytes; nothing can have a longer name. */
const MAX_NAME_BYTES = 1024;
/** Upper bounds of the wait after a write that met another one's: the first, and the largest. */
const FIRST_WAIT_MS = 2;
const MAX_WAIT_MS = 100;

const VERSION = { '#version': 'version' };

interface Stored {
  /** The resource as JSON. */
  document: string;
  version: string;
}

/**
 * Resources of one kind: one item each, the resource as JSON. Each write carries a new random version, and
 * replaces only the version that was read. A counter would not do: a resource deleted and made anew
 * could come to the number that a slow writer has read of the old one.
 */
export class TableCollection<T extends { name: string }> implements Collection<T> {
  readonly #table: Table;
  readonly #partition: CollectionName;
  readonly #listeners = new Set<(name: string) => void>();

  constructor(table: Table, partition: CollectionName) {
    this.#table = table;
    this.#partition = partition;
  }

  async get(name: string): Promise<T | undefined> {
    const stored = await this.#read(name);
    return stored && parse<T>(stored.document);
  }

  async create(resource: T): Promise<boolean> {
    const version = randomUUID();
    const created = await this.#table.put(
      this.#partition,
      resource.name,
      attributes(JSON.stringify(resource), version),
      { ConditionExpression: 'attribute_not_exists(pk)' },
    );
    // As in update: it may be our own write, made before its answer was lost.
    if (!created && (await this.#read(resource.name))?.version !== version) return false;
    this.#changed(resource.name);
    return true;
  }

  async update(name: string, change: (resource: T) => T | undefined): Promise<T | undefined> {
    const version = randomUUID();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
      const stored = await this.#read(name);
      if (stored === undefined) return undefined;
      // A remote client repeats a request whose answer was lost: then the condition failed on our own write.
      if (stored.version === version) {
        this.#changed(name);
        return parse<T>(stored.document);
      }
      const changed = change(parse<T>(stored.document));
      if (changed === undefined) return parse<T>(stored.document);
      const document = JSON.stringify(changed);
      const written = await this.#table.put(this.#partition, name, attributes(document, version), {
        ConditionExpression: '#version = :read',
        ExpressionAttributeNames: VERSION,
        ExpressionAttributeValues: { ':read': { S: stored.version } },
      });
      if (written) {
        this.#changed(name);
        return parse<T>(document);
      }
      // The wait also lets the other write be committed: until then it may fail conditions and yet not be read.
      await sleep(Math.random() * waitMs);
    }
  }

  async delete(name: string): Promise<boolean> {
    if (!isPossible(name)) return false;
    const deleted = await this.#table.delete(this.#partition, name, {
      ConditionExpression: 'attribute_exists(pk)',
    });
    if (deleted) this.#changed(name);
    return deleted;
  }

  async list(options: { prefix?: string; after?: string; limit?: number } = {}): Promise<T[]> {
    const resources: T[] = [];
    for await (const { attributes: item } of this.#table.rows(this.#partition, options))
      resources.push(parse<T>(item['document']!.S!));
    return resources;
  }

  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #read(name: string): Promise<Stored | undefined> {
    if (!isPossible(name)) return undefined;
    const item = await this.#table.get(this.#partition, name);
    return item && { document: item['document']!.S!, version: item['version']!.S! };
  }

  #changed(name: string): void {
    for (const listener of this.#listeners) listener(name);
  }
}

function attributes(document: string, version: string): Item {
  return { document: { S: document }, version: { S: version } };
}

function parse<T>(document: string): T {
  return JSON.parse(document) as T;
}

/** DynamoDB refuses empty and longer keys; for a reader such a name is simply not there. */
function isPossible(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}
