import { itemOfRow, columnsOf, type Column } from './csv-item.js';
import { CsvReader } from './csv.js';
import { checkKeys, ItemError, type Item, type KeyAttribute, type Problem } from './item.js';
import { isDynamodbLine, itemOfDynamodbLine, itemOfPlainLine } from './json-item.js';

export type Format = 'json' | 'dynamodb' | 'csv';

/** What a line of a file is: an item of the table, or why it is none. */
export type ReadLine =
  { line: number; item: Item; problem?: undefined } | { line: number; problem: Problem };

export interface ReadOptions {
  format: Format;
  keys: readonly KeyAttribute[];
  /** Of CSV; when left out, they are what the first piece of the file shows. */
  columns?: readonly Column[];
}

/** Rows by which the types of columns are judged. */
const SAMPLE_ROWS = 200;

/** The format of a file, by its name and its beginning. */
export function formatOf(fileName: string, beginning: string): Format {
  if (/\.csv$/i.test(fileName)) return 'csv';
  const [line = ''] = beginning.trimStart().split('\n');
  if (!line.startsWith('{')) return 'csv';
  return isDynamodbLine(line) ? 'dynamodb' : 'json';
}

/** The columns of a CSV file, by its beginning. */
export function columnsOfBeginning(beginning: string, keys: readonly KeyAttribute[]): Column[] {
  const reader = new CsvReader();
  const [header, ...rows] = reader.push(beginning);
  // A file without a line end is all header.
  const cells = header?.cells ?? reader.end().rows[0]?.cells ?? [];
  return columnsOf(
    cells,
    rows.slice(0, SAMPLE_ROWS).map((row) => row.cells),
    keys,
  );
}

/** Reads a file piece by piece: what the lines of each piece are, in their order. */
export async function* readItems(
  pieces: AsyncIterable<string>,
  options: ReadOptions,
): AsyncGenerator<ReadLine[]> {
  const reader = options.format === 'csv' ? new CsvLines(options) : new JsonLines(options);
  for await (const piece of pieces) yield reader.push(piece);
  yield reader.end();
}

class JsonLines {
  readonly #options: ReadOptions;
  #line = 0;
  #rest = '';

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  push(piece: string): ReadLine[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop()!;
    return lines.flatMap((line) => this.#read(line));
  }

  end(): ReadLine[] {
    return this.#read(this.#rest);
  }

  /** An empty line is none. */
  #read(text: string): ReadLine[] {
    this.#line += 1;
    if (text.trim() === '') return [];
    const { format, keys } = this.#options;
    const itemOf = format === 'dynamodb' ? itemOfDynamodbLine : itemOfPlainLine;
    return [readLine(this.#line, keys, () => itemOf(text.replace(/^\uFEFF/, '')))];
  }
}

class CsvLines {
  readonly #options: ReadOptions;
  readonly #reader = new CsvReader();
  #columns: readonly Column[] | undefined;
  #hasHeader = false;

  constructor(options: ReadOptions) {
    this.#options = options;
    this.#columns = options.columns;
  }

  push(piece: string): ReadLine[] {
    const rows = this.#reader.push(piece);
    if (!this.#hasHeader) {
      const header = rows.shift();
      if (header === undefined) return [];
      this.#hasHeader = true;
      this.#columns ??= columnsOf(
        header.cells,
        rows.slice(0, SAMPLE_ROWS).map(({ cells }) => cells),
        this.#options.keys,
      );
    }
    return rows.map((row) => this.#read(row.line, row.cells));
  }

  end(): ReadLine[] {
    const { rows, isOpen } = this.#reader.end();
    if (isOpen)
      return [{ line: this.#reader.rowLine, problem: { code: 'openQuote', detail: '"' } }];
    return this.#hasHeader ? rows.map((row) => this.#read(row.line, row.cells)) : [];
  }

  #read(line: number, cells: string[]): ReadLine {
    return readLine(line, this.#options.keys, () => itemOfRow(cells, this.#columns!));
  }
}

function readLine(line: number, keys: readonly KeyAttribute[], itemOf: () => Item): ReadLine {
  try {
    const item = itemOf();
    checkKeys(item, keys);
    return { line, item };
  } catch (error) {
    if (error instanceof ItemError) return { line, problem: error.problem };
    throw error;
  }
}
