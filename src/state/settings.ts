import type { Settings } from './state.js';
import type { Table } from './table.js';

const PARTITION = 'settings';

/** Settings: one item each. */
export class TableSettings implements Settings {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(name: string): Promise<string | undefined> {
    return (await this.#table.get(PARTITION, name))?.['document']?.S;
  }

  async set(name: string, value: string): Promise<void> {
    await this.#table.put(PARTITION, name, { document: { S: value } });
  }
}
