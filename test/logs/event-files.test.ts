import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EventFiles, type StoredEvent } from '../../src/logs/event-files.js';

const FILE_BYTES = 1_000;

describe('the files of a log group', () => {
  let folder: string;
  let files: EventFiles;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'freshet-logs-'));
    files = new EventFiles(folder, FILE_BYTES);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const event = (id: number): StoredEvent => ({
    id,
    logStreamName: 's',
    timestamp: id,
    ingestionTime: id,
    message: String(id),
  });
  const idsAfter = async (after?: number): Promise<number[]> => {
    const ids: number[] = [];
    for await (const { id } of files.read(after)) ids.push(id);
    return ids;
  };

  it('are rotated, and the oldest one goes', async () => {
    for (let id = 1; id <= 100; id += 1) await files.append([event(id)]);
    const names = readdirSync(folder).sort();
    assert.deepEqual(names, [
      'events.1.jsonl',
      'events.2.jsonl',
      'events.3.jsonl',
      'events.4.jsonl',
      'events.jsonl',
    ]);
    const ids = await idsAfter();
    assert.equal(ids.at(-1), 100);
    assert.ok(ids.length > 50 && ids.length < 80, String(ids.length));
    assert.deepEqual(
      ids,
      ids.map((_, n) => ids[0]! + n),
    );
  });

  it('are read from any id on', async () => {
    for (let id = 1; id <= 100; id += 1) await files.append([event(id)]);
    const all = await idsAfter();
    for (const after of [0, ...all])
      assert.deepEqual(
        await idsAfter(after),
        all.filter((id) => id > after),
      );
  });

  it('take what many write at once in its order, in one write after the first', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => files.append([event(n)])));
    assert.deepEqual(
      await idsAfter(-1),
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  it('that cannot be written refuse those who wrote, and take what comes later', async () => {
    folder = join(folder, 'absent');
    files = new EventFiles(folder, FILE_BYTES);
    await assert.rejects(files.append([event(1)]), { code: 'ENOENT' });
    mkdirSync(folder);
    await files.append([event(2)]);
    assert.deepEqual(await idsAfter(), [2]);
  });
});
