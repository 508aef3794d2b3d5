import type { DeliveryRequest } from '../../destinations/index.js';
import type { Item } from '../../lib/attribute-value.js';
import type { ChangeRecord } from '../../streams/index.js';
import { RequestError } from '../stages/stage.js';
import type { TargetKeys } from './target-keys.js';

/** Keys of the table's items in memory at once; a larger table is gone through several times, each time for a part of them. */
const MAX_KEYS = 1_000_000;
/** Candidates that are handed on at once. */
const BATCH = 500;

export interface ExtrasOptions {
  keys: TargetKeys;
  /** The items of the table. */
  pages: () => AsyncIterable<Item[]>;
  /** How many they are, about. */
  count: () => Promise<number>;
  /** What would be sent of an item; undefined when nothing can be. */
  requestFor: (item: Item) => DeliveryRequest | undefined;
  /** What would be sent of a change. Throws RequestError. */
  requestOf: (record: ChangeRecord) => DeliveryRequest;
}

/** Searches a target that can be listed for what no item of the table has put there. */
export class Extras {
  readonly #options: ExtrasOptions;
  /** The items of keys that were written since the search began. */
  #changed: Map<string, Item> | undefined;

  constructor(options: ExtrasOptions) {
    this.#options = options;
  }

  /** A change is on its way to the target. */
  changed(record: ChangeRecord): void {
    if (this.#changed === undefined) return;
    const { keys, requestOf } = this.#options;
    try {
      const key = keys.keyOf(requestOf(record));
      if (key !== undefined) this.#changed.set(key, record.dynamodb.Keys);
    } catch (error) {
      // It will not arrive anywhere.
      if (!(error instanceof RequestError)) throw error;
    }
  }

  isChanged(key: string): boolean {
    return this.changedItem(key) !== undefined;
  }

  /** The item that was written there since the search began. */
  changedItem(key: string): Item | undefined {
    return this.#changed?.get(key);
  }

  requestOf(key: string): DeliveryRequest {
    return this.#options.keys.requestOf(key);
  }

  /** Keys that no item has, by what the table was and what has changed since; in batches. */
  async *candidates(): AsyncGenerator<string[]> {
    const { keys, count } = this.#options;
    this.#changed = new Map();
    try {
      const parts = Math.max(1, Math.ceil((await count()) / MAX_KEYS));
      for (let part = 0; part < parts; part += 1) {
        const isOfPart = (key: string): boolean => parts === 1 || hashOf(key) % parts === part;
        const known = await this.#known(isOfPart);
        let batch: string[] = [];
        for await (const key of keys.list()) {
          if (!isOfPart(key) || known.has(key) || this.isChanged(key)) continue;
          batch.push(key);
          if (batch.length < BATCH) continue;
          yield batch;
          batch = [];
        }
        if (batch.length > 0) yield batch;
      }
    } finally {
      this.#changed = undefined;
    }
  }

  /** The keys of the items, those that filters keep from the target among them: they may have been there before. */
  async #known(isOfPart: (key: string) => boolean): Promise<Set<string>> {
    const { keys, pages, requestFor } = this.#options;
    const known = new Set<string>();
    for await (const items of pages()) {
      for (const item of items) {
        const request = requestFor(item);
        const key = request && keys.keyOf(request);
        if (key !== undefined && isOfPart(key)) known.add(key);
      }
      await new Promise(setImmediate);
    }
    return known;
  }
}

/** FNV-1a, of UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
