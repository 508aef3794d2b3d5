/** A row of a CSV file and the line that it begins in. */
export interface CsvRow {
  line: number;
  cells: string[];
}

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** A cell as RFC 4180 writes it. */
export function csvCell(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Reads CSV (RFC 4180) piece by piece. */
export class CsvReader {
  #cells: string[] = [];
  #cell = '';
  #isQuoted = false;
  /** A quote inside quotes: the end of the cell, or a quote if another one follows. */
  #isEnding = false;
  /** A carriage return before the end of a line. */
  #hasReturn = false;
  #isFirst = true;
  #line = 1;
  #rowLine = 1;

  /** The rows that end in this piece. */
  push(text: string): CsvRow[] {
    const rows: CsvRow[] = [];
    let at = 0;
    if (this.#isFirst && text !== '') {
      // Spreadsheets write a byte order mark.
      if (text.startsWith('\uFEFF')) at = 1;
      this.#isFirst = false;
    }
    for (; at < text.length; at += 1) {
      const character = text[at]!;
      if (character === '\n') this.#line += 1;
      if (this.#isQuoted && !this.#isEnding) {
        if (character === '"') this.#isEnding = true;
        else this.#cell += character;
        continue;
      }
      if (character === '"' && this.#isEnding) {
        this.#cell += '"';
        this.#isEnding = false;
        continue;
      }
      if (character === ',') this.#endCell();
      else if (character === '\n') {
        rows.push(...this.#endRow());
        this.#rowLine = this.#line;
      } else if (character === '\r') this.#hasReturn = true;
      else if (character === '"' && this.#cell === '') this.#isQuoted = true;
      else this.#cell += (this.#hasReturn ? '\r' : '') + character;
      if (character !== '\r') this.#hasReturn = false;
    }
    return rows;
  }

  /** The row that ends with the file; `isOpen`: inside quotes that nobody has closed. */
  end(): { rows: CsvRow[]; isOpen: boolean } {
    const isOpen = this.#isQuoted && !this.#isEnding;
    return { rows: isOpen ? [] : this.#endRow(), isOpen };
  }

  /** The line that the row which is being read begins in. */
  get rowLine(): number {
    return this.#rowLine;
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#isQuoted = false;
    this.#isEnding = false;
  }

  /** An empty line is no row. */
  #endRow(): CsvRow[] {
    const isEmpty = this.#cells.length === 0 && this.#cell === '' && !this.#isQuoted;
    this.#endCell();
    const cells = this.#cells;
    this.#cells = [];
    return isEmpty ? [] : [{ line: this.#rowLine, cells }];
  }
}
