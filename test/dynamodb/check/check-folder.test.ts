import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  checkFolder,
  DataFolderInUseError,
  openDynamoDb,
  type DynamoDb,
  type Finding,
} from '../../../src/dynamodb/index.js';
import { StoredItem } from '../../../src/dynamodb/items/stored-item.js';
import type { Database } from '../../../src/dynamodb/storage/database.js';
import {
  allOwned,
  allRecords,
  allStreams,
  allTables,
  countersKey,
  META,
  ownerOf,
  placeOfRecord,
  recordKey,
  secondsOfExpiry,
  streamKey,
  successor,
  tableKey,
} from '../../../src/dynamodb/storage/keyspace.js';
import { lmdbFile, openLmdb } from '../../../src/dynamodb/storage/lmdb.js';
import type { StreamDefinition } from '../../../src/dynamodb/streams/stream.js';
import type { TableDefinition } from '../../../src/dynamodb/tables/definition.js';
import { SCOPE, temporaryFolder } from '../engine/harness.js';

const S = (value: string): { S: string } => ({ S: value });
const N = (value: number): { N: string } => ({ N: String(value) });

/** A table with everything: indexes of all projections, TTL, a stream that rotates, backups. */
async function fill(db: DynamoDb): Promise<void> {
  await db.createTable({
    TableName: 'orders',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'city', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCity',
        KeySchema: [{ AttributeName: 'city', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['total'] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'inCity',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'city', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  await db.invoke('UpdateTimeToLive', {
    TableName: 'orders',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' },
  });
  const inAnHour = Math.floor(Date.now() / 1000) + 3600;
  for (let round = 0; round < 3; round += 1)
    for (let at = 0; at < 40; at += 1)
      await db.putItem({
        TableName: 'orders',
        Item: {
          pk: S(`p${at % 5}`),
          sk: N(at),
          total: N(round * at),
          until: N(inAnHour + at),
          ...(at % 3 > 0 && { city: S(`c${(at + round) % 4}`) }),
        },
      });
  for (let at = 0; at < 10; at += 1)
    await db.deleteItem({ TableName: 'orders', Key: { pk: S(`p${at % 5}`), sk: N(at) } });
  const created = await db.invoke('CreateBackup', { TableName: 'orders', BackupName: 'nightly' });
  const { BackupArn } = (JSON.parse(created) as { BackupDetails: { BackupArn: string } })
    .BackupDetails;
  while (!(await db.invoke('DescribeBackup', { BackupArn })).includes('AVAILABLE'))
    await new Promise((resolve) => setTimeout(resolve, 5));
}

async function check(folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { findings: count } = await checkFolder(folder, (finding) => findings.push(finding));
  assert.equal(count, findings.length);
  return findings;
}

describe('checking a data folder', () => {
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freshet-check-'));
    const db = await openDynamoDb({ ...SCOPE, path: folder, shardMaxRecords: 20 });
    await fill(db);
    await db.close();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing in one that is well, and says how much it looked at', async () => {
    const findings: Finding[] = [];
    const { checked } = await checkFolder(folder, (finding) => findings.push(finding));
    assert.deepEqual(findings, []);
    assert.deepEqual(
      { ...checked, indexEntries: checked.indexEntries > 30 },
      { tables: 1, items: 30, indexEntries: true, streams: 1, records: 128, backupItems: 30 },
      'two puts changed nothing and left no record',
    );
  });

  it('is refused while the folder is in use', async () => {
    const db = await openDynamoDb({ ...SCOPE, path: folder });
    await assert.rejects(check(folder), DataFolderInUseError);
    await db.close();
  });

  /** What is done to a copy of the folder, and the one thing that is found then. */
  const damages: [string, (database: Database) => void, RegExp][] = [
    [
      'an item that was lost',
      (db) => db.removeSync(ofKind(db, 'item')[0]!.key),
      /index .* has no item|newest record is MODIFY, the item is not there|sum of/,
    ],
    [
      'an item that cannot be read',
      (db) => {
        const { key, value } = ofKind(db, 'item')[0]!;
        db.putSync(key, value.subarray(0, value.length - 3));
      },
      /table orders: an item cannot be read/,
    ],
    [
      'an item with another size',
      (db) => {
        const { key, value } = ofKind(db, 'item')[0]!;
        value.writeUInt32BE(value.readUInt32BE(0) + 1);
        db.putSync(key, value);
      },
      /table orders: an item is noted with \d+ bytes and has \d+/,
    ],
    [
      'an item that was changed behind the stream',
      (db) => {
        const { key, value } = ofKind(db, 'item')[0]!;
        const item = { ...new StoredItem(value).item, total: N(77) };
        db.putSync(key, StoredItem.of(item).bytes);
      },
      /stream .*: the newest image differs from the item/,
    ],
    [
      'an item under a wrong key',
      (db) => {
        const { key, value } = ofKind(db, 'item')[0]!;
        db.removeSync(key);
        db.putSync(Buffer.concat([key, Buffer.of(1)]), value);
      },
      /table orders: an item does not lie under its own key/,
    ],
    [
      'an index entry that was lost',
      (db) => db.removeSync(ofKind(db, 'index')[0]!.key),
      /index orders\/\w+: the entry of an item is missing/,
    ],
    [
      'an index entry that holds something else',
      (db) => {
        const { key, value } = ofKind(db, 'index')[0]!;
        const entry = { ...new StoredItem(value).item, total: N(-1) };
        db.putSync(key, StoredItem.of(entry).bytes);
      },
      /index orders\/\w+: an entry differs from its item/,
    ],
    [
      'an index entry in a wrong place',
      (db) => {
        const { key, value } = ofKind(db, 'index')[0]!;
        db.removeSync(key);
        db.putSync(Buffer.concat([key, Buffer.of(1)]), value);
      },
      /index orders\/\w+: an entry does not lie where its item belongs/,
    ],
    [
      'an expiry time that was lost',
      (db) => db.removeSync(ofKind(db, 'expiry')[0]!.key),
      /table orders: an item is not noted for its end \(TTL\)/,
    ],
    [
      'sums that are wrong',
      (db) => {
        const { id } = tables(db)[0]!;
        const key = countersKey(id);
        const counts = range(db, key, successor(key))[0]!.value;
        counts.writeDoubleLE(31, 0);
        db.putSync(key, counts);
      },
      /table orders: the sum of items says 31, there are 30/,
    ],
    [
      'a stream record that was lost',
      (db) => db.removeSync(range(db, ...allRecords()).at(-1)!.key),
      /stream .*: (the old image of record \d+ is not what was before it|the newest)/,
    ],
    [
      'a stream record that cannot be read',
      (db) => {
        const { key, value } = range(db, ...allRecords())[0]!;
        value[value.length - 1] = 0;
        db.putSync(key, value);
      },
      /stream .*: record \d+ of shardId-\S+ cannot be read/,
    ],
    [
      'stream records that nobody owns',
      (db) => {
        const { key, value } = range(db, ...allRecords())[0]!;
        const other = Buffer.from(key);
        other.writeUInt32BE(99, 1);
        db.putSync(other, value);
      },
      /stream records: they belong to stream 99, shard \d+, which does not exist/,
    ],
    [
      'entries of a table that does not exist',
      (db) => {
        const { key, value } = ofKind(db, 'item')[0]!;
        const other = Buffer.from(key);
        other.writeUInt32BE(99, 1);
        db.putSync(other, value);
      },
      /item entries: they belong to table 99, which does not exist/,
    ],
    [
      'a backup that lost an item',
      (db) => db.removeSync(ofKind(db, 'backup')[0]!.key),
      /backup .*: it should hold 30 items and has 29/,
    ],
    [
      'sequence numbers that would be given out twice',
      (db) => {
        const counters = JSON.parse(
          range(db, META.counters, successor(META.counters))[0]!.value.toString(),
        ) as object;
        db.putSync(META.counters, Buffer.from(JSON.stringify({ ...counters, sequence: 5 })));
      },
      /stream .*: record \d+ of \S+ is newer than the last sequence number given out, 5/,
    ],
    [
      'an end of an item that is not its own',
      (db) => {
        const { key, value } = ofKind(db, 'expiry')[0]!;
        const other = Buffer.from(key);
        other.writeUIntBE(secondsOfExpiry(key) + 9, 5, 6);
        db.putSync(other, value);
      },
      /table orders: an end \(TTL\) is noted for \d+ that the item does not have/,
    ],
    [
      'an end of an item that is not there',
      (db) => {
        const { key, value } = ofKind(db, 'expiry')[0]!;
        db.putSync(Buffer.concat([key, Buffer.of(1)]), value);
      },
      /table orders: an end \(TTL\) is noted for \d+, and no item is there/,
    ],
    [
      'a stream record of another size',
      (db) => {
        const { key, value } = range(db, ...allRecords())[0]!;
        value.writeUInt32BE(value.readUInt32BE(9) + 1, 9);
        db.putSync(key, value);
      },
      /stream .*: record \d+ of shardId-\S+ is noted with \d+ bytes and has \d+/,
    ],
    [
      'a stream record in the wrong shard',
      (db) => {
        const [stream] = definitions<StreamDefinition>(db, allStreams());
        const { key, value } = range(db, ...allRecords())[0]!;
        const own = stream!.shards.find(({ index }) => index === placeOfRecord(key).shard)!;
        const other = stream!.shards.find(({ fromHash }) => fromHash >= own.toHash)!;
        db.putSync(recordKey(stream!.id, other.index, other.start), value);
      },
      /stream .*: record \d+ of shardId-\S+ lies in the wrong shard/,
    ],
    [
      'a stream record that should have been trimmed',
      (db) => changeStream(db, ({ shards }) => (shards[0]!.trimmed = shards[0]!.end!)),
      /stream .*: record \d+ of \S+ is there, though it was trimmed up to \d+/,
    ],
    [
      'partitions without an open shard',
      (db) =>
        changeStream(db, ({ shards }) => {
          const open = shards.find(({ end }) => end === undefined)!;
          open.end = Number.MAX_SAFE_INTEGER;
        }),
      /stream .*: (open shard \S+ begins at hash \d+, where \d+ comes next|no open shard is there for)/,
    ],
    [
      'a stream that is off, and records in it that do not follow from each other',
      (db) => {
        changeStream(db, (stream) => {
          stream.disabledAt = Date.now();
          for (const shard of stream.shards) shard.end ??= Number.MAX_SAFE_INTEGER;
        });
        const records = range(db, ...allRecords());
        for (const { key } of records.slice(records.length / 3, records.length / 2))
          db.removeSync(key);
      },
      /stream .*: the old image of record \d+ is not what was before it/,
    ],
    [
      'a table whose stream is off',
      (db) => changeStream(db, (stream) => (stream.disabledAt = 1)),
      /table orders: its stream 1 does not exist or is off/,
    ],
    [
      'two tables of one name',
      (db) => {
        const [table] = definitions<TableDefinition>(db, allTables());
        db.putSync(tableKey(7), Buffer.from(JSON.stringify({ ...table, id: 7 })));
      },
      /table orders: there is another one of this name, 1/,
    ],
    [
      'ids that would be given out twice',
      (db) => {
        const counters = range(db, META.counters, successor(META.counters))[0]!.value;
        const none = { ...(JSON.parse(counters.toString()) as object), table: 0, stream: 0 };
        db.putSync(META.counters, Buffer.from(JSON.stringify(none)));
      },
      /table orders: its id 1 is newer than the last one given out, 0/,
    ],
    [
      'a copy of an item under a wrong key',
      (db) => {
        const { key, value } = ofKind(db, 'backup')[0]!;
        db.removeSync(key);
        db.putSync(Buffer.concat([key, Buffer.of(1)]), value);
      },
      /backup .*: an item does not lie under its own key/,
    ],
    [
      'a definition that cannot be read',
      (db) => db.putSync(tableKey(1), Buffer.from('{"name": "ord')),
      /data folder: The definition of table 1 cannot be read \(.+\): restore the data folder/,
    ],
    [
      'sums that are cut off',
      (db) => db.putSync(countersKey(1), Buffer.alloc(13)),
      /data folder: The sums of table orders cannot be read/,
    ],
  ];

  it('finds a file that is not a database', async (t) => {
    const copy = temporaryFolder(t);
    writeFileSync(lmdbFile(copy), 'x'.repeat(100_000));
    assert.match(
      (await check(copy))[0]!.problem,
      /tables\.lmdb cannot be read \(it is not a database\)/,
    );
  });

  for (const [name, damage, expected] of damages)
    it(`finds ${name}`, async (t) => {
      const copy = temporaryFolder(t);
      cpSync(folder, copy, { recursive: true });
      const database = openLmdb(copy);
      database.transactionSync(() => damage(database));
      await database.close();
      const findings = await check(copy);
      assert.ok(findings.length > 0, 'nothing was found');
      const told = findings.map(({ where, problem }) => `${where}: ${problem}`);
      assert.ok(
        told.some((one) => expected.test(one)),
        told.join('\n'),
      );
    });
});

type Stored = { key: Buffer; value: Buffer };

function range(database: Database, start: Buffer, end: Buffer): Stored[] {
  const entries: Stored[] = [];
  for (const { key, value } of database.getRange({
    start,
    end,
    reverse: false,
    exclusiveStart: false,
    inclusiveEnd: false,
  }))
    entries.push({ key, value: Buffer.from(value) });
  return entries;
}

const ofKind = (database: Database, kind: ReturnType<typeof ownerOf>['kind']): Stored[] =>
  range(database, ...allOwned()).filter(({ key }) => ownerOf(key).kind === kind);

const tables = (database: Database): TableDefinition[] => definitions(database, allTables());

function definitions<T>(database: Database, [start, end]: [Buffer, Buffer]): T[] {
  return range(database, start, end).map(({ value }) => JSON.parse(value.toString()) as T);
}

function changeStream(database: Database, change: (stream: StreamDefinition) => void): void {
  const [stream] = definitions<StreamDefinition>(database, allStreams());
  change(stream!);
  database.putSync(streamKey(stream!.id), Buffer.from(JSON.stringify(stream)));
}
