import { call } from './http';

/** A value in DynamoDB JSON, e.g. `{"S": "text"}`. */
export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;

export interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}
export interface IndexDescription {
  IndexName: string;
  KeySchema: KeyElement[];
}
export interface TableDescription {
  TableName: string;
  TableArn: string;
  TableStatus: string;
  CreationDateTime: number;
  ItemCount: number;
  TableSizeBytes: number;
  KeySchema: KeyElement[];
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
  StreamSpecification?: { StreamEnabled: boolean; StreamViewType?: string };
  LatestStreamArn?: string;
}
export interface Page {
  Items: Item[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: Item;
}
export interface StreamRecord {
  eventID: string;
  eventName: string;
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    SequenceNumber: string;
  };
}

async function dynamodb<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
  return (await call({
    method: 'POST',
    target: '/',
    service: 'dynamodb',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${operation.includes('.') ? '' : 'DynamoDB_20120810.'}${operation}`,
    },
    body: JSON.stringify(input),
    ...(signal && { signal }),
  })) as T;
}

/** The names of all tables. */
export async function listTableNames(): Promise<string[]> {
  const names: string[] = [];
  let start: string | undefined;
  do {
    const page: { TableNames: string[]; LastEvaluatedTableName?: string } = await dynamodb(
      'ListTables',
      start === undefined ? {} : { ExclusiveStartTableName: start },
    );
    names.push(...page.TableNames);
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  return names;
}

export async function describeTable(name: string): Promise<TableDescription> {
  const { Table } = await dynamodb<{ Table: TableDescription }>('DescribeTable', {
    TableName: name,
  });
  return Table;
}

export async function listTables(): Promise<TableDescription[]> {
  return Promise.all((await listTableNames()).map(describeTable));
}

export const createTable = (input: object): Promise<{ TableDescription: TableDescription }> =>
  dynamodb('CreateTable', input);

export const updateTable = (input: object): Promise<{ TableDescription: TableDescription }> =>
  dynamodb('UpdateTable', input);

export const deleteTable = (name: string): Promise<unknown> =>
  dynamodb('DeleteTable', { TableName: name });

/** Puts up to 25 items; gives those that the table has not taken. */
export async function batchPut(table: string, items: Item[], signal: AbortSignal): Promise<Item[]> {
  const { UnprocessedItems = {} } = await dynamodb<{
    UnprocessedItems?: Record<string, { PutRequest: { Item: Item } }[]>;
  }>(
    'BatchWriteItem',
    { RequestItems: { [table]: items.map((item) => ({ PutRequest: { Item: item } })) } },
    signal,
  );
  return (UnprocessedItems[table] ?? []).map(({ PutRequest }) => PutRequest.Item);
}

export const scan = (input: object, signal?: AbortSignal): Promise<Page> =>
  dynamodb('Scan', input, signal);

export const query = (input: object, signal?: AbortSignal): Promise<Page> =>
  dynamodb('Query', input, signal);

export const putItem = (input: object): Promise<unknown> => dynamodb('PutItem', input);

export const deleteItem = (input: object): Promise<unknown> => dynamodb('DeleteItem', input);

export async function describeTimeToLive(
  name: string,
): Promise<{ TimeToLiveStatus: string; AttributeName?: string }> {
  const { TimeToLiveDescription } = await dynamodb<{
    TimeToLiveDescription: { TimeToLiveStatus: string; AttributeName?: string };
  }>('DescribeTimeToLive', { TableName: name });
  return TimeToLiveDescription;
}

export const updateTimeToLive = (
  name: string,
  attribute: string,
  enabled: boolean,
): Promise<unknown> =>
  dynamodb('UpdateTimeToLive', {
    TableName: name,
    TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled },
  });

/** Records that are read of each shard for a view of what happened lately. */
const RECORDS_PER_SHARD = 100;
/** Shards, the latest first, that such a view looks into. */
const SHARDS_LOOKED_INTO = 8;

/** The stream's records of its newest shards, the newest first. */
export async function recentRecords(streamArn: string): Promise<StreamRecord[]> {
  const streams = <T>(operation: string, input: object): Promise<T> =>
    dynamodb<T>(`DynamoDBStreams_20120810.${operation}`, input);
  const { StreamDescription } = await streams<{
    StreamDescription: { Shards: { ShardId: string }[] };
  }>('DescribeStream', { StreamArn: streamArn });
  const shards = StreamDescription.Shards.slice(-SHARDS_LOOKED_INTO);
  const lists = await Promise.all(
    shards.map(async ({ ShardId }) => {
      const { ShardIterator } = await streams<{ ShardIterator: string }>('GetShardIterator', {
        StreamArn: streamArn,
        ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      });
      return newestOf(
        (iterator) => streams('GetRecords', { ShardIterator: iterator }),
        ShardIterator,
      );
    }),
  );
  return lists
    .flat()
    .sort((one, other) => compareSequence(other, one))
    .slice(0, RECORDS_PER_SHARD);
}

type RecordPage = { Records: StreamRecord[]; NextShardIterator?: string };

/** Reads a shard to its end and keeps the last records. */
async function newestOf(
  read: (iterator: string) => Promise<RecordPage>,
  first: string,
): Promise<StreamRecord[]> {
  let iterator: string | undefined = first;
  let kept: StreamRecord[] = [];
  while (iterator !== undefined) {
    const page: RecordPage = await read(iterator);
    if (page.Records.length === 0) return kept;
    kept = [...kept, ...page.Records].slice(-RECORDS_PER_SHARD);
    iterator = page.NextShardIterator;
  }
  return kept;
}

function compareSequence(one: StreamRecord, other: StreamRecord): number {
  const [a, b] = [BigInt(one.dynamodb.SequenceNumber), BigInt(other.dynamodb.SequenceNumber)];
  return a < b ? -1 : a > b ? 1 : 0;
}
