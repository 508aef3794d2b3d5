import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { setUpTarget } from './misbehaving-target.js';
import { PipeProcess } from './pipe-process.js';
import { makePipe } from './pipe-rooms.js';

const RATE = 200;
/** The rate limit is looked at over so long. */
const WINDOW_MS = 10_000;
const IDLE_MS = 3_000;
/** Of one core: one part in a hundred. */
const IDLE_CPU_MS = IDLE_MS / 100;

describe('a pipe with a rate limit', () => {
  it('sends that much and never more, and costs nothing when it has nothing to send', async (test) => {
    const { target, endpoint, folder } = await setUpTarget(test);
    await makePipe(folder, endpoint, { destination: { invocationRateLimitPerSecond: RATE } });
    target.beginRun();
    const running = new PipeProcess({
      folder,
      rotation: {},
      write: { items: 200, firstVersion: 0, changes: (RATE * (WINDOW_MS + 1_000)) / 1_000 },
    });
    await running.written;
    do await delay(100);
    while (!(await running.usage()).idle);

    const { arrivals } = target;
    const busiestSecond = busiest(arrivals, 1_000);
    assert.ok(busiestSecond <= RATE, `${String(busiestSecond)} in a second`);
    const inWindow = busiest(arrivals, WINDOW_MS);
    const allowed = (RATE * WINDOW_MS) / 1_000;
    assert.ok(inWindow <= allowed && inWindow >= 0.98 * allowed, `${String(inWindow)} in 10 s`);

    await delay(500);
    const before = await running.usage();
    await delay(IDLE_MS);
    const cpuMs = (await running.usage()).cpuMs - before.cpuMs;
    await running.kill();
    assert.ok(cpuMs < IDLE_CPU_MS, `${String(cpuMs)} ms of CPU in ${String(IDLE_MS)} ms`);
  });
});

/** The most arrivals in any stretch of so many milliseconds. */
function busiest(arrivals: readonly number[], ms: number): number {
  let most = 0;
  let first = 0;
  for (const [last, at] of arrivals.entries()) {
    while (arrivals[first]! <= at - ms) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
