import type { AttributeValue, Item } from '../../lib/attribute-value.js';
import { isAwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import { Condition, type ConditionNode } from '../expressions/index.js';
import { ItemList } from '../items/item-list.js';
import { continueAfter, entryKeyOf, isWithin, scanRange } from '../items/key-range.js';
import { readPage } from '../items/page.js';
import type { KeyRange } from '../storage/store.js';
import type { Index, Table } from '../tables/table.js';
import { encodeKeyValue } from '../values/index.js';
import { columnsOf, pickColumns } from './columns.js';
import { planReads, type KeyedRead } from './key-plan.js';
import { invalidToken, type Position } from './next-token.js';
import type { ColumnPath, Ordering, SelectStatement } from './statement.js';

/** A SELECT with everything put in, ready to be read. */
export interface Selection {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly columns: readonly ColumnPath[] | undefined;
  readonly reads: readonly Read[];
}

interface Read {
  readonly range: KeyRange;
  readonly filter: Condition | undefined;
}

/** What one page of a SELECT gave. */
export interface SelectedPage {
  readonly items: ItemList;
  /** Undefined at the end. */
  readonly next: Position | undefined;
  /** Bytes read from the table, and from the index. */
  readonly tableBytes: number;
  readonly indexBytes: number;
  /** Items fetched from the table one by one. */
  readonly fetchedBytes: readonly number[];
}

/**
 * Finds out how a SELECT is to be read: by key where its WHERE allows, else by looking at everything.
 * Throws ValidationException.
 */
export function planSelect(
  statement: SelectStatement,
  table: Table,
  condition: ConditionNode | undefined,
  consistent: boolean,
): Selection {
  const index = indexOf(statement, table);
  if (index?.isGlobal && consistent)
    throw validationError('Strongly consistent read is not supported on Global Secondary Indexes');
  const columns = columnsOf(statement);
  if (index && columns) checkProjected(index, columns);
  const source = index ?? table;
  const keyed = condition && planReads(source, condition);
  if (index && keyed) checkFilters(index, keyed);
  const { orderBy } = statement;
  if (orderBy) checkOrder(source, orderBy, condition, keyed);
  const reads = keyed ? inOrder(source, keyed, orderBy) : [scanOf(source, condition)];
  return { table, index, columns, reads };
}

/** The index that a SELECT names. Throws when it cannot be read so. */
export function indexOf(statement: SelectStatement, table: Table): Index | undefined {
  if (statement.index === undefined) return undefined;
  const index = table.index(statement.index);
  if (!index) throw validationError('The table does not have the specified index');
  if (index.hashes.length > 1 || index.ranges.length > 1)
    throw validationError(
      'PartiQL statements cannot be executed on tables with multi-attribute HASH keys or ' +
        'multi-attribute RANGE keys.',
    );
  if (index.definition.status === 'CREATING')
    throw validationError(`Cannot read from backfilling global secondary index: ${index.name}`);
  return index;
}

const scanOf = (source: Table | Index, condition: ConditionNode | undefined): Read => ({
  range: scanRange(source),
  filter: condition && new Condition(condition),
});

function checkProjected(index: Index, columns: readonly ColumnPath[]): void {
  const missing = missingColumns(index, columns);
  if (index.isGlobal && missing.length > 0)
    throw validationError(
      `${INVALID_PARAMETER}Global secondary index ${index.name} does not project [${missing.join(', ')}]`,
    );
}

const missingColumns = ({ attributes }: Index, columns: readonly ColumnPath[]): string[] =>
  attributes
    ? [...new Set(columns.map(({ path: [name] }) => name))].filter((name) => !attributes.has(name))
    : [];

/**
 * Reads by key may not filter by what the index does not hold. Recorded: they all are refused for the last of
 * them, by its partition key, but only when each of them does.
 */
function checkFilters(index: Index, reads: readonly KeyedRead[]): void {
  const { attributes } = index;
  if (!attributes) return;
  const sorted = reads
    .map((read) => ({ filter: read.filter, key: encodeKeyValue(read.hash) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  let last: string[] = [];
  for (const { filter } of sorted) {
    last = [...(filter?.attributes ?? [])].filter((name) => !attributes.has(name));
    if (last.length === 0) return;
  }
  if (last.length > 0)
    throw validationError(
      `${INVALID_PARAMETER}Secondary index ${index.name} does not project one or more filter attributes: ` +
        `[${javaSetOrder(last).join(', ')}]`,
    );
}

/** The order in which a Java hash set of up to 12 strings lists them (recorded). */
function javaSetOrder(names: readonly string[]): string[] {
  const bucketOf = (name: string): number => {
    let hash = 0;
    for (let at = 0; at < name.length; at += 1) hash = (31 * hash + name.charCodeAt(at)) | 0;
    return (hash ^ (hash >>> 16)) & 15;
  };
  return names.toSorted((a, b) => bucketOf(a) - bucketOf(b));
}

function checkOrder(
  source: Table | Index,
  orderBy: readonly Ordering[],
  condition: ConditionNode | undefined,
  reads: readonly KeyedRead[] | undefined,
): void {
  if (!condition)
    throw validationError('Must have WHERE clause in the statement when using ORDER BY clause.');
  if (!reads)
    throw validationError(
      'Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.',
    );
  const [hash] = source.hashes;
  const [range] = source.ranges;
  for (const { name } of orderBy)
    if (name !== hash!.name && name !== range?.name)
      throw validationError(
        `Variable reference ${name} in ORDER BY clause must be part of the primary key`,
      );
  const partitions = new Set(reads.map((read) => encodeKeyValue(read.hash).toString('latin1')));
  if (partitions.size > 1 && !orderBy.some(({ name }) => name === hash!.name))
    throw validationError(
      'Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.',
    );
}

/** Partitions by their keys when that is asked for; the reads of one as their items are sorted. */
function inOrder(
  source: Table | Index,
  reads: readonly KeyedRead[],
  orderBy: readonly Ordering[] | undefined,
): readonly Read[] {
  if (!orderBy) return reads;
  const ordering = (name: string | undefined): Ordering | undefined =>
    orderBy.find((one) => one.name === name);
  const byHash = ordering(source.hashes[0]!.name);
  const isReverse = ordering(source.ranges[0]?.name)?.descending ?? false;
  const compareHashes = (a: KeyedRead, b: KeyedRead): number =>
    Buffer.compare(encodeKeyValue(a.hash), encodeKeyValue(b.hash)) * (byHash?.descending ? -1 : 1);
  const compareRanges = (a: KeyedRead, b: KeyedRead): number =>
    Buffer.compare(a.range.start, b.range.start) * (isReverse ? -1 : 1);
  const sorted = reads.toSorted(
    (a, b) =>
      (byHash ? compareHashes(a, b) : 0) || (isSamePartition(a, b) ? compareRanges(a, b) : 0),
  );
  return isReverse
    ? sorted.map(({ range, filter }) => ({ range: { ...range, reverse: true }, filter }))
    : sorted;
}

const isSamePartition = (a: KeyedRead, b: KeyedRead): boolean =>
  encodeKeyValue(a.hash).equals(encodeKeyValue(b.hash));

/** Reads one page, through as many of the reads as it takes. */
export function readSelection(
  engine: Engine,
  { table, index, columns, reads }: Selection,
  limit: number | undefined,
  start: Position | undefined,
): SelectedPage {
  if (start && !reads[start.read]) throw invalidToken();
  const items = new ItemList();
  const fetch =
    index !== undefined && columns !== undefined && missingColumns(index, columns).length > 0;
  const fetchedBytes: number[] = [];
  let tableBytes = 0;
  let indexBytes = 0;
  let left = limit;
  let next: Position | undefined;
  for (let at = start?.read ?? 0; at < reads.length && !next; at += 1) {
    const { range, filter } = reads[at]!;
    const page = readPage(engine, {
      table,
      index,
      range: start && at === start.read ? startAt(table, index, range, start.key) : range,
      limit: left,
      filter,
      projection: undefined,
      countOnly: false,
      fetch,
      allAttributes: false,
      partiql: {
        items,
        columns: columns && ((item: Item) => pickColumns(columns, item)),
        bytesBefore: tableBytes + indexBytes,
      },
    });
    tableBytes += page.tableBytes;
    indexBytes += page.indexBytes;
    fetchedBytes.push(...page.fetchedBytes);
    if (left !== undefined) left -= page.scannedCount;
    if (page.lastKey) next = { read: at, key: page.lastKey };
  }
  return { items, next, tableBytes, indexBytes, fetchedBytes };
}

/** Throws when the key is not where the range could have ended. */
function startAt(
  table: Table,
  index: Index | undefined,
  range: KeyRange,
  key: Record<string, AttributeValue>,
): KeyRange {
  const names = (index ?? table).keyNames;
  const attributes = [...table.hashes, ...table.ranges, ...(index?.keys ?? [])];
  const isKey =
    Object.keys(key).length === names.length &&
    attributes.every(({ name, type }) => key[name]?.[type] !== undefined);
  if (!isKey) throw invalidToken();
  try {
    const entryKey = entryKeyOf(table, index, key);
    if (!isWithin(range, entryKey)) throw invalidToken();
    return continueAfter(range, entryKey);
  } catch (error) {
    if (isAwsError(error)) throw invalidToken();
    throw error;
  }
}
