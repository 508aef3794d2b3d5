import type { Scope } from '../lib/arn.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Backups } from './backups/backups.js';
import type { Store } from './storage/store.js';
import type { Streams } from './streams/streams.js';
import type { Catalog } from './tables/catalog.js';

/** What the operations work on. */
export interface Engine {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly streams: Streams;
  readonly backups: Backups;
  readonly scope: Scope;
  readonly clock: Clock;
  readonly log: Log;
  /** To be called when entries are to be removed, copied, or put into an index, in the background. */
  readonly maintain: () => void;
}
