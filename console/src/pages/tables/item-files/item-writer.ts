import type { Item } from './item.js';

/** An item and the line that it stands in. */
export interface NumberedItem {
  line: number;
  item: Item;
}

export interface ItemWriterOptions {
  /** Puts items, at most 25; resolves to those that the table has not taken. */
  put: (items: Item[]) => Promise<Item[]>;
  /** Names an item's key. */
  keyOf: (item: Item) => string;
  /** Whether an error says that an item cannot be: the others may be put all the same. */
  isRefusal: (error: unknown) => boolean;
  onWritten: (count: number) => void;
  onRefused: (line: number, reason: string) => void;
  /** Ends the waits between two tries. */
  wait: (ms: number) => Promise<void>;
  /** Says that the table did not take an item however often it was sent. */
  notTaken: string;
}

/** Documented: the most that BatchWriteItem takes. */
const BATCH = 25;
const CONCURRENCY = 4;
const FIRST_WAIT_MS = 50;
const MAX_TRIES = 8;

/**
 * Puts items in batches, several at once. Of two items with one key the later one stays. A batch that is refused is
 * put item by item, and the refused ones are told.
 */
export class ItemWriter {
  readonly #options: ItemWriterOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #keysUnderWay = new Set<string>();
  #batch = new Map<string, NumberedItem>();
  #failure: { error: unknown } | undefined;

  constructor(options: ItemWriterOptions) {
    this.#options = options;
  }

  /** Resolves when there is room for the next one. Rejects when the table cannot be written to any more. */
  async add(numbered: NumberedItem): Promise<void> {
    const key = this.#options.keyOf(numbered.item);
    if (this.#batch.has(key) || this.#keysUnderWay.has(key)) await this.finish();
    this.#batch.set(key, numbered);
    if (this.#batch.size === BATCH) this.#send();
    while (this.#underWay.size >= CONCURRENCY) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Puts what is left. */
  async finish(): Promise<void> {
    if (this.#batch.size > 0) this.#send();
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #send(): void {
    const batch = this.#batch;
    this.#batch = new Map();
    for (const key of batch.keys()) this.#keysUnderWay.add(key);
    const task = this.#put(batch)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#underWay.delete(task);
        for (const key of batch.keys()) this.#keysUnderWay.delete(key);
      });
    this.#underWay.add(task);
  }

  async #put(batch: Map<string, NumberedItem>): Promise<void> {
    const { put, keyOf, isRefusal, onWritten, onRefused, wait, notTaken } = this.#options;
    let left = batch;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (tries > 0) await wait(FIRST_WAIT_MS * 2 ** (tries - 1));
      let untaken: Item[];
      try {
        untaken = await put([...left.values()].map(({ item }) => item));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const [only] = left.values();
        if (left.size === 1) onRefused(only!.line, (error as Error).message);
        else for (const [key, one] of left) await this.#put(new Map([[key, one]]));
        return;
      }
      onWritten(left.size - untaken.length);
      if (untaken.length === 0) return;
      left = new Map(untaken.map(keyOf).map((key) => [key, left.get(key)!]));
    }
    for (const { line } of left.values()) onRefused(line, notTaken);
  }
}
