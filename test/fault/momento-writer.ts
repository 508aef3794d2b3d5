// Writes to a cache without end, saying to standard output what it begins and what is acknowledged.
import { openCacheStore } from '../../src/momento/index.js';

const [, , directory, round] = process.argv;
const KEYS = 2000;
const LANES = 64;
const HOUR = 3_600_000;

const store = await openCacheStore({ directory: directory! });
await store.createCache('c');
const cache = store.cache('c');

/** Standard output is written at once when it is a pipe, so that what was begun is known after a kill. */
function say(...words: (string | undefined)[]): void {
  process.stdout.write(`${JSON.stringify(words)}\n`);
}

/** One lane changes its own keys, one change after the other. */
async function run(lane: number): Promise<void> {
  for (let count = 0; ; count++) {
    const key = `key-${lane + LANES * (count % Math.floor(KEYS / LANES))}`;
    say('begin', key);
    if (count % 5 === 4) {
      await cache.delete(Buffer.from(key));
      say('done', key);
    } else {
      const value = `${round}-${count}-${'x'.repeat((count * 37) % 5000)}`;
      await cache.set(Buffer.from(key), Buffer.from(value), HOUR);
      say('done', key, value);
    }
  }
}

await Promise.all(Array.from({ length: LANES }, (_, lane) => run(lane)));
