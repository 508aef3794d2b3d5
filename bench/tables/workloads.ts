import { wireRequest } from './wire.js';

export const TABLE_NAME = 'bench';

/** What one client sends again and again. */
export interface Workload {
  name: string;
  /** The request number `i` of a round; `i` counts up through all clients. */
  request: (i: number) => Buffer;
}

/** Partition keys that exist when the measuring starts, and the items under each. */
export const PARTITIONS = 2_000;
export const ITEMS_A_PARTITION = 10;
export const ITEMS = PARTITIONS * ITEMS_A_PARTITION;

/** About 250 bytes by DynamoDB's rules. */
function item(pk: string, sk: string, version: number): object {
  return {
    pk: { S: pk },
    sk: { S: sk },
    name: { S: 'Tanaka Ichiro' },
    email: { S: `${pk}@example.com` },
    last_purchased_at: { S: '2023-12-01T10:00:00+09:00' },
    note: { S: 'x'.repeat(100) },
    version: { N: String(version) },
  };
}

export const TABLE = {
  TableName: TABLE_NAME,
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

const pk = (i: number): string => `user#${String(i % PARTITIONS).padStart(6, '0')}`;
const sk = (i: number): string => `order#${String(i % ITEMS_A_PARTITION)}`;
/** Spreads consecutive requests over the partitions, the same way for everyone. */
const spread = (i: number): number => (i * 7_919) % ITEMS;

/** The requests that fill the table. */
export function* fill(): Generator<Buffer> {
  for (let p = 0; p < PARTITIONS; p += 2)
    yield wireRequest('BatchWriteItem', {
      RequestItems: {
        [TABLE_NAME]: [p, p + 1].flatMap((partition) =>
          Array.from({ length: ITEMS_A_PARTITION }, (_, n) => ({
            PutRequest: { Item: item(pk(partition), sk(n), 0) },
          })),
        ),
      },
    });
}

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'PutItem',
    request: (i) =>
      wireRequest('PutItem', {
        TableName: TABLE_NAME,
        Item: item(pk(spread(i)), sk(i), i),
      }),
  },
  {
    name: 'GetItem',
    request: (i) =>
      wireRequest('GetItem', {
        TableName: TABLE_NAME,
        Key: { pk: { S: pk(spread(i)) }, sk: { S: sk(i) } },
      }),
  },
  {
    name: 'UpdateItem',
    request: (i) =>
      wireRequest('UpdateItem', {
        TableName: TABLE_NAME,
        Key: { pk: { S: pk(spread(i)) }, sk: { S: sk(i) } },
        UpdateExpression: 'SET #n = :n ADD version :one',
        ExpressionAttributeNames: { '#n': 'name' },
        ExpressionAttributeValues: { ':n': { S: `name ${String(i)}` }, ':one': { N: '1' } },
      }),
  },
  {
    name: 'Query of 10',
    request: (i) =>
      wireRequest('Query', {
        TableName: TABLE_NAME,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk(spread(i)) } },
      }),
  },
  {
    name: 'BatchWriteItem of 25',
    request: (i) =>
      wireRequest('BatchWriteItem', {
        RequestItems: {
          [TABLE_NAME]: Array.from({ length: 25 }, (_, n) => ({
            PutRequest: { Item: item(`batch#${pk(spread(i))}`, `b#${String(n)}`, i) },
          })),
        },
      }),
  },
  {
    name: 'TransactWriteItems of 4',
    request: (i) =>
      wireRequest('TransactWriteItems', {
        TransactItems: Array.from({ length: 4 }, (_, n) => ({
          Put: { TableName: TABLE_NAME, Item: item(`tx#${pk(spread(i))}`, `t#${String(n)}`, i) },
        })),
      }),
  },
];
