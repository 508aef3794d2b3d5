import type { Item } from '../../lib/attribute-value.js';
import { INVALID_PARAMETER, validationError } from '../errors.js';
import type { Condition, ConditionalOperator, Projection } from '../expressions/index.js';
import { readPage, type Page, type PageRequest } from '../items/page.js';
import type { KeyRange } from '../storage/store.js';
import type { Engine } from '../engine.js';
import type { Index, Table } from '../tables/table.js';
import { itemToText } from '../values/index.js';
import { capacityText, readUnits, type ReturnConsumedCapacity } from './consumed-capacity.js';
import type { ProjectionInput } from './item-projections.js';
import { body, bodyWithItems, type ResponseBody } from './response.js';

export type Select =
  'SPECIFIC_ATTRIBUTES' | 'COUNT' | 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES';

/** What Query and Scan have in common. */
export interface ReadInput extends ProjectionInput {
  TableName: string;
  IndexName?: string;
  Select?: Select;
  Limit?: number;
  ConsistentRead?: boolean;
  ExclusiveStartKey?: Item;
  FilterExpression?: string;
  ConditionalOperator?: ConditionalOperator;
  ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

/** Hands `report` what does not go together with `Select`. */
export function checkSelect(input: ReadInput, report: (problem: string) => void): void {
  const { Select: select, IndexName, ProjectionExpression, AttributesToGet } = input;
  if (select === undefined) return;
  const projection =
    ProjectionExpression === undefined
      ? AttributesToGet && 'AttributesToGet'
      : 'ProjectionExpression';
  if (projection !== undefined && select !== 'SPECIFIC_ATTRIBUTES')
    report(
      `Cannot specify the ${projection} when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`,
    );
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined)
    report('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  if (select === 'SPECIFIC_ATTRIBUTES' && projection === undefined)
    report(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
}

/** The index that a request names; undefined when it reads the table. */
export function indexOf(table: Table, input: ReadInput): Index | undefined {
  if (input.IndexName === undefined) return undefined;
  const index = table.index(input.IndexName);
  if (!index)
    throw validationError(`The table does not have the specified index: ${input.IndexName}`);
  if (index.definition.status === 'CREATING')
    throw validationError(
      `Cannot read from backfilling global secondary index: ${input.IndexName}`,
    );
  if (index.isGlobal && input.ConsistentRead)
    throw validationError('Consistent reads are not supported on global secondary indexes');
  return index;
}

/**
 * Whether items must be taken from the table because the index does not hold what is asked for. Only
 * local indexes can do that; for global ones it is refused.
 */
export function needsFetch(
  index: Index | undefined,
  input: ReadInput,
  filter: Condition | undefined,
  projection: Projection | undefined,
): boolean {
  if (!index?.attributes) return false;
  if (input.Select === 'ALL_ATTRIBUTES') {
    if (index.isGlobal)
      throw validationError(
        `${INVALID_PARAMETER}Select type ALL_ATTRIBUTES is not supported for global secondary index ` +
          `${index.name} because its projection type is not ALL`,
      );
    return true;
  }
  const { attributes } = index;
  const wanted = [...(projection?.attributes ?? []), ...(filter?.attributes ?? [])];
  const missing = wanted.filter((name) => !attributes.has(name));
  if (missing.length === 0) return false;
  if (index.isGlobal)
    throw validationError(
      `${INVALID_PARAMETER}Global secondary index ${index.name} does not project [${missing.join(', ')}]`,
    );
  return true;
}

/** Reads the page that a Query or Scan asks for, and answers it. */
export function answerPage(
  engine: Engine,
  input: ReadInput,
  source: { table: Table; index: Index | undefined; range: KeyRange; fetch: boolean },
  filter: Condition | undefined,
  projection: Projection | undefined,
): ResponseBody {
  const { table, index, range, fetch } = source; // spreading it costs as much as reading four items
  const request: PageRequest = {
    table,
    index,
    range,
    fetch,
    limit: input.Limit,
    filter,
    projection,
    countOnly: input.Select === 'COUNT',
    allAttributes: input.Select === 'ALL_ATTRIBUTES',
  };
  const page = readPage(engine, request);
  const facts: [string, string | undefined][] = [
    ['Count', String(page.count)],
    ['ScannedCount', String(page.scannedCount)],
    ['LastEvaluatedKey', page.lastKey && itemToText(page.lastKey)],
    ['ConsumedCapacity', capacityOf(input, source, page)],
  ];
  return page.items ? bodyWithItems(page.items, facts) : body(facts);
}

function capacityOf(
  input: ReadInput,
  { table, index }: { table: Table; index: Index | undefined },
  page: Page,
): string | undefined {
  if (input.ReturnConsumedCapacity === undefined) return undefined;
  const consistent = input.ConsistentRead ?? false;
  const fetched = page.fetchedBytes.reduce((sum, bytes) => sum + readUnits(bytes, consistent), 0);
  return capacityText(input.ReturnConsumedCapacity, table.name, {
    table: index ? fetched : readUnits(page.tableBytes, consistent),
    indexes: index
      ? new Map([[index, readUnits(page.indexBytes, consistent)]])
      : new Map<Index, number>(),
  });
}
