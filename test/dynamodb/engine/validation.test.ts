import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { DynamoDb } from '../../../src/dynamodb/index.js';
import { createTable, open, refusal } from './harness.js';

interface Vector {
  title: string;
  operation: string;
  /** A text like `a*2049` stands for that many of the letter, `deep*40` for a text in that many maps. */
  input: unknown;
  code: string;
  message: string;
}

const FOLDER = new URL('../../vectors/dynamodb-engine/', import.meta.url);

function readVectors(file: string): Vector[] {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  return JSON.parse(text, (_, value: unknown) => {
    const deep = typeof value === 'string' ? /^deep\*(\d+)$/.exec(value) : null;
    if (deep) return nested(Number(deep[1]));
    const repeated = typeof value === 'string' ? /^(\w)\*(\d+)$/.exec(value) : null;
    return repeated ? repeated[1]!.repeat(Number(repeated[2])) : value;
  }) as Vector[];
}

function nested(maps: number): unknown {
  let value: unknown = { S: 'x' };
  for (let depth = 0; depth < maps; depth += 1) value = { M: { m: value } };
  return value;
}

describe('a wrong request is refused in the service’s words', () => {
  const cleanups: (() => unknown)[] = [];
  let db: DynamoDb;

  before(async () => {
    db = await open({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) });
    await createTable(db, 'simple');
    await createTable(db, 'ranged', { range: 'N' });
    await createTable(db, 'texts', { range: 'S' });
    await createTable(db, 'provisioned', {
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    });
    await createTable(db, 'indexed', {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'name', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byName',
          KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });

  after(async () => {
    for (const cleanup of cleanups) await cleanup();
  });

  for (const file of readdirSync(FOLDER))
    for (const { title, operation, input, code, message } of readVectors(file))
      it(`${operation}: ${title}`, async () => {
        const error = await refusal(db.invoke(operation, input));
        assert.equal(error.code, code);
        assert.equal(error.message, message);
      });
});
