// The cache in memory with millions of entries that come, change, expire and are evicted: how long its process
// ever stands still, and whether it keeps within its memory.
//
//   npm run bench:churn                       5 million entries, one minute
//   npm run bench:churn -- --minutes 10       the soak
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openCacheStore } from '../../src/momento/index.js';
import { say } from '../report.js';

const { values: options } = parseArgs({
  options: {
    entries: { type: 'string', default: '5000000' },
    minutes: { type: 'string', default: '1' },
  },
});
const entries = Number(options.entries);
const MAX_BYTES = 1024 * 1024 * 1024;
const TTL_MS = 20_000;
/** Writes between two turns of the event loop: a busy server's. */
const BURST = 50;

const store = await openCacheStore({ maxBytesPerCache: MAX_BYTES });
await store.createCache('churn');
const cache = store.cache('churn');
const value = Buffer.alloc(100, 'x');
let next = 0;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

while (next < entries) {
  for (let i = 0; i < 1000; i++) await cache.set(key(next++), value, 3_600_000);
  await turn();
}
say(`${String(store.statistics('churn').items)} entries`);

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let [operations, most] = [0, 0];
const end = Date.now() + Number(options.minutes) * 60_000;
while (Date.now() < end) {
  for (let i = 0; i < BURST; i++) {
    const old = Math.floor(Math.random() * next);
    if (i % 5 === 0) cache.get(key(old));
    else if (i % 5 === 1) await cache.delete(key(old));
    else if (i % 5 === 2) await cache.set(key(old), value.subarray(0, old % 100), TTL_MS);
    else await cache.set(key(next++), value, TTL_MS);
  }
  operations += BURST;
  most = Math.max(most, store.statistics('churn').memoryBytes);
  await turn();
}
delay.disable();
const { items, evictions, expirations, maxBytes } = store.statistics('churn');
say(
  `${String(operations)} operations, ${String(items)} entries at the end, ${String(evictions)} evicted, ${String(expirations)} expired`,
);
say(
  `stood still for ${(delay.max / 1e6).toFixed(1)} ms at most, p99.99 ${(delay.percentile(99.99) / 1e6).toFixed(1)} ms`,
);
say(
  `memory ${String(Math.round(most / 1e6))} MB at most, of ${String(Math.round(maxBytes / 1e6))}; of the process ${String(Math.round(process.memoryUsage().rss / 1e6))} MB`,
);
await store.close();

function key(i: number): Buffer {
  return Buffer.from(`entry-${String(i)}`);
}
