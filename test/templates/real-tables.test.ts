import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDynamoDb, type DynamoDb } from '../../src/dynamodb/index.js';
import { createLog } from '../../src/lib/log.js';
import { SCOPE, Server } from './deploying.js';
import { RecordingApi } from './recording-api.js';

/** The table engine itself; what changes something is written down. */
class RealTables extends RecordingApi {
  readonly #db: DynamoDb;

  constructor(db: DynamoDb) {
    super();
    this.#db = db;
  }

  override async dynamodb(operation: string, input: object): Promise<object> {
    this.calls.push([operation, input as Record<string, unknown>]);
    return JSON.parse(await this.#db.invoke(operation, input)) as object;
  }
}

const ID = '{AttributeName: id, AttributeType: S}';
const GROUP = '{AttributeName: group, AttributeType: S}';
const ON_DEMAND = 'BillingMode: PAY_PER_REQUEST';

function table(attributes: string[], properties: string[]): string {
  return `
Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: things, KeySchema: [{AttributeName: id, KeyType: HASH}], AttributeDefinitions: [${attributes.join()}], ${properties.join(', ')}}
`;
}

function capacity(read: number): string {
  return `ProvisionedThroughput: {ReadCapacityUnits: ${String(read)}, WriteCapacityUnits: 1}`;
}

function index(name: string): string {
  return `GlobalSecondaryIndexes: [{IndexName: ${name}, KeySchema: [{AttributeName: group, KeyType: HASH}], Projection: {ProjectionType: ALL}}]`;
}

const stream = (view: string): string => `StreamSpecification: {StreamViewType: ${view}}`;
const expiry = (name: string): string =>
  `TimeToLiveSpecification: {AttributeName: ${name}, Enabled: true}`;

describe('one table through many templates, on the table engine itself', () => {
  const path = mkdtempSync(join(tmpdir(), 'freshet-templates-'));
  const server = new Server();
  let db: DynamoDb;
  before(async () => {
    const log = createLog({ level: 'error', format: 'text' });
    db = await openDynamoDb({ path, ...SCOPE, durability: 'relaxed', log });
    server.api = new RealTables(db);
  });
  after(async () => {
    await db.close();
    rmSync(path, { recursive: true });
  });

  const steps: [string, string, string[]][] = [
    ['is made', table([ID], [capacity(1)]), ['CreateTable']],
    ['is left alone', table([ID], [capacity(1)]), []],
    ['gets more capacity', table([ID], [capacity(5)]), ['UpdateTable']],
    ['becomes on-demand', table([ID], [ON_DEMAND]), ['UpdateTable']],
    ['gets a stream', table([ID], [ON_DEMAND, stream('KEYS_ONLY')]), ['UpdateTable']],
    [
      'gets another stream',
      table([ID], [ON_DEMAND, stream('NEW_IMAGE')]),
      ['UpdateTable', 'UpdateTable'],
    ],
    ['loses it', table([ID], [ON_DEMAND]), ['UpdateTable']],
    ['gets a time to live', table([ID], [ON_DEMAND, expiry('a')]), ['UpdateTimeToLive']],
    [
      'gets another one',
      table([ID], [ON_DEMAND, expiry('b')]),
      ['UpdateTimeToLive', 'UpdateTimeToLive'],
    ],
    [
      'gets tags instead',
      table([ID], [ON_DEMAND, 'Tags: [{Key: a, Value: b}]']),
      ['UpdateTimeToLive', 'TagResource'],
    ],
    ['loses them', table([ID], [ON_DEMAND]), ['UntagResource']],
    ['gets an index', table([ID, GROUP], [ON_DEMAND, index('one')]), ['UpdateTable']],
    [
      'gets another index',
      table([ID, GROUP], [ON_DEMAND, index('two')]),
      ['UpdateTable', 'UpdateTable'],
    ],
    ['is left alone with it', table([ID, GROUP], [ON_DEMAND, index('two')]), []],
    ['becomes provisioned without it', table([ID], [capacity(2)]), ['UpdateTable', 'UpdateTable']],
  ];
  for (const [name, text, expected] of steps)
    it(name, async () => {
      server.api.calls.length = 0;
      await server.start(text);
      assert.deepEqual(server.api.changes(), expected);
    });
});
