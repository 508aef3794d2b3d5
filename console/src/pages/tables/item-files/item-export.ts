import { plainText, valueText } from '../item-json';
import { csvCell } from './csv';
import type { AttributeValue, Item } from './item';
import type { Format } from './item-reader';

/** What an export becomes, put together page by page. */
export class ExportFile {
  readonly #format: Format;
  readonly #columns: Set<string>;
  /** Of CSV: attributes by name, until all columns are known. */
  readonly #rows: Record<string, string>[] = [];
  readonly #parts: string[] = [];

  /** `keys` are the first columns. */
  constructor(format: Format, keys: readonly string[]) {
    this.#format = format;
    this.#columns = new Set(keys);
  }

  add(items: readonly Item[]): void {
    if (this.#format === 'csv') for (const item of items) this.#addRow(item);
    else {
      const lineOf =
        this.#format === 'json'
          ? (item: Item) => plainText(item)
          : (Item: Item) => JSON.stringify({ Item });
      this.#parts.push(items.map((item) => `${lineOf(item)}\n`).join(''));
    }
  }

  /** The whole file. */
  blob(): Blob {
    if (this.#format !== 'csv') return new Blob(this.#parts, { type: 'application/x-ndjson' });
    const columns = [...this.#columns];
    const lines = this.#rows.map((row) => columns.map((name) => row[name] ?? '').join(','));
    return new Blob([[columns.map(csvCell).join(','), ...lines, ''].join('\r\n')], {
      type: 'text/csv;charset=utf-8',
    });
  }

  #addRow(item: Item): void {
    const row: Record<string, string> = {};
    for (const [name, value] of Object.entries(item)) {
      this.#columns.add(name);
      row[name] = csvCell(cellText(value));
    }
    this.#rows.push(row);
  }
}

/** Texts and base64 as they are, other values as JSON; a null is an empty cell. */
function cellText(value: AttributeValue): string {
  const [[type, content] = []] = Object.entries(value);
  if (type === 'NULL') return '';
  return type === 'S' || type === 'B' ? (content as string) : valueText(value);
}
