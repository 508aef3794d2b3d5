import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkFolder, openDynamoDb, type DynamoDb } from '../../src/dynamodb/index.js';
import type { Item } from '../../src/lib/attribute-value.js';
import { createTable, recordsOf, SCOPE, temporaryFolder } from '../dynamodb/engine/harness.js';

const ROUNDS = 4;
/** Acknowledgements after which a round is cut off: not all the same, so that the kills fall anywhere. */
const ACKNOWLEDGEMENTS = [40, 300, 1200, 2500];

/** The version of an item that is not there. */
const GONE = -1;

const STORM = fileURLToPath(new URL('dynamodb-storm.ts', import.meta.url));

describe('kill -9 in a write storm', () => {
  it('loses no acknowledged write, and items, index and stream tell the same', async (t) => {
    const path = temporaryFolder(t);
    const db = await openDynamoDb({ ...SCOPE, path });
    await createTable(db, 'storm', {
      stream: 'NEW_AND_OLD_IMAGES',
      AttributeDefinitions: ['pk', 'group'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byGroup',
          KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
    await db.close();
    const kept = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      await storm(path, round, kept);
      await checkFolder(path, ({ where, problem }) => assert.fail(`${where}: ${problem}`));
      const survivor = await openDynamoDb({ ...SCOPE, path });
      try {
        await check(survivor, kept);
      } finally {
        await survivor.close();
      }
    }
  });
});

/** Lets a child write until it has acknowledged enough, then kills it; `kept` is told what it acknowledged. */
async function storm(path: string, round: number, kept: Map<string, number>): Promise<void> {
  const firstVersion = String(round * 1_000_000);
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', STORM, path, firstVersion],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    const [item, version] = line.split(' ');
    kept.set(`item-${item}`, Number(version));
    lines += 1;
    if (lines === ACKNOWLEDGEMENTS[round]) child.kill('SIGKILL');
  }
  await exited;
}

/** Compares the table with what it must have kept, and holds it from now on to what it has besides. */
async function check(db: DynamoDb, kept: Map<string, number>): Promise<void> {
  const items = byKey((await db.scan({ TableName: 'storm' })).Items);
  const indexed = byKey((await db.scan({ TableName: 'storm', IndexName: 'byGroup' })).Items);
  assert.deepEqual(indexed, items);

  const replayed = new Map<string, Item>();
  const history = new Map<string, number[]>();
  for (const { Keys, NewImage, OldImage } of await recordsOf(db, 'storm')) {
    const key = Keys.pk!.S!;
    assert.deepEqual(OldImage, replayed.get(key), 'each old image is the new image before it');
    if (NewImage) replayed.set(key, NewImage);
    else replayed.delete(key);
    history.set(key, [...(history.get(key) ?? []), versionOf(NewImage)]);
  }
  assert.deepEqual(replayed, items);

  for (const [key, version] of kept) {
    const versions = history.get(key) ?? [];
    assert.ok(
      isKept(version, versions),
      `${key}: kept ${version}, the stream ends with ${versions.slice(-3).join()}`,
    );
  }
  for (const [key, versions] of history) kept.set(key, versions.at(-1)!);
  const { Table } = await db.describeTable({ TableName: 'storm' });
  assert.equal((Table as { ItemCount: number }).ItemCount, items.size);
}

/**
 * Whether the stream of an item goes up to what it must have kept, and at most one write further: that
 * one was under way at the kill. A deletion of what is not there leaves no record.
 */
function isKept(version: number, versions: readonly number[]): boolean {
  const [beforeLast = GONE, last = GONE] = [versions.at(-2), versions.at(-1)];
  return version === last || version === beforeLast;
}

const versionOf = (item: Item | undefined): number => Number(item?.version?.N ?? GONE);

const byKey = (items: readonly Item[]): Map<string, Item> =>
  new Map(items.map((item) => [item.pk!.S!, item] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
