import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCacheStore } from '../../src/momento/index.js';

const WRITER = fileURLToPath(new URL('./momento-writer.ts', import.meta.url));
const ROUNDS = 3;
const LEAST_WRITES = 5000;

describe('the cache, killed while it is written to', () => {
  const directory = mkdtempSync(join(tmpdir(), 'freshet-kill-'));
  after(() => rmSync(directory, { recursive: true }));

  it('holds each acknowledged change after each kill', async () => {
    // What must be there: key to value; undefined when the removal was acknowledged last.
    const acknowledged = new Map<string, string | undefined>();
    for (let round = 0; round < ROUNDS; round++) {
      const unanswered = await writeUntilKilled(directory, round, acknowledged);
      const store = await openCacheStore({ directory });
      const cache = store.cache('c');
      for (const [key, expected] of acknowledged) {
        const value = cache.get(Buffer.from(key))?.toString();
        // A change that was under way may have been made or not.
        if (!unanswered.has(key)) assert.equal(value, expected, `${key} in round ${round}`);
        else acknowledged.set(key, value);
      }
      assert.ok(cache.statistics().items <= acknowledged.size + unanswered.size);
      await store.close();
    }
  });
});

/** Lets a process write and kills it in the middle; resolves to the keys of changes without an answer. */
async function writeUntilKilled(
  directory: string,
  round: number,
  acknowledged: Map<string, string | undefined>,
): Promise<Set<string>> {
  const writer = spawn(process.execPath, ['--import', 'tsx', WRITER, directory, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const unanswered = new Set<string>();
  let writes = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [what, key, value] = JSON.parse(line) as [string, string, string?];
    if (what === 'begin') unanswered.add(key);
    else {
      unanswered.delete(key);
      acknowledged.set(key, value);
      writes += 1;
    }
    if (writes === LEAST_WRITES) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  assert.equal(writer.signalCode, 'SIGKILL');
  return unanswered;
}
