import type { DynamoDb } from '../dynamodb/index.js';
import type { Item } from '../lib/attribute-value.js';
import { isAwsError } from '../lib/aws-error.js';
import type { StreamViewType } from '../streams/index.js';
import type { SourceTable, SourceTables, TablePart } from './source-table.js';

type Tables = Pick<DynamoDb, 'describeTable' | 'scan' | 'getItem'>;

interface TableDescription {
  TableName: string;
  KeySchema: { AttributeName: string }[];
  ItemCount: number;
  LatestStreamArn?: string;
  StreamSpecification?: { StreamViewType: StreamViewType };
}

/** The tables of the embedded engine, by their streams. */
export function embeddedTables(db: Tables): SourceTables {
  return async (streamArn) => {
    const TableName = streamArn.slice(0, streamArn.indexOf('/stream/'));
    const description = await describe(db, TableName);
    if (description?.LatestStreamArn !== streamArn || !description.StreamSpecification)
      return undefined;
    return new EmbeddedTable(db, description, description.StreamSpecification.StreamViewType);
  };
}

class EmbeddedTable implements SourceTable {
  readonly viewType: StreamViewType;
  readonly #db: Tables;
  readonly #name: string;
  readonly #keyNames: readonly string[];

  constructor(db: Tables, description: TableDescription, viewType: StreamViewType) {
    this.#db = db;
    this.viewType = viewType;
    this.#name = description.TableName;
    this.#keyNames = description.KeySchema.map(({ AttributeName }) => AttributeName);
  }

  async count(): Promise<number> {
    return (await describe(this.#db, this.#name))?.ItemCount ?? 0;
  }

  async page({ segment, segments, after, limit }: TablePart): ReturnType<SourceTable['page']> {
    const { Items, LastEvaluatedKey } = await this.#db.scan({
      TableName: this.#name,
      ConsistentRead: true,
      Limit: limit,
      Segment: segment,
      TotalSegments: segments,
      ...(after !== undefined && { ExclusiveStartKey: after }),
    });
    return { items: Items, last: LastEvaluatedKey };
  }

  async get(keys: Item): Promise<Item | undefined> {
    const input = { TableName: this.#name, Key: keys, ConsistentRead: true };
    return (await this.#db.getItem(input)).Item;
  }

  keysOf(item: Item): Item {
    return Object.fromEntries(this.#keyNames.map((name) => [name, item[name]!]));
  }
}

async function describe(db: Tables, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await db.describeTable({ TableName }))['Table'] as TableDescription;
  } catch (error) {
    // What is no name of a table here, e.g. of another region, is refused in several ways.
    if (isAwsError(error) && error.status < 500) return undefined;
    throw error;
  }
}
