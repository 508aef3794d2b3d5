import { DynamoDbError, pause, TOO_LARGE, type DynamoDbClient } from './dynamodb-client.js';

/** Documented: the most that BatchWriteItem takes. */
const BATCH = 25;
/** Characters of the items in a batch; documented is that a request takes 16 MB. */
const BATCH_LENGTH = 4 * 1024 * 1024;
/** Tries of what a server leaves unprocessed before it is told. */
const MAX_TRIES = 10;

/** An item and the line it stands in. */
export interface NumberedItem {
  line: number;
  /** Characters of the line. */
  length: number;
  item: Record<string, unknown>;
}

interface Options {
  client: DynamoDbClient;
  table: string;
  keyNames: readonly string[];
  /** Batches under way at once. */
  concurrency: number;
  onPut: (count: number) => void;
  onRefused: (line: number, why: string) => void;
}

/**
 * Puts items in batches, several at once. An item whose key is under way waits for it, so that of two the
 * later one stays. Where a batch is refused its items are put one by one, and the refused ones are told.
 */
export class ItemImporter {
  readonly #options: Options;
  readonly #underWay = new Set<Promise<void>>();
  #batch = new Map<string, NumberedItem>();
  #batchLength = 0;
  readonly #keysUnderWay = new Set<string>();
  #failure: Error | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when there is room for the next one. Rejects when the server cannot be used any more. */
  async add(item: NumberedItem): Promise<void> {
    const key = JSON.stringify(this.#options.keyNames.map((name) => item.item[name]));
    if (this.#batch.has(key) || this.#keysUnderWay.has(key)) await this.#drain();
    this.#batch.set(key, item);
    this.#batchLength += item.length;
    if (this.#batch.size === BATCH || this.#batchLength >= BATCH_LENGTH) this.#send();
    while (this.#underWay.size >= this.#options.concurrency) await Promise.race(this.#underWay);
    this.#throwFailure();
  }

  /** Puts what is left. */
  finish(): Promise<void> {
    return this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#batch.size > 0) this.#send();
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }

  #send(): void {
    const batch = this.#batch;
    this.#batch = new Map();
    this.#batchLength = 0;
    for (const key of batch.keys()) this.#keysUnderWay.add(key);
    const sending = this.#put([...batch.values()])
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        this.#underWay.delete(sending);
        for (const key of batch.keys()) this.#keysUnderWay.delete(key);
      });
    this.#underWay.add(sending);
  }

  async #put(items: NumberedItem[]): Promise<void> {
    const { client, table, onPut } = this.#options;
    let requests = items.map(({ item }) => ({ PutRequest: { Item: item } }));
    try {
      for (let attempt = 1; requests.length > 0; attempt += 1) {
        const { UnprocessedItems } = await client.call<{
          UnprocessedItems?: Record<string, typeof requests>;
        }>('BatchWriteItem', { RequestItems: { [table]: requests } });
        const left = UnprocessedItems?.[table] ?? [];
        onPut(requests.length - left.length);
        requests = left;
        if (requests.length === 0) return;
        if (attempt === MAX_TRIES)
          throw new DynamoDbError(
            'Unprocessed',
            `${table} does not take more items now; import again later, what is there is replaced.`,
          );
        await pause(attempt);
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      for (const item of items) await this.#putAlone(item);
    }
  }

  async #putAlone({ line, item }: NumberedItem): Promise<void> {
    const { client, table, onPut, onRefused } = this.#options;
    try {
      await client.call('PutItem', { TableName: table, Item: item });
      onPut(1);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      onRefused(line, error.message);
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** Whether something is wrong with the items, not with the server or the table. */
function isRefusal(error: unknown): error is DynamoDbError {
  return (
    error instanceof DynamoDbError &&
    ['ValidationException', 'SerializationException', TOO_LARGE].includes(error.code)
  );
}
