import type { Clock } from '../../src/lib/clock.js';

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  time = 1_700_000_000_000;

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }
}
