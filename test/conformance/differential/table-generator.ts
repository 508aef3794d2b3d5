import { pick, type Random } from '../../support/random.js';
import type { Request } from './generator.js';

export const TABLES = ['diff-one', 'diff-two', 'diff-three'];
const INDEXES = ['first', 'second', 'third'];
const ATTRIBUTES = ['pk', 'sk', 'a', 'b'];
const THROUGHPUT = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };

const chance = (random: Random, share: number): boolean => random() < share;

function keySchema(random: Random): object[] {
  if (chance(random, 0.03))
    return pick(random, [
      [],
      [{ AttributeName: 'pk', KeyType: 'RANGE' }],
      [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
    ]);
  const range = pick(random, ['sk', 'a', 'b']);
  return [
    { AttributeName: 'pk', KeyType: 'HASH' },
    ...(chance(random, 0.6) ? [{ AttributeName: range, KeyType: 'RANGE' }] : []),
  ];
}

function indexKeys(random: Random, hash: string): object[] {
  return [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(chance(random, 0.7)
      ? [{ AttributeName: pick(random, ['a', 'b', 'sk']), KeyType: 'RANGE' }]
      : []),
  ];
}

function projection(random: Random): object {
  if (chance(random, 0.06))
    return pick(random, [
      {},
      { ProjectionType: 'SOME' },
      { ProjectionType: 'ALL', NonKeyAttributes: ['x'] },
      { ProjectionType: 'INCLUDE', NonKeyAttributes: [] },
    ]);
  const ProjectionType = pick(random, ['ALL', 'KEYS_ONLY', 'INCLUDE']);
  return {
    ProjectionType,
    ...(ProjectionType === 'INCLUDE' && { NonKeyAttributes: ['x', 'y'] }),
  };
}

function globalIndex(random: Random, provisioned: boolean): object {
  return {
    IndexName: chance(random, 0.03) ? pick(random, ['x', 'bad name']) : pick(random, INDEXES),
    KeySchema: indexKeys(random, pick(random, ['a', 'b', 'sk'])),
    Projection: projection(random),
    ...((provisioned ? !chance(random, 0.04) : chance(random, 0.03)) && {
      ProvisionedThroughput: THROUGHPUT,
    }),
  };
}

const localIndex = (random: Random): object => ({
  IndexName: pick(random, INDEXES),
  KeySchema: indexKeys(random, chance(random, 0.95) ? 'pk' : 'a'),
  Projection: projection(random),
});

/** The attributes that key schemas name; now and then one too few or too many, or of a wrong type. */
function definitions(random: Random, ...schemas: unknown[]): object[] {
  const text = JSON.stringify(schemas);
  return ATTRIBUTES.filter((name) => {
    const isUsed = text.includes(`"AttributeName":"${name}"`);
    return chance(random, 0.02) ? !isUsed : isUsed;
  }).map((AttributeName) => ({
    AttributeName,
    AttributeType: chance(random, 0.01) ? 'SS' : AttributeName === 'b' ? 'N' : 'S',
  }));
}

function createTable(random: Random, TableName: string): Request {
  const provisioned = chance(random, 0.5);
  const KeySchema = keySchema(random);
  const globals = chance(random, 0.4)
    ? Array.from({ length: 1 + Math.floor(random() * 2) }, () => globalIndex(random, provisioned))
    : undefined;
  const locals = chance(random, 0.3)
    ? Array.from({ length: 1 + Math.floor(random() * 2) }, () => localIndex(random))
    : undefined;
  return {
    operation: 'CreateTable',
    input: {
      TableName: chance(random, 0.02) ? pick(random, ['ab', 'bad name', '']) : TableName,
      KeySchema,
      AttributeDefinitions: definitions(random, KeySchema, globals, locals),
      ...(provisioned ? {} : { BillingMode: 'PAY_PER_REQUEST' }),
      ...((provisioned ? !chance(random, 0.03) : chance(random, 0.03)) && {
        ProvisionedThroughput: THROUGHPUT,
      }),
      ...(globals && { GlobalSecondaryIndexes: globals }),
      ...(locals && { LocalSecondaryIndexes: locals }),
      ...(chance(random, 0.3) && { StreamSpecification: stream(random) }),
    },
  };
}

function stream(random: Random): object {
  if (chance(random, 0.1))
    return pick(random, [
      { StreamEnabled: true },
      { StreamEnabled: true, StreamViewType: 'SOME_IMAGE' },
      { StreamEnabled: false, StreamViewType: 'NEW_IMAGE' },
    ]);
  return chance(random, 0.75)
    ? { StreamEnabled: true, StreamViewType: pick(random, ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE']) }
    : { StreamEnabled: false };
}

function updateTable(random: Random, TableName: string): Request {
  const kind = random();
  const index = globalIndex(random, chance(random, 0.5));
  const change =
    kind < 0.3
      ? { StreamSpecification: stream(random) }
      : kind < 0.5
        ? {
            AttributeDefinitions: definitions(() => 1, index),
            GlobalSecondaryIndexUpdates: [{ Create: index }],
          }
        : kind < 0.65
          ? { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: pick(random, INDEXES) } }] }
          : kind < 0.75
            ? {
                GlobalSecondaryIndexUpdates: [
                  {
                    Update: {
                      IndexName: pick(random, INDEXES),
                      ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 },
                    },
                  },
                ],
              }
            : kind < 0.85
              ? {
                  ProvisionedThroughput: {
                    ReadCapacityUnits: pick(random, [5, 6, 8]),
                    WriteCapacityUnits: 5,
                  },
                }
              : kind < 0.95
                ? { BillingMode: 'PAY_PER_REQUEST' }
                : {};
  return { operation: 'UpdateTable', input: { TableName, ...change } };
}

/** One random request that makes, changes or looks at tables, mostly right. */
export function tableRequestFor(random: Random): Request {
  const TableName = chance(random, 0.02) ? 'diff-nowhere' : pick(random, TABLES);
  const kind = random();
  if (kind < 0.3) return createTable(random, TableName);
  if (kind < 0.55) return updateTable(random, TableName);
  if (kind < 0.7) return { operation: 'DeleteTable', input: { TableName } };
  if (kind < 0.8) return { operation: 'DescribeTable', input: { TableName } };
  if (kind < 0.87)
    return {
      operation: 'UpdateTimeToLive',
      input: {
        TableName,
        TimeToLiveSpecification: {
          Enabled: chance(random, 0.6),
          AttributeName: pick(random, ['ttl', 'ends']),
        },
      },
    };
  if (kind < 0.92) return { operation: 'DescribeTimeToLive', input: { TableName } };
  return {
    operation: 'ListTables',
    input: {
      ...(chance(random, 0.4) && { Limit: pick(random, [1, 2, 100, 0, 101]) }),
      ...(chance(random, 0.4) && { ExclusiveStartTableName: pick(random, TABLES) }),
    },
  };
}
