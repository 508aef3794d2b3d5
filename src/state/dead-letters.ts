import { Documents } from './documents.js';
import type { DeadLetter } from './resources.js';
import type { DeadLetters } from './state.js';
import type { Table } from './table.js';

const DEFAULT_LIMIT = 100;

/**
 * Dead letters by pipe, by id and so by time. A record with both images of a full item comes to some
 * megabytes.
 */
export class TableDeadLetters implements DeadLetters {
  readonly #documents: Documents<DeadLetter>;

  constructor(table: Table) {
    this.#documents = new Documents(table, 'deadLetter');
  }

  add(letter: DeadLetter): Promise<void> {
    return this.#documents.add(letter.pipeName, letter.id, letter);
  }

  get(pipeName: string, id: string): Promise<DeadLetter | undefined> {
    return this.#documents.get(pipeName, id);
  }

  async list(
    pipeName: string,
    options: { after?: string; limit?: number } = {},
  ): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    const range = { limit: DEFAULT_LIMIT, ...options };
    for await (const letter of this.#documents.list(pipeName, range)) letters.push(letter);
    return letters;
  }

  delete(pipeName: string, id: string): Promise<void> {
    return this.#documents.delete(pipeName, id);
  }
}
