// The console's live tail while a pipe carries 1,000 records a second: npm run bench:tail [-- MINUTES], 10 by default.
// The page must stay as responsive, and its memory as small, as it was at first.
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type CDPSession } from 'playwright-core';
import { Pool } from 'undici';
import { headersOf, userItem } from '../load.js';
import { startFreshet } from '../peers/freshet.js';
import { Target } from '../pipes/target.js';
import { percentile, say } from '../report.js';

const PER_SECOND = 1_000;
const BATCH = 25;
const KEYS = 5_000;
const LOOKS = 10;
/** So often the page is asked how late it is. */
const PROBE_MS = 20;

/** In the page: notes how late a timer is, again and again. As text, lest what compiles this file adds to it. */
const WATCH_LATENESS = `
  window.late = [];
  let due = performance.now() + ${String(PROBE_MS)};
  const tick = () => {
    window.late.push(Math.max(0, performance.now() - due));
    due = performance.now() + ${String(PROBE_MS)};
    setTimeout(tick, ${String(PROBE_MS)});
  };
  setTimeout(tick, ${String(PROBE_MS)});
`;

const minutes = Number(process.argv[2] ?? 10);
const target = await Target.start();
const freshet = await startFreshet(target.origin, { running: true });
const pool = new Pool(freshet.endpoint, { connections: 8 });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, locale: 'en-US' });
await page.goto(`${freshet.endpoint}/_console/#/pipes/pipe/bench`);
await page.getByRole('tab', { name: 'Live tail' }).click();
const session = await page.context().newCDPSession(page);
await page.evaluate(WATCH_LATENESS);

const end = new AbortController();
const writing = write(end.signal);
say(`live tail at ${String(PER_SECOND)} records a second, ${String(minutes)} minutes\n`);
say('  minute   delivered/s   heap after GC   page late p50 / p99 / max   newest row is old');
for (let look = 1; look <= LOOKS; look += 1) {
  const [before, began] = [target.accepted, performance.now()];
  await delay((minutes * 60_000) / LOOKS);
  const rate = ((target.accepted - before) / (performance.now() - began)) * 1000;
  const late = (await page.evaluate<number[]>('window.late.splice(0)')).sort((a, b) => a - b);
  const figures = [0.5, 0.99].map((p) => percentile(late, p).toFixed(0)).join(' / ');
  say(
    `  ${((look * minutes) / LOOKS).toFixed(1).padStart(6)}   ${rate.toFixed(0).padStart(11)}   ` +
      `${(await heapMb(session)).toFixed(1).padStart(10)} MB   ${figures} / ${late.at(-1)!.toFixed(0)} ms   ` +
      `${String(await ageOfNewestRow())} s at most`,
  );
}
end.abort();
await writing;
await browser.close();
await pool.close();
await freshet.close();
await target.close();

/** Open loop: a batch is due each 25 ms, whether or not the last one was answered. */
async function write(signal: AbortSignal): Promise<void> {
  const pending = new Set<Promise<void>>();
  const began = performance.now();
  for (let batch = 0; !signal.aborted; batch += 1) {
    const due = began + (batch * BATCH * 1000) / PER_SECOND;
    const wait = due - performance.now();
    if (wait > 0) await delay(wait);
    const sent = send(batch).finally(() => pending.delete(sent));
    pending.add(sent);
  }
  await Promise.all(pending);
}

async function send(batch: number): Promise<void> {
  const user = Array.from({ length: BATCH }, (_, n) => ({
    PutRequest: { Item: userItem(`user-${String((batch * BATCH + n) % KEYS)}`, batch) },
  }));
  const answer = await pool.request({
    method: 'POST',
    path: '/',
    headers: headersOf('BatchWriteItem'),
    body: JSON.stringify({ RequestItems: { user } }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`BatchWriteItem: ${text}`);
}

async function heapMb(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}

/** In whole seconds, as the page shows no more. */
async function ageOfNewestRow(): Promise<number> {
  const [text, now] = await page.evaluate<[string, string]>(
    `[document.querySelector('tbody tr td:nth-child(2)').textContent, new Date().toLocaleTimeString('en-US')]`,
  );
  const secondsOf = (time: string): number => new Date(`2026-01-01 ${time}`).getTime() / 1000;
  return Math.max(0, secondsOf(now) - secondsOf(text)) + 1;
}
