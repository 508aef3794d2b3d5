import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DynamoDb, PageOutput } from '../../../src/dynamodb/index.js';
import type { AttributeValue, Item } from '../../../src/lib/attribute-value.js';
import { createTable, invoke, N, open, refusal, S, sortKeys } from './harness.js';

async function fill(db: DynamoDb, sortValues: readonly AttributeValue[]): Promise<void> {
  for (const pk of ['other', 'p', 'p2'])
    await Promise.all(
      sortValues.map((sk) => db.putItem({ TableName: 'rows', Item: { pk: S(pk), sk } })),
    );
}

const query = (
  db: DynamoDb,
  condition: string,
  values: Item,
  more: object = {},
): Promise<PageOutput> =>
  db.query({
    TableName: 'rows',
    KeyConditionExpression: `pk = :p${condition}`,
    ExpressionAttributeValues: { ':p': S('p'), ...values },
    ...more,
  });

describe('Query', () => {
  it('selects by each operator on the sort key, both ways', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'N' });
    await fill(db, [N(-10), N(-2.5), N(0), N(3), N(20), N('1e30')]);
    const all = ['-10', '-2.5', '0', '3', '20', '1000000000000000000000000000000'];
    const cases: [string, Item, string[]][] = [
      ['', {}, all],
      [' AND sk = :a', { ':a': N(3) }, ['3']],
      [' AND sk < :a', { ':a': N(0) }, all.slice(0, 2)],
      [' AND sk <= :a', { ':a': N(0) }, all.slice(0, 3)],
      [' AND sk > :a', { ':a': N(0) }, all.slice(3)],
      [' AND sk >= :a', { ':a': N(0) }, all.slice(2)],
      [' AND sk BETWEEN :a AND :b', { ':a': N(-2.5), ':b': N(3) }, all.slice(1, 4)],
    ];
    for (const [condition, values, expected] of cases) {
      assert.deepEqual(sortKeys((await query(db, condition, values)).Items), expected);
      const { Items } = await query(db, condition, values, { ScanIndexForward: false });
      assert.deepEqual(sortKeys(Items), expected.toReversed());
    }
  });

  it('sorts strings by their bytes and finds beginnings', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'S' });
    const sorted = [
      'A',
      'a',
      'a#1',
      'a#10',
      'a#2',
      'abcdefgh',
      'abcdefghi',
      'b',
      'é',
      '田',
      '\u{1f600}',
    ];
    await fill(db, sorted.toReversed().map(S));
    assert.deepEqual(sortKeys((await query(db, '', {})).Items), sorted);
    const beginning = async (text: string): Promise<unknown> =>
      sortKeys((await query(db, ' AND begins_with(sk, :a)', { ':a': S(text) })).Items);
    assert.deepEqual(await beginning('a#1'), ['a#1', 'a#10']);
    assert.deepEqual(await beginning('abcdefgh'), ['abcdefgh', 'abcdefghi']);
    assert.deepEqual(await beginning('\u{1f600}'), ['\u{1f600}']);
    assert.deepEqual(await beginning('z'), []);
  });

  it('goes on where the last page ended, both ways', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'S' });
    const keys = Array.from({ length: 10 }, (_, at) => `k${at}`);
    await fill(db, keys.map(S));
    for (const ScanIndexForward of [true, false]) {
      const seen: unknown[] = [];
      let ExclusiveStartKey: Item | undefined;
      do {
        const page: PageOutput = await query(
          db,
          ' AND sk >= :a',
          { ':a': S('k2') },
          {
            Limit: 3,
            ScanIndexForward,
            ExclusiveStartKey,
          },
        );
        seen.push(...sortKeys(page.Items));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      const expected = keys.slice(2);
      assert.deepEqual(seen, ScanIndexForward ? expected : expected.toReversed());
    }
  });

  it('ends a page at one megabyte', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'N' });
    const text = S('x'.repeat(60_000));
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        db.putItem({ TableName: 'rows', Item: { pk: S('p'), sk: N(at), text } }),
      ),
    );
    const first = await query(db, '', {});
    assert.equal(first.Count, 18);
    assert.deepEqual(first.LastEvaluatedKey, { pk: S('p'), sk: N(17) });
    const second = await query(db, '', {}, { ExclusiveStartKey: first.LastEvaluatedKey });
    assert.equal(second.Count, 2);
    assert.equal(second.LastEvaluatedKey, undefined);
  });

  it('filters and counts what it looked at', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'N' });
    for (let at = 0; at < 6; at += 1)
      await db.putItem({
        TableName: 'rows',
        Item: { pk: S('p'), sk: N(at), even: S(String(at % 2)) },
      });
    const filter = { FilterExpression: 'even = :e' };
    const values = { ':e': S('0') };
    const page = await query(db, '', values, { ...filter, Limit: 3 });
    assert.deepEqual(
      [page.Count, page.ScannedCount, sortKeys(page.Items), page.LastEvaluatedKey?.sk],
      [2, 3, ['0', '2'], N(2)],
    );
    const count = await query(db, '', values, { ...filter, Select: 'COUNT' });
    assert.deepEqual(count, { Count: 3, ScannedCount: 6 });
    const units = await invoke<object>(db, 'Query', {
      TableName: 'rows',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': S('nobody') },
      ReturnConsumedCapacity: 'TOTAL',
    });
    assert.deepEqual(units, {
      Items: [],
      Count: 0,
      ScannedCount: 0,
      ConsumedCapacity: { TableName: 'rows', CapacityUnits: 0.5 },
    });
  });

  it('refuses start keys that do not fit', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'S' });
    const refused = async (
      ExclusiveStartKey: Item,
      condition = '',
      values: Item = {},
    ): Promise<string> =>
      (await refusal(query(db, condition, values, { ExclusiveStartKey }))).message;
    assert.equal(await refused({ bad: S('x') }), 'The provided starting key is invalid');
    assert.equal(
      await refused({ pk: S('q'), sk: S('a') }),
      'The provided starting key is outside query boundaries based on provided conditions',
    );
    assert.equal(
      await refused({ pk: S('p'), sk: S('a') }, ' AND sk > :a', { ':a': S('b') }),
      'The provided starting key does not match the range key predicate',
    );
    assert.match(
      await refused({ pk: S('p'), sk: {} }),
      /^The provided starting key is invalid: Supplied AttributeValue is empty/,
    );
  });
});

