import type { Item } from '../lib/attribute-value.js';
import { parseJson, stringifyJson } from '../lib/json-text.js';
import type { Table } from './table.js';

/**
 * UTF-16 units of one part. A unit takes at most three bytes in UTF-8, so that a part with its key always
 * fits into an item (400 KB, documented).
 */
const PART_UNITS = 130_000;
/** Digits of a part's number: far more than a document has. */
const PART_DIGITS = 6;

/**
 * Documents of any size under an owner, by id: one item each. What does not fit into one goes on in parts, in
 * a partition beside. They are written first and the document's own item last: a document that is seen is
 * whole. A crash in between leaves parts that belong to nothing; adding the document again takes their place.
 */
export class Documents<T> {
  readonly #table: Table;
  readonly #kind: string;

  /** `kind`: in the singular; it begins the names of the partitions. */
  constructor(table: Table, kind: string) {
    this.#table = table;
    this.#kind = kind;
  }

  /** Keeps a document, in the place of an earlier one of this id. */
  async add(owner: string, id: string, document: T): Promise<void> {
    const [first, ...rest] = split(stringifyJson(document));
    await Promise.all(
      rest.map((part, index) =>
        this.#table.put(this.#partsOf(owner), partKey(id, index), { document: { S: part } }),
      ),
    );
    await this.#table.put(this.#wholesOf(owner), id, {
      document: { S: first! },
      ...(rest.length > 0 && { parts: { N: String(rest.length) } }),
    });
  }

  async get(owner: string, id: string): Promise<T | undefined> {
    if (id === '') return undefined;
    const item = await this.#table.get(this.#wholesOf(owner), id);
    return item && this.#whole(owner, id, item);
  }

  /** By id, behind `after`, at most `limit`. */
  async *list(owner: string, range: { after?: string; limit?: number } = {}): AsyncGenerator<T> {
    for await (const { sortKey, attributes } of this.#table.rows(this.#wholesOf(owner), range)) {
      const document = await this.#whole(owner, sortKey, attributes);
      if (document !== undefined) yield document;
    }
  }

  async delete(owner: string, id: string): Promise<void> {
    if (id === '') return;
    const item = await this.#table.get(this.#wholesOf(owner), id);
    if (item === undefined) return;
    await this.#table.delete(this.#wholesOf(owner), id);
    for (let index = 0; index < partCount(item); index++)
      await this.#table.delete(this.#partsOf(owner), partKey(id, index));
  }

  /** Undefined when it was deleted while it was read. */
  async #whole(owner: string, id: string, item: Item): Promise<T | undefined> {
    let text = item['document']!.S!;
    for (let index = 0; index < partCount(item); index++) {
      const part = await this.#table.get(this.#partsOf(owner), partKey(id, index));
      if (part === undefined) return undefined;
      text += part['document']!.S!;
    }
    return parseJson(text) as T;
  }

  #wholesOf(owner: string): string {
    return `${this.#kind}s#${owner}`;
  }

  #partsOf(owner: string): string {
    return `${this.#kind}Parts#${owner}`;
  }
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
