import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Write } from '../../../src/dynamodb/storage/memtable.js';
import { loggedLength, WriteAheadLog } from '../../../src/dynamodb/storage/write-ahead-log.js';
import { temporaryFolder } from '../engine/harness.js';

/** Each batch puts its own number and removes another key. */
const batch = (number: number): Write[] => [
  { key: Buffer.from(`k${String(number)}`), value: Buffer.alloc(number % 50, number) },
  { key: Buffer.from('gone'), value: undefined },
];

async function logBatches(log: WriteAheadLog, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) {
    const writes = batch(number);
    await log.write(
      writes,
      writes.reduce((sum, write) => sum + loggedLength(write), 0),
    );
  }
}

/** What a process finds that opens the folder after a crash. */
function replayed(folder: string, flushed = 0): Write[][] {
  const log = new WriteAheadLog(folder, true);
  const batches = [...log.replay(flushed)].map(({ writes }) => writes);
  log.close();
  return batches;
}

const batches = (from: number, to: number): Write[][] =>
  Array.from({ length: to - from }, (_, at) => batch(from + at));

describe('the write-ahead log', () => {
  it('gives back what was logged since the database was brought up to date', async (t) => {
    const folder = temporaryFolder(t);
    const log = new WriteAheadLog(folder, true);
    t.after(() => log.close());
    for (let generation = 1; generation <= 5; generation += 1) {
      log.begin(generation);
      // Later ones are shorter, so that a file's end is left from an earlier generation.
      await logBatches(log, generation * 10, generation * 10 + 8 - generation);
    }
    assert.deepEqual(replayed(folder, 3), [...batches(40, 44), ...batches(50, 53)]);
    assert.deepEqual(replayed(folder, 4), batches(50, 53));
    assert.deepEqual(replayed(folder, 5), []);
  });

  it('stops at the first batch that is not whole, wherever it was cut or damaged', async (t) => {
    const folder = temporaryFolder(t);
    const log = new WriteAheadLog(folder, true);
    t.after(() => log.close());
    log.begin(1);
    const ends: number[] = [];
    for (let number = 0; number < 6; number += 1) {
      await logBatches(log, number, number + 1);
      ends.push(log.position);
    }
    const path = join(folder, 'log-b');
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length += 1) {
      const survivors = ends.filter((end) => end <= length).length;
      writeFileSync(path, whole.subarray(0, length));
      assert.deepEqual(replayed(folder), batches(0, survivors), `cut at ${length}`);
      if (length === whole.length) continue;
      const damaged = Buffer.from(whole);
      damaged[length]! ^= 0x5a;
      writeFileSync(path, damaged);
      assert.deepEqual(replayed(folder), batches(0, survivors), `damaged at ${length}`);
    }
  });

  it('leaves out a newer generation when the older one lost its end', async (t) => {
    const folder = temporaryFolder(t);
    const log = new WriteAheadLog(folder, false);
    t.after(() => log.close());
    log.begin(1);
    await logBatches(log, 0, 4);
    const end = log.position;
    log.begin(2);
    await logBatches(log, 4, 6);
    assert.deepEqual(replayed(folder), batches(0, 6));
    const path = join(folder, 'log-b');
    writeFileSync(path, readFileSync(path).subarray(0, end - 1));
    assert.deepEqual(replayed(folder), batches(0, 3));
  });

  it('leaves out a newer generation when nothing is left of the older one', async (t) => {
    const folder = temporaryFolder(t);
    const log = new WriteAheadLog(folder, false);
    t.after(() => log.close());
    log.begin(1);
    await logBatches(log, 0, 4);
    log.begin(2);
    await logBatches(log, 4, 6);
    writeFileSync(join(folder, 'log-b'), '');
    assert.deepEqual(replayed(folder), []);
    assert.deepEqual(replayed(folder, 1), batches(4, 6), 'the database has the older one');
  });

  it('never gives again what was left out once', async (t) => {
    const folder = temporaryFolder(t);
    const log = new WriteAheadLog(folder, false);
    t.after(() => log.close());
    log.begin(1);
    await logBatches(log, 0, 4);
    const end = log.position;
    log.begin(2);
    await logBatches(log, 4, 6);
    const path = join(folder, 'log-b');
    writeFileSync(path, readFileSync(path).subarray(0, end - 1));
    const restarted = new WriteAheadLog(folder, false);
    assert.equal([...restarted.replay(0)].length, 3);
    restarted.dropAfter(1);
    restarted.close();
    assert.deepEqual(replayed(folder), batches(0, 3), 'what was given is still there');
    assert.deepEqual(replayed(folder, 1), []);
  });
});