describe('Scan', () => {
  it('reads everything once, in pages and in segments', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows', { range: 'N' });
    const all = new Set<string>();
    for (let at = 0; at < 60; at += 1) {
      const item = { pk: S(`p${at % 23}`), sk: N(at) };
      all.add(JSON.stringify(item));
      await db.putItem({ TableName: 'rows', Item: item });
    }
    for (const TotalSegments of [undefined, 1, 3, 16, 1000]) {
      const seen: string[] = [];
      for (let segment = 0; segment < (TotalSegments ?? 1); segment += 1) {
        let ExclusiveStartKey: Item | undefined;
        do {
          const page: PageOutput = await db.scan({
            TableName: 'rows',
            Limit: 7,
            ExclusiveStartKey,
            ...(TotalSegments === undefined ? {} : { TotalSegments, Segment: segment }),
          });
          seen.push(...page.Items.map((item) => JSON.stringify(item)));
          ExclusiveStartKey = page.LastEvaluatedKey;
        } while (ExclusiveStartKey);
      }
      assert.equal(seen.length, all.size);
      assert.deepEqual(new Set(seen), all);
    }
  });

  it('refuses to go on in another segment', async (t) => {
    const db = await open(t);
    await createTable(db, 'rows');
    const refusals: string[] = [];
    for (const Segment of [0, 1]) {
      const scan = db.scan({
        TableName: 'rows',
        TotalSegments: 2,
        Segment,
        ExclusiveStartKey: { pk: S('some') },
      });
      await scan.catch((error: unknown) => refusals.push((error as Error).message));
    }
    assert.equal(refusals.length, 1);
    assert.match(
      refusals[0]!,
      /Please use ExclusiveStartKey with correct Segment\. TotalSegments: 2 Segment: [01]$/,
    );
  });

  it('keeps tables apart', async (t) => {
    const db = await open(t);
    await createTable(db, 'one');
    await createTable(db, 'two');
    await db.putItem({ TableName: 'one', Item: { pk: S('a') } });
    await db.putItem({ TableName: 'two', Item: { pk: S('b') } });
    assert.deepEqual((await db.scan({ TableName: 'one' })).Items, [{ pk: S('a') }]);
    assert.deepEqual((await db.scan({ TableName: 'two' })).Items, [{ pk: S('b') }]);
  });
});
