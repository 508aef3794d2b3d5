import assert from 'node:assert/strict';
import { plainObject } from '../../../src/lib/lazy-object.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Item } from '../../../src/lib/attribute-value.js';
import { isAwsError, type AwsError } from '../../../src/lib/aws-error.js';
import type { Clock } from '../../../src/lib/clock.js';
import {
  openDynamoDb,
  type DynamoDb,
  type DynamoDbOptions,
  type StoredStreamRecord,
} from '../../../src/dynamodb/index.js';

export const SCOPE = { region: 'eu-west-1', accountId: '123456789012' };

/** A folder that is removed after the test. */
export function temporaryFolder(t: Pick<TestContext, 'after'>): string {
  const path = mkdtempSync(join(tmpdir(), 'freshet-dynamodb-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Opens tables that are closed after the test, in a folder of their own unless one is given. */
export async function open(
  t: Pick<TestContext, 'after'>,
  options: Partial<DynamoDbOptions> = {},
): Promise<DynamoDb> {
  const path = options.path ?? temporaryFolder(t);
  const db = await openDynamoDb({ ...SCOPE, ...options, path });
  t.after(() => db.close());
  return db;
}

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  #now: number;

  constructor(now = Date.parse('2026-03-01T12:00:00.000Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

export interface TableOptions {
  /** `S` when not given; no sort key when not given. */
  hash?: 'S' | 'N' | 'B';
  range?: 'S' | 'N' | 'B';
  stream?: string;
  [parameter: string]: unknown;
}

/** Creates a table with the keys `pk` and, if wanted, `sk`. Resolves to its description. */
export async function createTable(
  db: DynamoDb,
  name: string,
  { hash = 'S', range, stream, ...parameters }: TableOptions = {},
): Promise<Record<string, unknown>> {
  const output = await db.createTable({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: hash },
      ...(range ? [{ AttributeName: 'sk', AttributeType: range }] : []),
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      ...(range ? [{ AttributeName: 'sk', KeyType: 'RANGE' }] : []),
    ],
    ...(stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } } : {}),
    ...parameters,
  });
  return output.TableDescription as Record<string, unknown>;
}

export const S = (text: string): { S: string } => ({ S: text });
export const N = (number: number | string): { N: string } => ({ N: String(number) });

export async function refusal(promise: Promise<unknown>): Promise<AwsError> {
  try {
    await promise;
  } catch (error) {
    if (isAwsError(error)) return error;
    throw error;
  }
  assert.fail('should have been refused');
}

/** All records of a table's newest stream, from its beginning, in the order in which they were written. */
export async function recordsOf(db: DynamoDb, table: string): Promise<StoredStreamRecord[]> {
  const arn = await streamArnOf(db, table);
  return db.streamLog
    .describe(arn)
    .shards.flatMap(
      ({ shardId }) => db.streamLog.read(arn, shardId, { type: 'TRIM_HORIZON' }, Infinity).records,
    )
    .sort((a, b) => (a.SequenceNumber < b.SequenceNumber ? -1 : 1))
    .map((record) => plainObject(record) as unknown as StoredStreamRecord);
}

export async function streamArnOf(db: DynamoDb, table: string): Promise<string> {
  const { Table } = await db.describeTable({ TableName: table });
  return (Table as { LatestStreamArn: string }).LatestStreamArn;
}

/** Invokes an operation of the Streams API. */
export async function streams<T>(db: DynamoDb, operation: string, input: object): Promise<T> {
  return JSON.parse(await db.invokeStreams(operation, input)) as T;
}

export async function invoke<T>(db: DynamoDb, operation: string, input: object): Promise<T> {
  return JSON.parse(await db.invoke(operation, input)) as T;
}

/** The sort keys of a page, in its order. */
export const sortKeys = (items: readonly Item[]): (string | undefined)[] =>
  items.map(({ sk }) => sk?.S ?? sk?.N ?? sk?.B);
