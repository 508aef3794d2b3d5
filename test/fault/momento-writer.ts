// Writes to a cache without end and notes in a file what it begins and what is acknowledged. Says so on
// standard output when it has noted enough.
import { openSync, writeSync } from 'node:fs';
import { openCacheStore } from '../../src/momento/index.js';

const [, , directory, notesFile, round] = process.argv;
const KEYS = 2000;
const LANES = 64;
const HOUR = 3_600_000;
const ENOUGH_CHANGES = 5000;

const notes = openSync(notesFile!, 'a');
const store = await openCacheStore({ directory: directory! });
await store.createCache('c');
const cache = store.cache('c');
let changes = 0;

/** Notes are with the operating system when this returns, so a kill loses none. */
function note(...words: (string | undefined)[]): void {
  writeSync(notes, `${JSON.stringify(words)}\n`);
}

/** One lane changes its own keys, one change after the other. */
async function run(lane: number): Promise<void> {
  for (let count = 0; ; count++) {
    const key = `key-${lane + LANES * (count % Math.floor(KEYS / LANES))}`;
    note('begin', key);
    if (count % 5 === 4) {
      await cache.delete(Buffer.from(key));
      note('done', key);
    } else {
      const value = `${round}-${count}-${'x'.repeat((count * 37) % 5000)}`;
      await cache.set(Buffer.from(key), Buffer.from(value), HOUR);
      note('done', key, value);
    }
    changes += 1;
    if (changes === ENOUGH_CHANGES) process.stdout.write('enough\n');
  }
}

await Promise.all(Array.from({ length: LANES }, (_, lane) => run(lane)));
