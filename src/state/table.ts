import type { Item } from '../lib/attribute-value.js';
import { isAwsError } from '../lib/aws-error.js';
import { sleep, type Clock } from '../lib/clock.js';
import type { DynamoDbOperations, WriteInput } from './dynamodb-operations.js';

/** DynamoDB makes a table within seconds; the embedded engine at once. */
const CREATE_TIMEOUT_MS = 120_000;
const CREATE_POLL_MS = 500;

const KEY_SCHEMA = [
  { AttributeName: 'pk', KeyType: 'HASH' },
  { AttributeName: 'sk', KeyType: 'RANGE' },
];

/** What must hold of the item that is there, for a write to be made. */
export type Condition = Pick<
  WriteInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

export interface Row {
  sortKey: string;
  attributes: Item;
}

export interface Range {
  /** Sort keys that start so. */
  prefix?: string;
  /** Sort keys behind this one. */
  after?: string;
  /** At most so many. */
  limit?: number;
}

/** The state table: items by partition and sort key, both strings. */
export class Table {
  readonly #operations: DynamoDbOperations;
  readonly #tableName: string;

  constructor(operations: DynamoDbOperations, tableName: string) {
    this.#operations = operations;
    this.#tableName = tableName;
  }

  /** Makes the table if there is none, and waits until it can be used. */
  async ensure(clock: Clock): Promise<void> {
    const deadline = clock.monotonic() + CREATE_TIMEOUT_MS;
    for (;;) {
      const description = await this.#describe();
      if (description === undefined) await this.#create();
      else {
        this.#checkKeys(description);
        if (description.TableStatus === 'ACTIVE' || description.TableStatus === 'UPDATING') return;
        if (clock.monotonic() > deadline)
          throw new Error(
            `The state table '${this.#tableName}' is ${String(description.TableStatus)} and did not become ACTIVE ` +
              `within ${String(CREATE_TIMEOUT_MS / 1000)} s: see what holds it up, then start again.`,
          );
        await sleep(CREATE_POLL_MS);
      }
    }
  }

  async get(partition: string, sortKey: string): Promise<Item | undefined> {
    const { Item: item } = await this.#operations.getItem({
      TableName: this.#tableName,
      Key: key(partition, sortKey),
      ConsistentRead: true,
    });
    return item;
  }

  /** Writes an item; false when the condition does not hold. */
  async put(
    partition: string,
    sortKey: string,
    attributes: Item,
    condition: Condition = {},
  ): Promise<boolean> {
    return holds(
      this.#operations.putItem({
        TableName: this.#tableName,
        Item: { ...key(partition, sortKey), ...attributes },
        ...condition,
      }),
    );
  }

  /** Deletes an item; false when the condition does not hold. */
  async delete(partition: string, sortKey: string, condition: Condition = {}): Promise<boolean> {
    return holds(
      this.#operations.deleteItem({
        TableName: this.#tableName,
        Key: key(partition, sortKey),
        ...condition,
      }),
    );
  }

  /** The items of a partition by sort key (in the order of its UTF-8 bytes), page by page. */
  async *rows(partition: string, range: Range = {}): AsyncGenerator<Row> {
    const { prefix = '', after, limit = Infinity } = range;
    let start = startKey(partition, prefix, after);
    if (start === 'behind') return;
    let left = limit;
    while (left > 0) {
      const { Items, LastEvaluatedKey } = await this.#operations.query({
        TableName: this.#tableName,
        KeyConditionExpression:
          prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: {
          ':pk': { S: partition },
          ...(prefix !== '' && { ':prefix': { S: prefix } }),
        },
        ConsistentRead: true,
        ...(left !== Infinity && { Limit: left }),
        ...(start && { ExclusiveStartKey: start }),
      });
      left -= Items.length;
      for (const item of Items) yield { sortKey: item['sk']!.S!, attributes: item };
      if (LastEvaluatedKey === undefined) return;
      start = LastEvaluatedKey;
    }
  }

  async #describe(): Promise<TableDescription | undefined> {
    try {
      const answer = await this.#operations.describeTable({ TableName: this.#tableName });
      return (answer as { Table: TableDescription }).Table;
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  async #create(): Promise<void> {
    try {
      await this.#operations.createTable({
        TableName: this.#tableName,
        KeySchema: KEY_SCHEMA,
        AttributeDefinitions: KEY_SCHEMA.map(({ AttributeName }) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        BillingMode: 'PAY_PER_REQUEST',
      });
    } catch (error) {
      // Another worker was quicker.
      if (!isAwsError(error, 'ResourceInUseException')) throw error;
    }
  }

  #checkKeys({ KeySchema }: TableDescription): void {
    const isOurs =
      KeySchema?.length === KEY_SCHEMA.length &&
      KEY_SCHEMA.every((wanted) =>
        KeySchema.some(
          (found) =>
            found.AttributeName === wanted.AttributeName && found.KeyType === wanted.KeyType,
        ),
      );
    if (!isOurs)
      throw new Error(
        `The table '${this.#tableName}' is not a state table: its key is not 'pk', 'sk'. Give the state table another name.`,
      );
  }
}

interface TableDescription {
  TableStatus?: string;
  KeySchema?: { AttributeName: string; KeyType: string }[];
}

function key(partition: string, sortKey: string): Item {
  return { pk: { S: partition }, sk: { S: sortKey } };
}

/**
 * Where a query starts. A start key outside of the prefix is refused by DynamoDB: before it there is
 * nothing to skip, behind it nothing to read.
 */
function startKey(
  partition: string,
  prefix: string,
  after: string | undefined,
): Item | undefined | 'behind' {
  if (after === undefined || after === '') return undefined;
  if (after.startsWith(prefix)) return key(partition, after);
  return Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0 ? undefined : 'behind';
}

async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isAwsError(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}
