import type { IndexChange } from '../items/item-writer.js';
import type { Index, Table } from '../tables/table.js';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;

export type ReturnConsumedCapacity = 'INDEXES' | 'TOTAL' | 'NONE' | undefined;

/** Units that a request used in one table. */
export interface Consumed {
  table: number;
  indexes: Map<Index, number>;
}

export const nothingConsumed = (): Consumed => ({ table: 0, indexes: new Map() });

/** Adds what `added` used to `sum`. */
export function addConsumed(sum: Consumed, added: Consumed): void {
  sum.table += added.table;
  for (const [index, units] of added.indexes)
    sum.indexes.set(index, (sum.indexes.get(index) ?? 0) + units);
}

/** A write of one item: the larger of the sizes before and after; each index entry that changed. */
export function writeConsumption(
  oldSize: number,
  newSize: number,
  changes: readonly IndexChange[],
): Consumed {
  const indexes = new Map<Index, number>();
  for (const { index, removed = 0, added = 0, inPlace } of changes)
    indexes.set(
      index,
      inPlace
        ? writeUnits(Math.max(removed, added))
        : (removed && writeUnits(removed)) + (added && writeUnits(added)),
    );
  return { table: writeUnits(Math.max(oldSize, newSize)), indexes };
}

/** Reads of `bytes` together; half the price when they may be stale. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);
}

function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** `ConsumedCapacity` of one table as JSON text; undefined when it was not asked for. */
export function capacityText(
  mode: ReturnConsumedCapacity,
  tableName: string,
  { table, indexes }: Consumed,
  kind?: 'Read' | 'Write',
): string | undefined {
  if (mode !== 'TOTAL' && mode !== 'INDEXES') return undefined;
  let total = table;
  for (const units of indexes.values()) total += units;
  const units = (value: number): Record<string, number> => ({
    CapacityUnits: value,
    ...(kind ? { [`${kind}CapacityUnits`]: value } : {}),
  });
  const body: Record<string, unknown> = { TableName: tableName, ...units(total) };
  if (mode === 'INDEXES') {
    body.Table = units(table);
    const ofScope = (isGlobal: boolean): Record<string, unknown> | undefined => {
      const used = [...indexes].filter(([index]) => index.isGlobal === isGlobal);
      if (used.length === 0) return undefined;
      return Object.fromEntries(used.map(([index, value]) => [index.name, units(value)]));
    };
    body.GlobalSecondaryIndexes = ofScope(true);
    body.LocalSecondaryIndexes = ofScope(false);
  }
  return JSON.stringify(body);
}

/** `ConsumedCapacity` of several tables as JSON text; undefined when it was not asked for. */
export function capacitiesText(
  mode: ReturnConsumedCapacity,
  consumed: ReadonlyMap<Table, Consumed>,
  kind?: 'Read' | 'Write',
): string | undefined {
  if (mode !== 'TOTAL' && mode !== 'INDEXES') return undefined;
  return `[${[...consumed].map(([table, sum]) => capacityText(mode, table.name, sum, kind)).join(',')}]`;
}

/** Transactions cost double: each item is prepared, then committed. */
export function twice({ table, indexes }: Consumed): Consumed {
  return {
    table: 2 * table,
    indexes: new Map([...indexes].map(([index, units]) => [index, 2 * units])),
  };
}
