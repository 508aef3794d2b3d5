import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Guard } from '../../src/pipes/guard.js';

/** Fails once for each of `items` different items at `now`. */
function fail(guard: Guard, items: number, now: number): void {
  for (let item = 0; item < items; item += 1) guard.failed(`item ${item}`, now, 0.5);
}

describe('the guard of a target', () => {
  it('lets all pass while one item fails, however often', () => {
    const guard = new Guard();
    for (let time = 0; time < 1_000; time += 1) guard.failed('poison', time, 0.5);
    assert.equal(guard.down, false);
    assert.equal(guard.allows(63, 1_000), true);
  });

  it('sends one probe at a time when many items fail and none succeeds', () => {
    const guard = new Guard();
    fail(guard, 8, 0);
    assert.equal(guard.down, true);
    assert.equal(guard.allows(0, guard.nextProbe - 1), false);
    assert.equal(guard.allows(1, guard.nextProbe), false);
    assert.equal(guard.allows(0, guard.nextProbe), true);
  });

  it('lets time grow between probes, up to two seconds', () => {
    const guard = new Guard();
    fail(guard, 8, 0);
    const gaps: number[] = [];
    for (let probe = 0; probe < 12; probe += 1) {
      const now = guard.nextProbe;
      guard.failed('any', now, 1);
      gaps.push(guard.nextProbe - now);
    }
    assert.deepEqual(gaps.slice(0, 4), [100, 200, 400, 800]);
    assert.equal(gaps.at(-1), 2_000);
  });

  it('does not count failures of requests that were sent before as probes', () => {
    const guard = new Guard();
    fail(guard, 64, 0);
    assert.ok(guard.nextProbe <= 50);
  });

  it('is lifted by the first answer', () => {
    const guard = new Guard();
    fail(guard, 8, 0);
    assert.equal(guard.answered(), true);
    assert.equal(guard.down, false);
    assert.equal(guard.allows(63, 0), true);
    assert.equal(guard.answered(), false);
  });

  it('begins to count anew after each success', () => {
    const guard = new Guard();
    for (let round = 0; round < 10; round += 1) {
      fail(guard, 7, round);
      guard.answered();
    }
    assert.equal(guard.down, false);
  });
});
