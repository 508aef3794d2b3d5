import { Documents } from './documents.js';
import type { MessageReceipt, QueueMessage } from './resources.js';
import type { QueueMessages } from './state.js';
import type { Table } from './table.js';

/** Messages of queues: one document each, and beside it what became of it, which changes. */
export class TableQueueMessages implements QueueMessages {
  readonly #table: Table;
  readonly #documents: Documents<QueueMessage>;

  constructor(table: Table) {
    this.#table = table;
    this.#documents = new Documents(table, 'queueMessage');
  }

  add(queueId: string, message: QueueMessage): Promise<void> {
    return this.#documents.add(queueId, message.id, message);
  }

  get(queueId: string, id: string): Promise<QueueMessage | undefined> {
    return this.#documents.get(queueId, id);
  }

  async *list(
    queueId: string,
  ): AsyncGenerator<{ message: QueueMessage; receipt: MessageReceipt | undefined }> {
    const receipts = new Map<string, MessageReceipt>();
    for await (const { sortKey, attributes } of this.#table.rows(receiptsOf(queueId)))
      receipts.set(sortKey, JSON.parse(attributes['document']!.S!) as MessageReceipt);
    for await (const message of this.#documents.list(queueId))
      yield { message, receipt: receipts.get(message.id) };
  }

  async receive(queueId: string, id: string, receipt: MessageReceipt): Promise<void> {
    await this.#table.put(receiptsOf(queueId), id, { document: { S: JSON.stringify(receipt) } });
  }

  async delete(queueId: string, id: string): Promise<void> {
    // The message first: a receipt that is left over says nothing of any message.
    await this.#documents.delete(queueId, id);
    await this.#table.delete(receiptsOf(queueId), id);
  }
}

function receiptsOf(queueId: string): string {
  return `queueReceipts#${queueId}`;
}
