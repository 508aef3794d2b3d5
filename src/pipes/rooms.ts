import type { Destinations } from '../destinations/index.js';
import type { Clock } from '../lib/clock.js';
import type { LogGroups } from '../logs/index.js';
import type { Queues } from '../sqs/index.js';

/** What pipes send with. */
export interface Rooms {
  destinations: Destinations;
  queues: Pick<Queues, 'send' | 'exists'>;
  logs: Pick<LogGroups, 'put' | 'nameOf' | 'arnOf'>;
  clock: Clock;
}
