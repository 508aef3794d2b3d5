import { parseJson } from '../../../../../src/lib/json-text.js';
import { ItemError, type AttributeValue, type Item, type KeyAttribute } from './item.js';
import { valueOf } from './json-item.js';

/** What the cells of a column are. */
export type ColumnType = 'string' | 'number' | 'boolean' | 'json' | 'binary';

/** A column of a CSV file: an attribute. */
export interface Column {
  name: string;
  type: ColumnType;
  /** Its type is the table's and cannot be chosen. */
  isKey: boolean;
}

/** As DynamoDB takes numbers; with a zero before it, it is meant as text (postcodes, article numbers). */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const KEY_TYPES: Record<KeyAttribute['type'], ColumnType> = {
  S: 'string',
  N: 'number',
  B: 'binary',
};

/** The columns of a header: keys have the table's types, others what all of their first cells look like. */
export function columnsOf(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  keys: readonly KeyAttribute[],
): Column[] {
  return header.map((name, index) => {
    const key = keys.find((one) => one.name === name);
    if (key !== undefined) return { name, type: KEY_TYPES[key.type], isKey: true };
    const cells = rows.map((row) => row[index] ?? '').filter((cell) => cell !== '');
    return { name, type: typeOfCells(cells), isKey: false };
  });
}

function typeOfCells(cells: readonly string[]): ColumnType {
  if (cells.length === 0) return 'string';
  if (cells.every((cell) => NUMBER.test(cell))) return 'number';
  if (cells.every((cell) => cell === 'true' || cell === 'false')) return 'boolean';
  if (cells.every(isStructure)) return 'json';
  return 'string';
}

function isStructure(cell: string): boolean {
  if (!/^[[{]/.test(cell)) return false;
  try {
    parseJson(cell);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The item of a row; an empty cell is an attribute that is not there. Throws ItemError. */
export function itemOfRow(cells: readonly string[], columns: readonly Column[]): Item {
  if (cells.length > columns.length)
    throw new ItemError('tooManyCells', `${String(cells.length)} > ${String(columns.length)}`);
  const item: Item = {};
  columns.forEach(({ name, type }, index) => {
    const cell = cells[index] ?? '';
    if (cell !== '') item[name] = valueOfCell(cell, type, name);
  });
  return item;
}

function valueOfCell(cell: string, type: ColumnType, name: string): AttributeValue {
  switch (type) {
    case 'string':
      return { S: cell };
    case 'binary':
      return { B: cell };
    case 'number':
      if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(cell.trim()))
        throw new ItemError('notNumber', `${name}: ${cell.slice(0, 40)}`);
      return { N: cell.trim() };
    case 'boolean':
      if (!/^(?:true|false)$/i.test(cell.trim()))
        throw new ItemError('notBoolean', `${name}: ${cell.slice(0, 40)}`);
      return { BOOL: cell.trim().toLowerCase() === 'true' };
    case 'json':
      try {
        return valueOf(parseJson(cell));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw new ItemError('notJson', `${name}: ${error.message}`);
      }
  }
}
