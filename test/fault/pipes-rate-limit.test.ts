import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { setUpTarget } from './misbehaving-target.js';
import { PipeProcess } from './pipe-process.js';
import { makePipe } from './pipe-rooms.js';

const RATE = 200;
/** How late a request may arrive without falling together with others (see `rate-limit.ts`). */
const GUARD_MS = 15;
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
    const running = new PipeProcess(test, {
      folder,
      rotation: {},
      write: { items: 200, firstVersion: 0, changes: (RATE * (WINDOW_MS + 1_500)) / 1_000 },
    });
    await running.written;
    await running.usage();
    const loopDelay = monitorEventLoopDelay({ resolution: 1 });
    loopDelay.enable();
    const begun = performance.now();
    let lateMs = 0;
    for (let idle = false; !idle;) {
      await delay(100);
      const usage = await running.usage();
      lateMs = Math.max(lateMs, usage.lateMs);
      idle = usage.idle;
    }
    lateMs += loopDelay.max / 1e6 - 1;
    loopDelay.disable();

    const arrivals = target.arrivals.filter((at) => at > begun);
    // What one of the two processes handles late falls together with what follows.
    const late = Math.ceil((RATE * Math.max(0, lateMs - GUARD_MS)) / 1_000);
    const busiestSecond = busiest(arrivals, 1_000);
    assert.ok(busiestSecond <= RATE + late, `${busiestSecond} in a second, ${late} of them late`);
    const inWindow = busiest(arrivals, WINDOW_MS);
    const allowed = (RATE * WINDOW_MS) / 1_000;
    assert.ok(
      inWindow <= allowed + late && inWindow >= 0.98 * allowed,
      `${inWindow} in 10 s, ${late} of them late`,
    );

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
