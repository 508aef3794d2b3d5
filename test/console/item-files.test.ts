import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Column, ColumnType } from '../../console/src/pages/tables/item-files/csv-item.js';
import type { Item } from '../../console/src/pages/tables/item-files/item.js';
import {
  formatOf,
  readItems,
  type Format,
  type ReadLine,
} from '../../console/src/pages/tables/item-files/item-reader.js';
import { ItemWriter } from '../../console/src/pages/tables/item-files/item-writer.js';
import cases from '../vectors/console/item-lines.json' with { type: 'json' };

interface Case {
  name: string;
  format: Format;
  text: string;
  columns?: [string, ColumnType][];
  lines: { line: number; item?: Item; problem?: string; detail?: string }[];
}

const KEYS = [{ name: 'id', type: 'S' as const }];

async function* piecesOf(...pieces: string[]): AsyncGenerator<string> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

describe('a file of items', () => {
  for (const { name, format, text, columns, lines } of cases as unknown as Case[])
    it(`is read: ${name}`, async () => {
      const options = {
        format,
        keys: KEYS,
        ...(columns && {
          columns: columns.map(([one, type]): Column => ({ name: one, type, isKey: one === 'id' })),
        }),
      };
      // Types of columns are judged by the first piece, so a CSV file is cut behind it.
      const cut = format === 'csv' ? text.length : Math.floor(text.length / 2);
      const found: ReadLine[] = [];
      for await (const some of readItems(piecesOf(text.slice(0, cut), text.slice(cut)), options))
        found.push(...some);
      assert.equal(found.length, lines.length);
      lines.forEach(({ line, item, problem, detail }, index) => {
        const one = found[index]!;
        assert.equal(one.line, line);
        if (item) assert.deepEqual('item' in one && one.item, item);
        assert.equal(one.problem?.code, problem);
        if (detail !== undefined) assert.equal(one.problem?.detail, detail);
      });
    });

  it('has a format that its name or its beginning tells', () => {
    assert.equal(formatOf('a.csv', '{"id": "1"}'), 'csv');
    assert.equal(formatOf('a.json', '{"id": "1"}\n'), 'json');
    assert.equal(formatOf('', '\n{"Item":{"id":{"S":"1"}}}'), 'dynamodb');
    assert.equal(formatOf('', '{"id":{"S":"1"}}'), 'dynamodb');
    assert.equal(formatOf('', 'id,name\n1,a'), 'csv');
  });
});

describe('items on their way into a table', () => {
  class Table {
    readonly items = new Map<string, Item>();
    readonly batches: number[] = [];
    readonly refused: [number, string][] = [];
    written = 0;
    /** Items of which the first tries are not taken. */
    busy = new Map<string, number>();
    readonly writer = new ItemWriter({
      put: (items) => this.#put(items),
      keyOf: (item) => String(item['id']!['S']),
      isRefusal: (error) => error instanceof RangeError,
      onWritten: (count) => (this.written += count),
      onRefused: (line, reason) => void this.refused.push([line, reason]),
      wait: () => Promise.resolve(),
      notTaken: 'busy',
    });

    async #put(items: Item[]): Promise<Item[]> {
      this.batches.push(items.length);
      await new Promise((resolve) => setImmediate(resolve));
      if (items.some(({ bad }) => bad)) throw new RangeError('too large');
      if (items.some(({ fatal }) => fatal)) throw new Error('no such table');
      return items.filter((item) => {
        const id = String(item['id']!['S']);
        const left = this.busy.get(id) ?? 0;
        if (left > 0) this.busy.set(id, left - 1);
        else this.items.set(id, item);
        return left > 0;
      });
    }
  }
  const item = (id: string, more: Item = {}): Item => ({ id: { S: id }, ...more });

  it('go in batches of 25', async () => {
    const table = new Table();
    for (let line = 1; line <= 60; line += 1)
      await table.writer.add({ line, item: item(String(line)) });
    await table.writer.finish();
    assert.deepEqual(table.batches, [25, 25, 10]);
    assert.equal(table.written, 60);
  });

  it('of one key keep their order', async () => {
    const table = new Table();
    for (let line = 1; line <= 30; line += 1)
      await table.writer.add({ line, item: item('same', { v: { N: String(line) } }) });
    await table.writer.finish();
    assert.deepEqual(table.items.get('same'), item('same', { v: { N: '30' } }));
  });

  it('are sent again while the table does not take them, and told at last', async () => {
    const table = new Table();
    table.busy = new Map([
      ['2', 3],
      ['3', 1000],
    ]);
    for (const line of [1, 2, 3]) await table.writer.add({ line, item: item(String(line)) });
    await table.writer.finish();
    assert.deepEqual([...table.items.keys()].sort(), ['1', '2']);
    assert.deepEqual([table.written, table.refused], [2, [[3, 'busy']]]);
  });

  it('are told when they are refused, and the others go all the same', async () => {
    const table = new Table();
    for (const line of [1, 2, 3])
      await table.writer.add({ line, item: item(String(line), line === 2 ? { bad: {} } : {}) });
    await table.writer.finish();
    assert.deepEqual([...table.items.keys()], ['1', '3']);
    assert.deepEqual(table.refused, [[2, 'too large']]);
  });

  it('stop at an error that is not about them', async () => {
    const table = new Table();
    await table.writer.add({ line: 1, item: item('1', { fatal: {} }) });
    await assert.rejects(table.writer.finish(), /no such table/);
    assert.deepEqual(table.refused, []);
  });
});
