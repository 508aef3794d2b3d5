import { AwsError } from '../lib/aws-error.js';
import type { Item } from '../lib/attribute-value.js';
import type { Background } from './background.js';
import type { Engine } from './engine.js';
import { closeEngine, openEngine, type DynamoDbOptions, type OpenEngine } from './open-engine.js';
import { run, STREAM_OPERATIONS, TABLE_OPERATIONS } from './operations/index.js';
import type { Operation } from './operations/operation.js';
import type { StreamLog } from './streams/stream-log.js';

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

/**
 * Opens the tables in a folder. Rejects when another process has it open, or when a newer version of
 * Freshet wrote it.
 */
export async function openDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  return new DynamoDb(await openEngine(options));
}

/** The embedded DynamoDB: tables and their streams in one folder. Made by {@link openDynamoDb}. */
export class DynamoDb {
  readonly streamLog: StreamLog;
  readonly #engine: Engine;
  readonly #background: Background;
  #closing: Promise<void> | undefined;

  constructor({ engine, background }: OpenEngine) {
    this.#engine = engine;
    this.#background = background;
    this.streamLog = engine.streams;
    background.start();
  }

  /**
   * Performs one operation of the DynamoDB API (`DynamoDB_20120810.*`). `input` is the parsed JSON of
   * the request; resolves to the response body as JSON, in UTF-8 where it is long; empty where the service
   * sends none. Rejects with AwsError.
   */
  async answer(operation: string, input: unknown): Promise<string | Buffer> {
    return this.#run(TABLE_OPERATIONS.get(operation), input);
  }

  /** As {@link answer}, for the Streams API (`DynamoDBStreams_20120810.*`). */
  async answerStreams(operation: string, input: unknown): Promise<string | Buffer> {
    return this.#run(STREAM_OPERATIONS.get(operation), input);
  }

  /** Whether {@link answer} knows an operation. */
  has(operation: string): boolean {
    return TABLE_OPERATIONS.has(operation);
  }

  /** Whether {@link answerStreams} knows an operation. */
  hasStreams(operation: string): boolean {
    return STREAM_OPERATIONS.has(operation);
  }

  /** As {@link answer}, always as text, and an empty object where the service answers without a body. */
  async invoke(operation: string, input: unknown): Promise<string> {
    return String(await this.answer(operation, input)) || '{}';
  }

  /** As {@link answerStreams}, always as text. */
  async invokeStreams(operation: string, input: unknown): Promise<string> {
    return String(await this.answerStreams(operation, input));
  }

  /** Waits for what was written, then closes. Requests after it are refused. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

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

  #run(operation: Operation | undefined, input: unknown): Promise<string | Buffer> {
    if (!operation) throw new AwsError('UnknownOperationException', '');
    if (this.#closing)
      throw new AwsError(
        'InternalServerError',
        'The server is shutting down: send the request again.',
        { status: 500 },
      );
    return run(operation, this.#engine, input);
  }

  async #call<T>(operation: string, input: Input): Promise<T> {
    return JSON.parse(await this.invoke(operation, input)) as T;
  }

  async #close(): Promise<void> {
    await closeEngine({ engine: this.#engine, background: this.#background });
  }
}
