import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { csvCell, CsvReader } from '../../console/src/pages/tables/item-files/csv.js';
import cases from '../vectors/console/csv.json' with { type: 'json' };
import { pick, randomOf } from '../support/random.js';

interface Case {
  name: string;
  text: string;
  rows: string[][];
  lines?: number[];
  open?: boolean;
}

function read(pieces: string[]): { rows: string[][]; lines: number[]; isOpen: boolean } {
  const reader = new CsvReader();
  const found = pieces.flatMap((piece) => reader.push(piece));
  const { rows, isOpen } = reader.end();
  const all = [...found, ...rows];
  return { rows: all.map(({ cells }) => cells), lines: all.map(({ line }) => line), isOpen };
}

describe('a CSV file', () => {
  for (const { name, text, rows, lines, open = false } of cases as Case[])
    it(`is read with ${name}, however it is cut into pieces`, () => {
      for (let at = 0; at <= text.length; at += 1) {
        const found = read([text.slice(0, at), text.slice(at)]);
        assert.deepEqual([found.rows, found.isOpen], [rows, open], `cut at ${String(at)}`);
        if (lines) assert.deepEqual(found.lines, lines, `cut at ${String(at)}`);
      }
    });

  it('that was written is read as it was', () => {
    const random = randomOf(7);
    const alphabet = ['a', '"', ',', '\n', '\r\n', ' ', '田', '', '\t'];
    const below = (limit: number): number => Math.floor(random() * limit);
    const cell = (): string =>
      Array.from({ length: below(6) }, () => pick(random, alphabet)).join('');
    for (let round = 0; round < 500; round += 1) {
      const rows = Array.from({ length: 1 + below(4) }, () => [cell(), cell()]);
      const text = rows.map((row) => row.map(csvCell).join(',')).join('\r\n');
      assert.deepEqual(read([text]).rows, rows, JSON.stringify(rows));
    }
  });
});
