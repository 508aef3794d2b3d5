import type { Item } from '../lib/attribute-value.js';
import { parseJson, stringifyJson } from '../lib/json-text.js';
import type { DeadLetter } from './resources.js';
import type { DeadLetters } from './state.js';
import type { Table } from './table.js';

/**
 * UTF-16 units of one part. A unit takes at most three bytes in UTF-8, so that a part with its key always
 * fits into an item (400 KB, documented). A record with both images of a full item comes to some megabytes.
 */
const PART_UNITS = 130_000;
/** Digits of a part's number: far more than a letter has. */
const PART_DIGITS = 6;
const DEFAULT_LIMIT = 100;

/**
 * Dead letters: one item each, by id and so by time. What does not fit into one item goes on in parts, in
 * a partition beside. They are written first and the letter's own item last: a letter that is
 * seen is whole. A crash in between leaves parts that belong to nothing; the letter, which the pipe adds
 * again, takes their place.
 */
export class TableDeadLetters implements DeadLetters {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async add(letter: DeadLetter): Promise<void> {
    const { pipeName, id } = letter;
    const [first, ...rest] = split(stringifyJson(letter));
    await Promise.all(
      rest.map((document, index) =>
        this.#table.put(partsOf(pipeName), partKey(id, index), { document: { S: document } }),
      ),
    );
    await this.#table.put(lettersOf(pipeName), id, {
      document: { S: first! },
      ...(rest.length > 0 && { parts: { N: String(rest.length) } }),
    });
  }

  async get(pipeName: string, id: string): Promise<DeadLetter | undefined> {
    if (id === '') return undefined;
    const item = await this.#table.get(lettersOf(pipeName), id);
    return item && this.#whole(pipeName, id, item);
  }

  async list(
    pipeName: string,
    options: { after?: string; limit?: number } = {},
  ): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    const range = { limit: DEFAULT_LIMIT, ...options };
    for await (const { sortKey, attributes } of this.#table.rows(lettersOf(pipeName), range)) {
      const letter = await this.#whole(pipeName, sortKey, attributes);
      if (letter) letters.push(letter);
    }
    return letters;
  }

  async delete(pipeName: string, id: string): Promise<void> {
    if (id === '') return;
    const item = await this.#table.get(lettersOf(pipeName), id);
    if (item === undefined) return;
    await this.#table.delete(lettersOf(pipeName), id);
    for (let index = 0; index < partCount(item); index++)
      await this.#table.delete(partsOf(pipeName), partKey(id, index));
  }

  /** Undefined when it was deleted while it was read. */
  async #whole(pipeName: string, id: string, item: Item): Promise<DeadLetter | undefined> {
    let text = item['document']!.S!;
    for (let index = 0; index < partCount(item); index++) {
      const part = await this.#table.get(partsOf(pipeName), partKey(id, index));
      if (part === undefined) return undefined;
      text += part['document']!.S!;
    }
    return parseJson(text) as DeadLetter;
  }
}

function lettersOf(pipeName: string): string {
  return `deadLetters#${pipeName}`;
}

function partsOf(pipeName: string): string {
  return `deadLetterParts#${pipeName}`;
}

function partKey(id: string, index: number): string {
  return `${id}#${String(index).padStart(PART_DIGITS, '0')}`;
}

function partCount(item: Item): number {
  return Number(item['parts']?.N ?? 0);
}

/** Cuts JSON text into parts, never through a surrogate pair: half of one does not survive as UTF-8. */
function split(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  do {
    let end = Math.min(start + PART_UNITS, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    parts.push(text.slice(start, end));
    start = end;
  } while (start < text.length);
  return parts;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
