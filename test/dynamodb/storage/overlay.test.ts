import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { keyText, Memtable } from '../../../src/dynamodb/storage/memtable.js';
import { overlaid, writesIn } from '../../../src/dynamodb/storage/overlay.js';
import { SortedKeys } from '../../../src/dynamodb/storage/sorted-keys.js';
import { cases } from '../../support/property.js';

const key = fc.uint8Array({ minLength: 1, maxLength: 2 }).map((bytes) => Buffer.from(bytes));
const write = fc.record({
  key,
  value: fc.option(
    fc.string({ maxLength: 2 }).map((text) => Buffer.from(text)),
    { nil: undefined },
  ),
});

describe('sorted keys', () => {
  it('give any range in order at any time, as a sorted list would', () => {
    const step = fc.oneof(
      { weight: 60, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
      { weight: 1, arbitrary: fc.tuple(fc.nat(5_000), fc.nat(5_000)) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_500, size: 'max' }), (steps) => {
        const name = (number: number): string => String(number).padStart(4, '0');
        const sorted = new SortedKeys();
        const seen = new Set<string>();
        const expected = (from: string, to: string): string[] =>
          [...seen].filter((one) => one >= from && one < to).sort();
        for (const one of steps) {
          if (typeof one === 'number') {
            if (!seen.has(name(one))) sorted.add(name(one));
            seen.add(name(one));
          } else
            assert.deepEqual(
              sorted.range(name(one[0]), name(one[1])),
              expected(name(one[0]), name(one[1])),
            );
        }
        assert.deepEqual([...sorted.all()], [...seen].sort());
      }),
      cases(40),
    );
  });
});

describe('writes laid over the entries of a database', () => {
  it('give each key once, in the state of its newest write, both ways', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(write, { maxLength: 20 }), { maxLength: 4 }),
        fc.array(write, { maxLength: 20 }),
        key,
        key,
        fc.boolean(),
        (tables, stored, start, end, reverse) => {
          const model = new Map<string, Buffer>();
          for (const { key, value } of stored) if (value) model.set(keyText(key), value);
          const inRange = (): [string, Buffer][] =>
            [...model]
              .filter(([name]) => name >= keyText(start) && name < keyText(end))
              .sort(([a], [b]) => (a < b ? -1 : 1));
          const entries = inRange().map(([name, value]) => ({
            key: Buffer.from(name, 'latin1'),
            value,
          }));
          const memtables = tables.map((writes) => {
            const table = new Memtable();
            for (const one of writes) {
              table.set(keyText(one.key), one);
              if (one.value) model.set(keyText(one.key), one.value);
              else model.delete(keyText(one.key));
            }
            return table;
          });
          const writes = writesIn(memtables.reverse(), start, end);
          const order = <T>(all: T[]): T[] => (reverse ? all.reverse() : all);
          assert.deepEqual(
            [...overlaid(order(entries), order(writes), reverse)].map(({ key, value }) => [
              keyText(key),
              value,
            ]),
            order(inRange()),
          );
        },
      ),
      cases(500),
    );
  });
});
