import { AwsError } from '../lib/aws-error.js';
import type { Item } from '../lib/attribute-value.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { StreamLog } from './streams/stream-log.js';

export interface DynamoDbOptions {
  /** Folder that holds the data; made when it does not exist. */
  path: string;
  region: string;
  accountId: string;
  /** `strict` (default): what was acknowledged is on the disk. `relaxed`: a power cut may lose the last moments. */
  durability?: 'strict' | 'relaxed';
  clock?: Clock;
  log?: Log;
}

export interface ItemOutput {
  Item?: Item;
  Attributes?: Item;
}

export interface PageOutput {
  Items: Item[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: Item;
}

type Input = object;
type Output = Record<string, unknown>;

/** Opens the tables in a folder. Rejects when another process has it open. */
export async function openDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  return new DynamoDb(options);
}

/** The embedded DynamoDB: tables and their streams. */
export class DynamoDb {
  readonly streamLog!: StreamLog;

  constructor(_options: DynamoDbOptions) {}

  /** Performs one operation of the DynamoDB API; resolves to the response body as JSON text. */
  async invoke(_operation: string, _input: unknown): Promise<string> {
    throw new AwsError('UnknownOperationException', '');
  }

  /** Performs one operation of the DynamoDB Streams API; resolves to the response body as JSON text. */
  async invokeStreams(_operation: string, _input: unknown): Promise<string> {
    throw new AwsError('UnknownOperationException', '');
  }

  async close(): Promise<void> {}

  getItem(input: Input): Promise<ItemOutput> {
    return this.#call('GetItem', input);
  }
  putItem(input: Input): Promise<ItemOutput> {
    return this.#call('PutItem', input);
  }
  updateItem(input: Input): Promise<ItemOutput> {
    return this.#call('UpdateItem', input);
  }
  deleteItem(input: Input): Promise<ItemOutput> {
    return this.#call('DeleteItem', input);
  }
  query(input: Input): Promise<PageOutput> {
    return this.#call('Query', input);
  }
  scan(input: Input): Promise<PageOutput> {
    return this.#call('Scan', input);
  }
  batchWriteItem(input: Input): Promise<Output> {
    return this.#call('BatchWriteItem', input);
  }
  batchGetItem(input: Input): Promise<Output> {
    return this.#call('BatchGetItem', input);
  }
  createTable(input: Input): Promise<Output> {
    return this.#call('CreateTable', input);
  }
  describeTable(input: Input): Promise<Output> {
    return this.#call('DescribeTable', input);
  }
  updateTable(input: Input): Promise<Output> {
    return this.#call('UpdateTable', input);
  }
  deleteTable(input: Input): Promise<Output> {
    return this.#call('DeleteTable', input);
  }
  listTables(input: Input = {}): Promise<Output> {
    return this.#call('ListTables', input);
  }

  async #call<T>(operation: string, input: Input): Promise<T> {
    return JSON.parse(await this.invoke(operation, input)) as T;
  }
}
