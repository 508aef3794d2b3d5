import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCacheStore } from '../../src/momento/index.js';

const WRITER = fileURLToPath(new URL('./momento-writer.ts', import.meta.url));
const ROUNDS = 3;

describe('the cache, killed while it is written to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-kill-'));
  after(() => rmSync(folder, { recursive: true }));

  it('holds each acknowledged change after each kill', async () => {
    const directory = join(folder, 'cache');
    // What must be there: key to value; undefined when the removal was acknowledged last.
    const acknowledged = new Map<string, string | undefined>();
    for (let round = 0; round < ROUNDS; round++) {
      const notesFile = join(folder, `notes-${round}`);
      await writeUntilKilled(directory, notesFile, round);
      const unanswered = readNotes(notesFile, acknowledged);
      const store = await openCacheStore({ directory });
      const cache = store.cache('c');
      for (const [key, expected] of acknowledged) {
        const value = cache.get(Buffer.from(key))?.toString();
        // A change that was under way may have been made or not.
        if (unanswered.has(key)) acknowledged.set(key, value);
        else assert.equal(value?.slice(0, 20), expected?.slice(0, 20), `${key} in round ${round}`);
        if (!unanswered.has(key)) assert.equal(value?.length, expected?.length);
      }
      assert.ok(cache.statistics().items <= acknowledged.size + unanswered.size);
      await store.close();
    }
  });
});

/** Lets a process write and kills it in the middle. */
async function writeUntilKilled(
  directory: string,
  notesFile: string,
  round: number,
): Promise<void> {
  const writer = spawn(
    process.execPath,
    ['--import', 'tsx', WRITER, directory, notesFile, String(round)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(writer, 'exit');
  await Promise.race([once(writer.stdout, 'data'), exit]);
  writer.kill('SIGKILL');
  await exit;
  assert.equal(writer.signalCode, 'SIGKILL');
}

/** Brings `acknowledged` up to date; returns the keys of changes that were begun and not acknowledged. */
function readNotes(notesFile: string, acknowledged: Map<string, string | undefined>): Set<string> {
  const unanswered = new Set<string>();
  const lines = readFileSync(notesFile, 'utf8').split('\n');
  lines.pop(); // what follows the last line break: nothing, or a note that the kill cut off
  for (const line of lines) {
    const [what, key, value] = JSON.parse(line) as [string, string, string?];
    if (what === 'begin') unanswered.add(key);
    else {
      unanswered.delete(key);
      acknowledged.set(key, value);
    }
  }
  return unanswered;
}
