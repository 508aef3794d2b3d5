import type { Destinations } from '../destinations/index.js';
import type { Clock } from '../lib/clock.js';

/** What pipes send with. */
export interface Rooms {
  destinations: Destinations;
  clock: Clock;
}
