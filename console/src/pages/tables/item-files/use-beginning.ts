import { useEffect, useState } from 'react';
import type { TableDescription } from '../../../api/dynamodb';
import { keysFor } from '../keys';
import type { Column } from './csv-item';
import { columnsOfBeginning, formatOf, readItems, type Format, type ReadLine } from './item-reader';

const BEGINNING_BYTES = 256 * 1024;
const SHOWN_LINES = 8;

/** How a file begins. */
export interface Beginning {
  format: Format;
  /** Of CSV. */
  columns: Column[];
  lines: readonly ReadLine[];
}

/** Reads how a file begins; `chosen` is what the person has chosen instead of what was found. */
export function useBeginning(
  table: TableDescription,
  source: Blob | undefined,
  fileName: string,
  chosen: { format?: Format; columns?: Column[] },
): Beginning | undefined {
  const [beginning, setBeginning] = useState<Beginning>();
  const { format: chosenFormat, columns: chosenColumns } = chosen;
  useEffect(() => {
    setBeginning(undefined);
    if (source === undefined) return undefined;
    let isWanted = true;
    void read(table, source, fileName, chosenFormat, chosenColumns).then((found) => {
      if (isWanted) setBeginning(found);
    });
    return () => {
      isWanted = false;
    };
  }, [table, source, fileName, chosenFormat, chosenColumns]);
  return beginning;
}

async function read(
  table: TableDescription,
  source: Blob,
  fileName: string,
  chosenFormat: Format | undefined,
  chosenColumns: Column[] | undefined,
): Promise<Beginning> {
  const text = wholeLines(await source.slice(0, BEGINNING_BYTES).text(), source.size);
  const format = chosenFormat ?? formatOf(fileName, text);
  const keys = keysFor(table);
  const columns = format === 'csv' ? (chosenColumns ?? columnsOfBeginning(text, keys)) : [];
  const lines: ReadLine[] = [];
  for await (const some of readItems(once(text), { format, keys, columns })) lines.push(...some);
  return { format, columns, lines: lines.slice(0, SHOWN_LINES) };
}

/** The beginning of a larger file, without the line that is cut. */
function wholeLines(text: string, size: number): string {
  return size > BEGINNING_BYTES ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
