import type { Scope } from '../lib/arn.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Store } from './storage/store.js';
import type { Streams } from './streams/streams.js';
import type { Catalog } from './tables/catalog.js';

/** What the operations work on. */
export interface Engine {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly streams: Streams;
  readonly scope: Scope;
  readonly clock: Clock;
  readonly log: Log;
  /** To be called when entries are to be removed or an index is to be filled, in the background. */
  readonly maintain: () => void;
}
