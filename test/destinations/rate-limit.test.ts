import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RateLimit } from '../../src/destinations/rate-limit.js';
import { cases } from '../support/property.js';

/** The most requests that any window of one second (its end not included) holds. `times` ascend. */
function busiestSecond(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  times.forEach((time, last) => {
    while (time - times[first]! >= 1000) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/**
 * Sends as fast as the limit lets it, from `start` for `forMs`: asks when, sleeps until then (`late` more,
 * as timers do), takes what it gets. `writing` is how long a granted request takes until it is written.
 */
function saturate(
  limit: RateLimit,
  options: { start: number; forMs: number; late?: () => number; writing?: () => number },
): number[] {
  const { start, forMs, late = () => 0, writing = () => 0 } = options;
  const written: number[] = [];
  const pending: number[] = [];
  let now = start;
  while (now < start + forMs) {
    while (limit.delay(now) === 0) {
      limit.take(now);
      const takes = writing();
      if (takes === 0) {
        limit.spend(now);
        written.push(now);
      } else {
        pending.push(now + takes);
        pending.sort((a, b) => a - b);
      }
    }
    const next = Math.min(now + Math.ceil(limit.delay(now)) + late(), pending[0] ?? Infinity);
    now = Math.max(now, next);
    while (pending[0] !== undefined && pending[0] <= now) {
      pending.shift();
      limit.spend(now);
      written.push(now);
    }
  }
  return written;
}

const rates = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20_000 }));

describe('a rate limit', () => {
  it('lets no more than its rate pass in any second, however the senders come and pause', () => {
    const burst = fc.record({
      pauseMs: fc.double({ min: 0, max: 3000, noNaN: true }),
      forMs: fc.integer({ min: 1, max: 1500 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(burst, { maxLength: 6 }),
        (rate, bursts) => {
          const limit = new RateLimit(rate);
          const times: number[] = [];
          let now = 1_000_000.25;
          for (const { pauseMs, forMs } of bursts) {
            now += pauseMs;
            times.push(...saturate(limit, { start: now, forMs }));
            now = Math.max(now + forMs, times.at(-1) ?? 0);
          }
          assert.ok(busiestSecond(times) <= rate, `${busiestSecond(times)} of ${rate}`);
        },
      ),
      cases(60),
    );
  });

  it('counts a request when it is written, so slow connecting does not pile requests up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.integer({ min: 0, max: 2500 }), { minLength: 1, maxLength: 50 }),
        (rate, delays) => {
          let turn = 0;
          const writing = (): number => delays[turn++ % delays.length]!;
          const times = saturate(new RateLimit(rate), { start: 5, forMs: 6000, writing });
          assert.ok(busiestSecond(times) <= rate, `${busiestSecond(times)} of ${rate}`);
        },
      ),
      cases(40),
    );
  });

  it('lets at least 98 % of its rate pass under load, with timers that are late', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 0, max: 4 }), (rate, late) => {
        const seconds = 20;
        const limit = new RateLimit(rate);
        const times = saturate(limit, { start: 7.5, forMs: seconds * 1000, late: () => late });
        // A slow rate cannot be cut finer than one request.
        assert.ok(
          times.length >= Math.floor(rate * seconds * 0.98),
          `${times.length} at ${rate}/s`,
        );
      }),
      cases(12),
    );
  });

  it('keeps its throughput when the event loop stands still for a while now and then', () => {
    let turn = 0;
    const late = (): number => (turn++ % 400 === 0 ? 80 : 1);
    const times = saturate(new RateLimit(1000), { start: 0, forMs: 20_000, late });
    assert.ok(times.length >= 0.98 * 20_000, `${times.length}`);
    assert.ok(busiestSecond(times) <= 1000);
  });

  it('sends about a tenth of a second’s worth at once after a pause, the rest evenly', () => {
    const times = saturate(new RateLimit(300), { start: 60_000, forMs: 900 });
    const atOnce = times.filter((time) => time === 60_000).length;
    assert.ok(atOnce >= 30 && atOnce <= 32, `${atOnce}`);
    const gaps = times.slice(atOnce).map((time, i, all) => time - (all[i - 1] ?? 60_000));
    assert.ok(Math.max(...gaps) <= 5, `${Math.max(...gaps)}`);
  });

  it('of one a second lets one through a second', () => {
    const times = saturate(new RateLimit(1), { start: 100, forMs: 10_000 });
    assert.equal(times.length, 10);
    assert.ok(times.every((time, i) => i === 0 || time - times[i - 1]! >= 1000));
  });

  it('that is lowered holds at once, without going under it', () => {
    const limit = new RateLimit(500);
    const before = saturate(limit, { start: 0, forMs: 1500 });
    limit.setRate(50, 1500);
    const after = saturate(limit, { start: 1500, forMs: 10_000 });
    // What went before counts: nothing passes until enough of its tokens are back.
    assert.ok(after[0]! >= 2000, `${after[0]}`);
    assert.ok(busiestSecond(after) <= 50);
    assert.ok(busiestSecond([...before, ...after]) <= 500);
    assert.ok(after.length >= 50 * 8 * 0.98, `${after.length}`);
  });

  it('that is raised holds at once', () => {
    const limit = new RateLimit(1);
    saturate(limit, { start: 0, forMs: 500 });
    limit.setRate(100, 500);
    const after = saturate(limit, { start: 500, forMs: 2000 });
    assert.ok(after.length >= 196, `${after.length}`);
  });

  it('gives a token back a second after the answer, when that comes soon', () => {
    for (const [answerAfter, backAfter] of [
      [0, 1000],
      [3, 1003],
      [14, 1014],
      [15, 1015],
      [400, 1015],
    ] as const) {
      const limit = new RateLimit(1);
      limit.take(5000);
      limit.spend(5000);
      limit.answered(5000, 5000 + answerAfter);
      assert.equal(limit.delay(5000 + answerAfter), backAfter - answerAfter);
    }
  });

  it('holds at the target, which sees each request between its writing and its answer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 40 }),
        (rate, latencies) => {
          const limit = new RateLimit(rate);
          const seen: number[] = [];
          const answers: { writtenAt: number; at: number }[] = [];
          let turn = 0;
          let now = 0.5;
          while (now < 3000) {
            while (answers[0] && answers[0].at <= now) {
              limit.answered(answers[0].writtenAt, now);
              answers.shift();
            }
            while (limit.delay(now) === 0) {
              limit.take(now);
              limit.spend(now);
              const latency = latencies[turn++ % latencies.length]!;
              seen.push(now + latency);
              answers.push({ writtenAt: now, at: now + latency });
              answers.sort((a, b) => a.at - b.at);
            }
            now = Math.min(now + Math.ceil(limit.delay(now)), answers[0]?.at ?? Infinity);
          }
          const busiest = busiestSecond(seen.sort((a, b) => a - b));
          assert.ok(busiest <= rate, `${busiest} of ${rate}`);
        },
      ),
      cases(40),
    );
  });

  it('says to ask again after the next use when all tokens belong to unwritten requests', () => {
    const limit = new RateLimit(1);
    limit.take(0);
    assert.equal(limit.delay(5000), Infinity);
    limit.spend(5000);
    assert.equal(limit.delay(5000), 1015);
    assert.equal(limit.delay(6015), 0);
  });
});
