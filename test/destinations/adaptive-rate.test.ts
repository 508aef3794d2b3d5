import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AdaptiveRate } from '../../src/destinations/adaptive-rate.js';
import { RateLimit } from '../../src/destinations/rate-limit.js';

/** Whether a target takes a request that arrives then (milliseconds, ascending). */
type Target = (now: number) => boolean;

/** Takes so many in each second of its clock. */
function fixedWindow(perSecond: number): Target {
  let second = -1;
  let taken = 0;
  return (now) => {
    if (Math.floor(now / 1000) !== second) {
      second = Math.floor(now / 1000);
      taken = 0;
    }
    if (taken >= perSecond) return false;
    taken += 1;
    return true;
  };
}

/** Takes so many in any second. */
function slidingWindow(perSecond: number): Target {
  const taken: number[] = [];
  return (now) => {
    while (taken[0] !== undefined && taken[0] <= now - 1000) taken.shift();
    if (taken.length >= perSecond) return false;
    taken.push(now);
    return true;
  };
}

function tokenBucket(perSecond: number, capacity: number): Target {
  let tokens = capacity;
  let last = 0;
  return (now) => {
    tokens = Math.min(capacity, tokens + ((now - last) * perSecond) / 1000);
    last = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

interface Answer {
  at: number;
  sentAt: number;
  taken: boolean;
}

interface Run {
  limit: number;
  seconds: number;
  latencyMs: (inFlight: number) => number;
  inFlight?: number;
}

/** Sends as a lane does, with up to 64 requests in flight, and counts what the target took and refused. */
function simulate(
  target: Target,
  { limit, seconds, latencyMs, inFlight: most = 64 }: Run,
): { taken: number; refused: number; rate: number } {
  const adaptive = new AdaptiveRate(limit);
  const pace = new RateLimit(limit);
  const answers: Answer[] = [];
  let now = 0.3;
  let taken = 0;
  let refused = 0;
  const delay = (): number => {
    if (adaptive.isLowered) pace.setRate(adaptive.rate(now), now, 20);
    return pace.delay(now);
  };
  while (now < seconds * 1000) {
    while (answers.length < most && delay() === 0) {
      pace.take(now);
      pace.spend(now);
      const latency = latencyMs(answers.length);
      answers.push({ at: now + latency, sentAt: now, taken: target(now + latency / 2) });
    }
    answers.sort((a, b) => a.at - b.at);
    const look = answers.length < most ? now + Math.max(1, Math.min(100, delay())) : Infinity;
    now = Math.min(answers[0]?.at ?? Infinity, look);
    while (answers[0] !== undefined && answers[0].at <= now) {
      const answer = answers.shift()!;
      if (answer.taken) {
        taken += 1;
        adaptive.accepted(now - answer.sentAt, now);
      } else {
        refused += 1;
        adaptive.refused(answer.sentAt, now);
      }
    }
  }
  return { taken, refused, rate: adaptive.rate(now) };
}

describe('the rate of a destination', () => {
  const targets: [name: string, make: (perSecond: number) => Target][] = [
    ['each second of its clock', fixedWindow],
    ['any second', slidingWindow],
    ['a bucket of a second’s worth', (perSecond) => tokenBucket(perSecond, perSecond)],
  ];
  for (const [name, make] of targets)
    for (const perSecond of [50, 100, 1000])
      for (const limit of [1.2 * perSecond, 10 * perSecond])
        it(`finds ${perSecond}/s that a target allows in ${name}, from ${limit}/s: 95 % used, 1 % refused`, () => {
          const of = (seconds: number): { taken: number; refused: number } =>
            simulate(make(perSecond), { limit, seconds, latencyMs: () => 20 });
          const [first, both] = [of(60), of(120)];
          const taken = both.taken - first.taken;
          const refused = both.refused - first.refused;
          assert.ok(first.taken >= 0.95 * perSecond * 60, `${first.taken} in the first minute`);
          assert.ok(taken >= 0.95 * perSecond * 60, `${taken} in the second minute`);
          assert.ok(refused <= 0.01 * (taken + refused), `${refused} refused in the second minute`);
          // Before it is felt for at all, the limit is met at full speed.
          assert.ok(first.refused <= 0.015 * first.taken, `${first.refused} in the first minute`);
        });

  it('finds the limit of a target that allows little at once', () => {
    const of = (seconds: number): { taken: number; refused: number } =>
      simulate(tokenBucket(100, 10), { limit: 300, seconds, latencyMs: () => 20 });
    const [first, both] = [of(60), of(120)];
    const taken = both.taken - first.taken;
    assert.ok(taken >= 0.95 * 100 * 60, `${taken} in the second minute`);
    assert.ok(both.refused <= 0.01 * both.taken, `${both.refused} refused`);
  });

  it('finds a limit that was raised', () => {
    const [low, high] = [slidingWindow(50), slidingWindow(400)];
    const target: Target = (now) => (now < 30_000 ? low(now) : high(now));
    const { rate } = simulate(target, { limit: 1000, seconds: 75, latencyMs: () => 20 });
    assert.ok(rate > 380, `${rate}/s`);
  });

  it('is the destination’s own limit again when the target takes everything again', () => {
    const low = slidingWindow(50);
    const target: Target = (now) => now >= 10_000 || low(now);
    const { rate } = simulate(target, { limit: 300, seconds: 45, latencyMs: () => 20 });
    assert.equal(rate, 300);
  });

  it('is soon the destination’s own limit again after everything was refused for a while', () => {
    const target: Target = (now) => now < 10_000 || now >= 15_000;
    const { rate } = simulate(target, { limit: 1000, seconds: 30, latencyMs: () => 20 });
    assert.equal(rate, 1000);
  });

  it('is no measure of the target when there is little to send: stray refusals do not hold up what comes', () => {
    const adaptive = new AdaptiveRate(10_000);
    for (let now = 0; now < 20_000; now += 500)
      if (now === 10_000 || now === 15_000) adaptive.refused(now, now + 2);
      else adaptive.accepted(2, now + 2);
    assert.equal(adaptive.rate(35_000), 10_000);
  });

  it('is lowered when answers take longer and longer, so that they do not pile up at the target', () => {
    // Takes 10 ms each, one after the other: 100/s, and whoever waits in its queue waits long.
    let free = 0;
    let now = 0;
    const waits: number[] = [];
    const target: Target = (arrival) => ((now = arrival), true);
    simulate(target, {
      limit: 1000,
      seconds: 30,
      latencyMs: () => {
        free = Math.max(free, now) + 10;
        const wait = Math.max(10, free - now);
        waits.push(wait);
        return wait;
      },
    });
    const late = waits.slice(-500).sort((a, b) => a - b);
    const median = late[250]!;
    assert.ok(median < 400, `${median} ms`);
  });

  it('is left alone when answers take long for a reason that less sending does not better', () => {
    const { taken } = simulate(() => true, {
      limit: 1000,
      seconds: 40,
      latencyMs: () => 20,
    });
    let slow = 0;
    const { taken: slowly } = simulate(() => ((slow += 1), true), {
      limit: 1000,
      seconds: 40,
      latencyMs: () => (slow < 5000 ? 20 : 200),
    });
    assert.ok(taken > 39_000);
    // 64 in flight at 200 ms are 320/s.
    assert.ok(slowly > 5000 + 0.8 * 320 * 34, `${slowly}`);
  });

  it('is left alone when a few of many answers take very long', () => {
    let turn = 0;
    const { taken } = simulate(() => true, {
      limit: 10_000,
      seconds: 30,
      latencyMs: () => (turn++ % 20 === 0 ? 5000 : 20),
    });
    // 64 in flight, 269 ms each on average.
    assert.ok(taken > 0.95 * (64 / 0.269) * 30 * 0.9, `${taken}`);
  });

  it('goes on searching when what was sent into the first jam is refused too', () => {
    const adaptive = new AdaptiveRate(1_000_000);
    for (let n = 0; n < 10; n += 1) adaptive.accepted(5, 5);
    adaptive.refused(0, 5);
    adaptive.refused(10, 20);
    adaptive.refused(30, 40);
    assert.ok(adaptive.rate(100) < 11);
    assert.ok(adaptive.rate(6_000) > 100, String(adaptive.rate(6_000)));
  });
});
